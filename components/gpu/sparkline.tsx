import { cn } from '@/lib/client/cn'
import { evenly, plotLine, summary } from './plot-line'

type SparklineProps = {
  /** In percent, oldest first; null where nothing was measured. */
  values: readonly (number | null)[]
  /** What it is a line of: "Utilisation". */
  label: string
  className?: string
}

const width = 120
const height = 24

/** The last hour as a line, with its range in words for those who do not see it. */
export function Sparkline({ values, label, className }: SparklineProps) {
  const range = summary(values)
  const words = range
    ? `${label} in the last hour: ${percent(range.low)} to ${percent(range.high)}, ${percent(range.mean)} on average`
    : `${label}: nothing was measured in the last hour`
  return (
    <svg
      role="img"
      aria-label={words}
      viewBox={`0 -1 ${width} ${height + 2}`}
      preserveAspectRatio="none"
      className={cn('h-6 w-full', className)}
    >
      <title>{words}</title>
      <path d={`M0 ${height}H${width}`} className="stroke-line" strokeWidth="1" vectorEffect="non-scaling-stroke" />
      <path
        d={plotLine(evenly(values), { width, height, max: 100 })}
        fill="none"
        className="stroke-accent"
        strokeWidth="1.5"
        strokeLinejoin="round"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  )
}

function percent(value: number): string {
  return `${Math.round(value)} %`
}
