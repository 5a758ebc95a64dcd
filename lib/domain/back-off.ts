// How long to wait after the n-th failed try: 1, 2, 4 … seconds, at most a minute.
export function backOffMs(attempts: number, maxMs = 60_000): number {
  return Math.min(maxMs, 1000 * 2 ** Math.min(Math.max(0, attempts - 1), 16))
}
