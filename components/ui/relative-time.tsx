'use client'
import { useEffect, useState } from 'react'
import { formatExactTime, formatRelative, relativeStaysMs } from '@/lib/client/format'

type RelativeTimeProps = {
  /** ISO text or milliseconds. */
  time: string | number | Date
  className?: string
}

/** "5 min ago", with the exact moment in the reader's zone on hover, renewed as time passes. */
export function RelativeTime({ time, className }: RelativeTimeProps) {
  const timeMs = new Date(time).getTime()
  const [nowMs, setNowMs] = useState<number | null>(null)

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>
    const tick = () => {
      const now = Date.now()
      setNowMs(now)
      timer = setTimeout(tick, relativeStaysMs(timeMs, now))
    }
    tick()
    return () => clearTimeout(timer)
  }, [timeMs])

  if (Number.isNaN(timeMs)) return <span className={className}>–</span>
  // The server knows neither the reader's zone nor their clock; until hydration the text is its own and is not compared.
  return (
    <time
      dateTime={new Date(timeMs).toISOString()}
      title={nowMs === null ? undefined : formatExactTime(timeMs)}
      className={className}
      suppressHydrationWarning
    >
      {formatRelative(timeMs, nowMs ?? Date.now())}
    </time>
  )
}
