import { cn } from '@/lib/client/cn'
import { fillTone, type Tone } from './tone'

type StatusDotProps = { label: string; tone?: Tone; hideLabel?: boolean; className?: string }

/** A dot with words; filled when something is there, hollow when not, so that the shape differs as well. */
export function StatusDot({ label, tone = 'neutral', hideLabel = false, className }: StatusDotProps) {
  return (
    <span className={cn('inline-flex items-center gap-2 whitespace-nowrap', className)} title={hideLabel ? label : undefined}>
      <span
        aria-hidden="true"
        className={cn('size-2 shrink-0 rounded-full', tone === 'neutral' ? 'border-[1.5px] border-control' : fillTone[tone])}
      />
      <span className={cn(hideLabel && 'sr-only')}>{label}</span>
    </span>
  )
}
