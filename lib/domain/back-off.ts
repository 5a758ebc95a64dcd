// How long to wait after the n-th failed try: 1, 2, 4 … seconds, at most a minute.
export const longestBackOffMs = 60_000

export function backOffMs(attempts: number, maxMs = longestBackOffMs): number {
  return Math.min(maxMs, 1000 * 2 ** Math.min(Math.max(0, attempts - 1), 16))
}

/** Whether the next try is still to come. One that lies further away than any was ever put means that the clock was put back. */
export function mustWait(nextTryAt: Date | null, now: Date): boolean {
  return nextTryAt !== null && nextTryAt > now && nextTryAt.getTime() - now.getTime() <= longestBackOffMs
}
