import { cn } from '@/lib/client/cn'
import { fillTone, type Tone } from './tone'

export type ProgressBarProps = {
  /** Names what is progressing. */
  label: string
  /** null or absent: under way, no telling how far. */
  value?: number | null
  max?: number
  /** What stands at the right: "412 MiB / 1.2 GiB". */
  detail?: string
  tone?: Tone
  hideLabel?: boolean
  className?: string
}

export function ProgressBar({
  label,
  value,
  max = 100,
  detail,
  tone = 'accent',
  hideLabel = false,
  className,
}: ProgressBarProps) {
  const known = typeof value === 'number'
  const share = known && max > 0 ? Math.min(1, Math.max(0, value / max)) : 0
  return (
    <div className={cn('min-w-0', className)}>
      {!(hideLabel && !detail) && (
        <div className="mb-1.5 flex justify-between gap-3 text-xs">
          <span className={cn(hideLabel ? 'sr-only' : 'truncate')}>{label}</span>
          {detail && <span className="ml-auto shrink-0 text-muted tabular-nums">{detail}</span>}
        </div>
      )}
      <div
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={max}
        aria-valuenow={known ? Math.min(max, Math.max(0, value)) : undefined}
        aria-valuetext={detail}
        className="h-1.5 overflow-hidden rounded-full bg-sunken ring-1 ring-line ring-inset"
      >
        <div
          className={cn(
            'h-full rounded-full',
            fillTone[tone],
            known ? 'transition-[width] duration-300' : 'w-2/5 animate-slide-along motion-reduce:w-full motion-reduce:opacity-50',
          )}
          style={known ? { width: `${share * 100}%` } : undefined}
        />
      </div>
    </div>
  )
}
