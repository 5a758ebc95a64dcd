import { cn } from '@/lib/client/cn'
import type { ReasonView } from '@/lib/domain/placement-reasons'

type ReasonsListProps = { reasons: readonly ReasonView[]; className?: string }

/** Why no agent has taken the session, one line each. */
export function ReasonsList({ reasons, className }: ReasonsListProps) {
  if (reasons.length === 0) return null
  return (
    <ul aria-label="Reasons" className={cn('flex flex-col gap-1 [overflow-wrap:anywhere]', className)}>
      {reasons.map((reason, index) => (
        <li key={`${reason.agent}-${index}`} className="flex gap-2">
          <span aria-hidden="true" className="text-muted">
            –
          </span>
          <span>
            {reason.agent && <span className="font-medium">{reason.agent}: </span>}
            {reason.text}
          </span>
        </li>
      ))}
    </ul>
  )
}
