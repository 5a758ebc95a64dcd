// Keeps one broken desktop from filling the log: says yes at most once per key and interval.
import type { Clock } from '@/lib/domain/clock'

const mostKeys = 1_000

export function rarely(everyMs: number, clock: Clock): (key: string) => boolean {
  const last = new Map<string, number>()
  return (key) => {
    const now = clock.now().getTime()
    if (now - (last.get(key) ?? Number.NEGATIVE_INFINITY) < everyMs) return false
    if (last.size >= mostKeys) last.clear()
    last.set(key, now)
    return true
  }
}
