// Words for the time limit of a session. Pure: the moment is handed in.

export const NEAR_MS = 15 * 60_000
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

export type TimeLeft = { text: string; near: boolean; over: boolean }

/** Rounds down: nobody is told that there is more time than there is. */
export function timeLeft(endsAt: string | null, nowMs: number): TimeLeft | null {
  if (endsAt === null) return null
  const leftMs = Date.parse(endsAt) - nowMs
  if (Number.isNaN(leftMs)) return null
  if (leftMs <= 0) return { text: 'Time is up', near: true, over: true }
  return { text: `${amount(leftMs)} left`, near: leftMs <= NEAR_MS, over: false }
}

function amount(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.ceil(ms / 1000)} s`
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min`
  if (ms < DAY_MS) return two(ms, HOUR_MS, 'h', MINUTE_MS, 'min')
  return two(ms, DAY_MS, 'd', HOUR_MS, 'h')
}

function two(ms: number, largeMs: number, largeUnit: string, smallMs: number, smallUnit: string): string {
  const small = Math.floor((ms % largeMs) / smallMs)
  return `${Math.floor(ms / largeMs)} ${largeUnit}${small > 0 ? ` ${small} ${smallUnit}` : ''}`
}

/** How long the words stay true, so that a page is not drawn again for nothing. */
export function timeLeftStaysMs(endsAt: string, nowMs: number): number {
  const leftMs = Date.parse(endsAt) - nowMs
  if (leftMs <= 2 * MINUTE_MS) return 1000
  return Math.min(20_000, (leftMs % MINUTE_MS) + 50)
}
