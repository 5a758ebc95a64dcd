// What a list tells of when a container was started. It tells no time, only "Up 3 hours"; but that is enough to know that a container has not been
// started again since it was last looked at, so that it need not be looked at once more.

const hourMs = 3_600_000
/** Lower ends, as go-units' HumanDuration makes the words: hours are rounded, the larger units cut from rounded hours. */
const leastMs: Record<string, (count: number) => number> = {
  second: (count) => count * 1_000,
  minute: (count) => count * 60_000,
  hour: (count) => (count === 1 ? hourMs : (count - 0.5) * hourMs),
  day: (count) => (count * 24 - 0.5) * hourMs,
  week: (count) => (count * 7 * 24 - 0.5) * hourMs,
  month: (count) => (count * 30 * 24 - 0.5) * hourMs,
  year: (count) => (count * 365 * 24 - 0.5) * hourMs,
}

/** How long it has been up at least; null where the words do not say. */
export function leastUptimeMs(status: string): number | null {
  const words = /^Up (?:About an? |(\d+) )(second|minute|hour|day|week|month|year)s?\b/.exec(status)
  return words ? (leastMs[words[2] ?? '']?.(Number(words[1] ?? 1)) ?? null) : null
}

/** The engine may count its seconds a little otherwise than this process. */
const marginMs = 2_000

export function isStartedBefore(status: string, msAgo: number): boolean {
  const least = leastUptimeMs(status)
  return least !== null && least > msAgo + marginMs
}
