import { cn } from '@/lib/client/cn'

type ShareBarProps = {
  /** What is reserved, in the unit of `total`; null where it is not known. */
  held: number | null
  total: number | null
  /** The words beside the bar: "12 / 64 cores". */
  text: string
  /** What it is, for those who do not see the column's header. */
  label: string
  /** Nearly full is worth a colour only where someone must act: a full GPU is a good GPU. */
  warnAt?: number
  className?: string
}

/** A small bar for table cells: how much of something is promised to sessions. */
export function ShareBar({ held, total, text, label, warnAt, className }: ShareBarProps) {
  const share = held !== null && total ? Math.min(1, Math.max(0, held / total)) : 0
  const full = warnAt !== undefined && share >= warnAt
  return (
    <span className={cn('inline-flex min-w-20 flex-col gap-1', className)}>
      <span className="whitespace-nowrap text-xs tabular-nums">
        <span className="sr-only">{label}: </span>
        {text}
        {full && <span className="ml-1 font-medium text-warn">low</span>}
      </span>
      <span aria-hidden="true" className="block h-1.5 overflow-hidden rounded-full bg-sunken ring-1 ring-line ring-inset">
        <span
          className={cn('block h-full rounded-full transition-[width] duration-300', full ? 'bg-warn' : 'bg-accent')}
          style={{ width: `${share * 100}%` }}
        />
      </span>
    </span>
  )
}
