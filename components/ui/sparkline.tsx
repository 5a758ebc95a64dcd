import { cn } from '@/lib/client/cn'

export type SparklineProps = {
  /** Oldest first; null where nothing was measured, which stays a gap. */
  values: readonly (number | null)[]
  /** The whole sentence for who cannot see it: "GPU load, last hour: now 40 %, at most 93 %". */
  label: string
  min?: number
  max?: number
  width?: number
  height?: number
  className?: string
}

export function Sparkline({ values, label, min = 0, max, width = 120, height = 28, className }: SparklineProps) {
  const top = max ?? Math.max(1, ...values.map((value) => value ?? 0))
  const x = (index: number) => (values.length > 1 ? (index / (values.length - 1)) * (width - 2) + 1 : width / 2)
  const y = (value: number) => height - 1.5 - ((Math.min(top, Math.max(min, value)) - min) / (top - min || 1)) * (height - 3)
  const runs = runsOf(values)
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      className={cn('block h-7 w-full overflow-visible', className)}
    >
      <line x1="0" x2={width} y1={height - 0.5} y2={height - 0.5} className="stroke-line" vectorEffect="non-scaling-stroke" />
      {runs.map((run) => {
        const points = run.map(({ index, value }) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`)
        const [first, last] = [run[0]?.index ?? 0, run.at(-1)?.index ?? 0]
        return (
          <g key={first}>
            <polygon points={`${x(first)},${height} ${points.join(' ')} ${x(last)},${height}`} className="fill-accent/12" />
            <polyline
              points={points.length === 1 ? `${points[0]} ${points[0]}` : points.join(' ')}
              className="fill-none stroke-[1.5] stroke-accent"
              strokeLinejoin="round"
              strokeLinecap="round"
              vectorEffect="non-scaling-stroke"
            />
          </g>
        )
      })}
    </svg>
  )
}

type Point = { index: number; value: number }

function runsOf(values: readonly (number | null)[]): Point[][] {
  const runs: Point[][] = []
  values.forEach((value, index) => {
    if (value === null) return
    const run = runs.at(-1)
    if (run && run.at(-1)?.index === index - 1) run.push({ index, value })
    else runs.push([{ index, value }])
  })
  return runs
}
