'use client'
import { useEffect, useState } from 'react'
import { formatClockTime, formatExactTime, formatRelative } from '@/lib/client/format'

/** A moment to come, by the reader's clock: "18:00", with the day where it is another one. */
export function ClockTime({ time }: { time: string }) {
  const timeMs = Date.parse(time)
  // The server knows neither the reader's zone nor their clock.
  const [nowMs, setNowMs] = useState<number | null>(null)
  useEffect(() => setNowMs(Date.now()), [])
  return (
    <time dateTime={time} title={nowMs === null ? undefined : formatExactTime(timeMs)} suppressHydrationWarning>
      {nowMs === null ? formatRelative(timeMs, Date.now()) : `at ${formatClockTime(timeMs, nowMs)}`}
    </time>
  )
}
