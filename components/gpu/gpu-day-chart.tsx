'use client'
import { formatBytes } from '@/lib/client/format'
import { useHydrated } from '@/lib/client/use-hydrated'
import type { GpuDetail } from '@/lib/domain/gpu-view'
import { overTime, plotLine, summary } from './plot-line'

type Samples = GpuDetail['samples']
type GpuDayChartProps = { samples: Samples; memoryBytes: number | null; nowMs: number }

const dayMs = 86_400_000
const frame = { width: 720, height: 120 }
/** Every five minutes: more is not to be told apart on a screen. */
const steps = 288

/** A day of use and memory, each on axes of its own, so that neither hides the other. */
export function GpuDayChart({ samples, memoryBytes, nowMs }: GpuDayChartProps) {
  const axis = { fromMs: nowMs - dayMs, toMs: nowMs, steps }
  const most = memoryBytes ?? Math.max(1, ...samples.map((sample) => sample.memoryUsedBytes ?? 0))
  return (
    <div className="grid gap-6 2xl:grid-cols-2">
      <Chart
        title="Utilisation"
        samples={samples}
        pick={(sample) => sample.utilizationPercent}
        max={100}
        format={(value) => `${Math.round(value)} %`}
        axis={axis}
      />
      <Chart
        title="Memory used"
        samples={samples}
        pick={(sample) => sample.memoryUsedBytes}
        max={most}
        format={formatBytes}
        axis={axis}
      />
    </div>
  )
}

type ChartProps = {
  title: string
  samples: Samples
  pick: (sample: Samples[number]) => number | null
  max: number
  format: (value: number) => string
  axis: { fromMs: number; toMs: number; steps: number }
}

function Chart({ title, samples, pick, max, format, axis }: ChartProps) {
  const points = overTime(samples, pick, axis)
  const range = summary(samples.map(pick))
  const words = range
    ? `${title} in the last day: ${format(range.low)} to ${format(range.high)}, ${format(range.mean)} on average`
    : `${title}: nothing was measured in the last day`
  return (
    <figure className="min-w-0">
      <figcaption className="mb-2 flex flex-wrap items-baseline justify-between gap-x-4">
        <span className="font-medium">{title}</span>
        <span className="text-muted text-xs tabular-nums">
          {range ? `${format(range.low)} to ${format(range.high)}, ${format(range.mean)} on average` : 'nothing was measured yet'}
        </span>
      </figcaption>
      <div className="grid grid-cols-[1fr_auto] gap-x-2">
        <svg
          role="img"
          aria-label={words}
          viewBox={`0 -1 ${frame.width} ${frame.height + 2}`}
          preserveAspectRatio="none"
          className="h-32 w-full"
        >
          <title>{words}</title>
          {[0, 0.5, 1].map((share) => (
            <path
              key={share}
              d={`M0 ${frame.height * share}H${frame.width}`}
              className="stroke-line"
              strokeWidth="1"
              strokeDasharray={share === 1 ? undefined : '2 4'}
              vectorEffect="non-scaling-stroke"
            />
          ))}
          <path
            d={plotLine(points, { ...frame, max })}
            fill="none"
            className="stroke-accent"
            strokeWidth="1.5"
            strokeLinejoin="round"
            vectorEffect="non-scaling-stroke"
          />
        </svg>
        <ol
          aria-hidden="true"
          className="flex h-32 w-16 flex-col justify-between text-right text-muted text-xs leading-none tabular-nums"
        >
          <li>{format(max)}</li>
          <li>{format(max / 2)}</li>
          <li>0</li>
        </ol>
        <Hours axis={axis} />
      </div>
    </figure>
  )
}

/** By the reader's own clock, which the server does not know. */
function Hours({ axis: { fromMs, toMs } }: { axis: { fromMs: number; toMs: number } }) {
  const hydrated = useHydrated()
  const times = [0, 0.25, 0.5, 0.75].map((share) => fromMs + (toMs - fromMs) * share)
  const clock = (time: number) => new Date(time).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
  return (
    <ol aria-hidden="true" className="mt-1 flex h-4 justify-between text-muted text-xs tabular-nums">
      {times.map((time, index) => (
        <li key={index}>{hydrated && clock(time)}</li>
      ))}
      <li>now</li>
    </ol>
  )
}
