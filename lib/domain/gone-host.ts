// When an agent may be given up with everything on it: a host that burned, and never comes back to say that its sessions ended.

/**
 * So long it must have been silent. Docker is restarted and a network mended in less, so that nobody gives up what only blinked. A reboot may
 * take longer: that it is gone only a person can know, and types its name.
 */
export const goneAfterMinutes = 5

type Away = { name: string; status: string; unreachableSince: Date | null }

/** Why it may not be given up; null where it may. */
export function notGone({ name, status, unreachableSince }: Away, now: Date): { message: string; hint: string } | null {
  if (status !== 'unreachable' || unreachableSince === null)
    return {
      message: `"${name}" is not unreachable.`,
      hint: 'Delete its sessions, then remove it: the host itself can still say that they ended.',
    }
  const leftMs = unreachableSince.getTime() + goneAfterMinutes * 60_000 - now.getTime()
  if (leftMs <= 0) return null
  const minutes = Math.ceil(leftMs / 60_000)
  return {
    message: `"${name}" has not been unreachable for ${goneAfterMinutes} minutes yet.`,
    hint: `It may only be restarting. Try again in ${minutes === 1 ? 'a minute' : `${minutes} minutes`}.`,
  }
}
