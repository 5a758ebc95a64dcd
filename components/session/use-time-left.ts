'use client'
import { useEffect, useState } from 'react'
import { type TimeLeft, timeLeft, timeLeftStaysMs } from './time-left'

/** Counts down on the server's clock: `skewMs` is how far that is ahead of this browser's. */
export function useTimeLeft(endsAt: string | null, skewMs = 0): TimeLeft | null {
  const [left, setLeft] = useState<TimeLeft | null>(null)
  useEffect(() => {
    if (endsAt === null) return setLeft(null)
    let timer: ReturnType<typeof setTimeout>
    const tick = () => {
      const nowMs = Date.now() + skewMs
      setLeft(timeLeft(endsAt, nowMs))
      timer = setTimeout(tick, timeLeftStaysMs(endsAt, nowMs))
    }
    tick()
    return () => clearTimeout(timer)
  }, [endsAt, skewMs])
  return left
}
