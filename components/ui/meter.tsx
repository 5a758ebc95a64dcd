import type { ReactNode } from 'react'
import { cn } from '@/lib/client/cn'
import { fillTone, type Tone } from './tone'

export type MeterProps = {
  label: ReactNode
  /** In use as measured; null where nobody measured it. */
  used?: number | null
  /** Promised to somebody; drawn beneath what is used. */
  reserved?: number | null
  total: number | null
  /** Turns every number into text with its unit. */
  format?: (value: number) => string
  /** Share of the total from which it is marked as nearly full. */
  warnAt?: number
  dense?: boolean
  className?: string
}

/** How much of something is used and how much is promised, as a bar and as numbers. */
export function Meter(props: MeterProps) {
  const { label, used, reserved, total, format = String, warnAt = 0.9, dense = false, className } = props
  const tone = toneOf(props, warnAt)
  const facts = [
    typeof used === 'number' && `${format(used)} used`,
    typeof reserved === 'number' && `${format(reserved)} reserved`,
  ].filter(Boolean)
  return (
    <div className={cn('min-w-0', className)}>
      <div className={cn('flex flex-wrap items-baseline justify-between gap-x-3', dense ? 'mb-1 text-xs' : 'mb-1.5')}>
        <span className={cn(!dense && 'font-medium')}>{label}</span>
        <span className="text-muted text-xs tabular-nums">
          {facts.length > 0 ? facts.join(' · ') : 'unknown'}
          {total !== null && ` of ${format(total)}`}
          {tone !== 'accent' && (
            <span className="ml-1 font-medium text-ink">{tone === 'danger' ? '(full)' : '(nearly full)'}</span>
          )}
        </span>
      </div>
      <div
        aria-hidden="true"
        className={cn('relative overflow-hidden rounded-full bg-sunken ring-1 ring-line ring-inset', dense ? 'h-1.5' : 'h-2')}
      >
        {typeof reserved === 'number' && <Bar share={shareOf(reserved, total)} look="bg-accent/30" />}
        {typeof used === 'number' && <Bar share={shareOf(used, total)} look={fillTone[tone]} />}
      </div>
    </div>
  )
}

function Bar({ share, look }: { share: number; look: string }) {
  return (
    <div
      className={cn('absolute inset-y-0 left-0 rounded-full transition-[width] duration-300', look)}
      style={{ width: `${share * 100}%` }}
    />
  )
}

function shareOf(value: number | null | undefined, total: number | null): number {
  if (typeof value !== 'number' || !total) return 0
  return Math.min(1, Math.max(0, value / total))
}

function toneOf({ used, reserved, total }: MeterProps, warnAt: number): Tone {
  const share = Math.max(shareOf(used, total), typeof used === 'number' ? 0 : shareOf(reserved, total))
  if (share >= 0.99) return 'danger'
  return share >= warnAt ? 'warn' : 'accent'
}
