'use client'
import { Badge } from '@/components/ui/badge'
import { Hourglass } from '@/components/ui/work-icons'
import { formatExactTime } from '@/lib/client/format'
import { useTimeLeft } from './use-time-left'

type TimeLeftBadgeProps = { endsAt: string | null; skewMs?: number; className?: string }

/** How long a session may still run; the exact end on hover. */
export function TimeLeftBadge({ endsAt, skewMs = 0, className }: TimeLeftBadgeProps) {
  const left = useTimeLeft(endsAt, skewMs)
  if (!left || endsAt === null) return null
  return (
    <span title={`Ends ${formatExactTime(Date.parse(endsAt))}`} className={className}>
      <Badge tone={left.near ? 'warn' : 'neutral'} icon={<Hourglass aria-hidden="true" />}>
        {left.text}
      </Badge>
    </span>
  )
}
