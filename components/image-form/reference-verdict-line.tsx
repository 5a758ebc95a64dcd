import { CircleAlert, CircleCheck, CircleHelp } from 'lucide-react'
import { cn } from '@/lib/client/cn'
import { type CheckState, referenceVerdict } from './reference-verdict'

const looks = {
  ok: { icon: CircleCheck, look: 'text-ok' },
  warn: { icon: CircleAlert, look: 'text-warn' },
  unknown: { icon: CircleHelp, look: 'text-muted' },
} as const

export function ReferenceVerdictLine({ state }: { state: CheckState }) {
  const verdict = referenceVerdict(state)
  const { icon: Icon, look } = looks[verdict?.tone ?? 'unknown']
  return (
    <p role="status" className={cn('flex items-start gap-1.5 text-xs [overflow-wrap:anywhere]', look, !verdict && 'hidden')}>
      <Icon aria-hidden="true" className="mt-px size-3.5 shrink-0" />
      {verdict?.text}
    </p>
  )
}
