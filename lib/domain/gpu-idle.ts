// Held and idle: a GPU in somebody's hands that has done nearly nothing for a while. Not measured is not idle.

export const idleBelowPercent = 3
export const idleAfterMs = 15 * 60_000
/** Longer without a sample, and what happened meanwhile is not known. */
const gapMs = 3 * 60_000
const minuteMs = 60_000

export type UtilizationSample = { minute: Date; utilizationPercent: number | null }

/**
 * Since when it has been idle, from its samples (oldest first) up to now; null while it works, is not held, or is not idle for long
 * enough. Never before the first of its holders came.
 */
export function idleSince(samples: readonly UtilizationSample[], heldSince: Date | null, now: Date): Date | null {
  if (heldSince === null) return null
  let since: number | null = null
  let next = now.getTime()
  for (let index = samples.length - 1; index >= 0; index--) {
    const { minute, utilizationPercent } = samples[index] as UtilizationSample
    const at = minute.getTime()
    // A sample stands for the minute that begins with it.
    if (next - at > gapMs + minuteMs || utilizationPercent === null || utilizationPercent >= idleBelowPercent) break
    since = at
    next = at
  }
  if (since === null) return null
  const from = Math.max(since, heldSince.getTime())
  return now.getTime() - from >= idleAfterMs ? new Date(from) : null
}
