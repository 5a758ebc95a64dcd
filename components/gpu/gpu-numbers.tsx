import { cn } from '@/lib/client/cn'
import { formatBytesOf } from '@/lib/client/format'
import type { GpuTile } from '@/lib/domain/gpu-view'

type Measured = Pick<GpuTile, 'reading' | 'memoryBytes'>

/** Utilisation and memory as bars with their numbers. Not measured is said, never drawn as nothing. */
export function GpuBars({ reading, memoryBytes, className }: Measured & { className?: string }) {
  const utilization = reading?.utilizationPercent ?? null
  const used = reading?.memoryUsedBytes ?? null
  return (
    <dl className={cn('grid grid-cols-[auto_1fr_auto] items-center gap-x-2.5 gap-y-1 text-xs', className)}>
      <Bar label="Use" share={utilization === null ? null : utilization / 100} text={percent(utilization)} />
      <Bar
        label="Memory"
        share={used === null || !memoryBytes ? null : used / memoryBytes}
        text={formatBytesOf(used, memoryBytes)}
      />
    </dl>
  )
}

function Bar({ label, share, text }: { label: string; share: number | null; text: string }) {
  return (
    <div className="contents">
      <dt className="text-muted">{label}</dt>
      <dd aria-hidden="true" className="h-1.5 min-w-8 overflow-hidden rounded-full bg-sunken ring-1 ring-line ring-inset">
        {share !== null && (
          <span
            className="block h-full rounded-full bg-accent transition-[width] duration-300"
            style={{ width: `${Math.min(1, Math.max(0, share)) * 100}%` }}
          />
        )}
      </dd>
      <dd className="text-right tabular-nums">{text}</dd>
    </div>
  )
}

/** "61 °C · 412 W" */
export function heatWords(reading: GpuTile['reading']): string {
  const heat = reading?.temperatureCelsius ?? null
  const power = reading?.powerWatts ?? null
  return `${heat === null ? '–' : Math.round(heat)} °C · ${power === null ? '–' : Math.round(power)} W`
}

export function percent(value: number | null): string {
  return value === null ? '–' : `${Math.round(value)} %`
}
