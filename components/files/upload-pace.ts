// How far an upload is and how long it still takes, in words.
import { formatBytesOf, formatDuration } from '@/lib/client/format'

/** What the last seconds say of the speed: a jump of the network shows soon, and one slow packet does not. */
export type Pace = { atMs: number; bytes: number; bytesPerMs: number | null }

const weight = 0.3
const leastMs = 500

export function nextPace(pace: Pace, bytes: number, nowMs: number): Pace {
  const passedMs = nowMs - pace.atMs
  if (passedMs < leastMs) return pace
  const now = Math.max(0, bytes - pace.bytes) / passedMs
  const bytesPerMs = pace.bytesPerMs === null ? now : pace.bytesPerMs * (1 - weight) + now * weight
  return { atMs: nowMs, bytes, bytesPerMs }
}

export function progressWords(sentBytes: number, totalBytes: number, { bytesPerMs }: Pace): string {
  const amount = formatBytesOf(sentBytes, totalBytes)
  // All is sent, and the session writes it down.
  if (sentBytes >= totalBytes) return `${amount}, finishing`
  if (!bytesPerMs) return amount
  return `${amount}, ${formatDuration(Math.max(1_000, (totalBytes - sentBytes) / bytesPerMs))} left`
}
