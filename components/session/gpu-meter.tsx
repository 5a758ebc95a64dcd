'use client'
import { useQuery } from '@tanstack/react-query'
import { Microchip } from 'lucide-react'
import { GpuBars, heatWords, percent } from '@/components/gpu/gpu-numbers'
import { Popover } from '@/components/ui/popover'
import { gpuQueries } from '@/lib/client/gpu-queries'
import type { SessionGpu } from '@/lib/domain/gpu-view'
import { meterSummary } from './gpu-meter-summary'

/** What my GPUs do: their mean in the bar, each of them behind it. */
// biome-ignore lint/style/noDefaultExport: React's lazy takes the default export.
export default function GpuMeter({ sessionId }: { sessionId: string }) {
  const read = useQuery(gpuQueries.ofSession(sessionId))
  const gpus = read.data
  if (!gpus || gpus.length === 0) return null
  const { words, utilizationPercent } = meterSummary(gpus)
  return (
    <Popover
      label="My GPUs"
      variant="ghost"
      size="sm"
      trigger={
        <>
          <Microchip aria-hidden="true" />
          <span className="sr-only">{words}</span>
          <span
            aria-hidden="true"
            className="h-1.5 w-10 overflow-hidden rounded-full bg-sunken ring-1 ring-line ring-inset max-sm:hidden"
          >
            <span
              className="block h-full rounded-full bg-accent transition-[width] duration-300"
              style={{ width: `${Math.min(100, utilizationPercent ?? 0)}%` }}
            />
          </span>
          <span aria-hidden="true" className="tabular-nums">
            {percent(utilizationPercent)}
          </span>
        </>
      }
    >
      <ul className="flex flex-col gap-3">
        {gpus.map((gpu) => (
          <GpuRow key={gpu.uuid} gpu={gpu} />
        ))}
      </ul>
      {read.isError && <p className="mt-3 text-warn text-xs">The portal does not answer: these numbers are old.</p>}
    </Popover>
  )
}

function GpuRow({ gpu }: { gpu: SessionGpu }) {
  return (
    <li>
      <p className="mb-1.5 flex items-baseline justify-between gap-2">
        <span className="min-w-0 truncate" title={gpu.uuid}>
          <span className="mr-1.5 text-muted tabular-nums">{gpu.index}</span>
          <span className="font-medium">{gpu.model}</span>
        </span>
      </p>
      <GpuBars reading={gpu.reading} memoryBytes={gpu.memoryBytes} />
      <p className="mt-1 text-muted text-xs tabular-nums">
        {heatWords(gpu.reading)}
        {gpu.shares > 1 && ' · shared with others, no isolation'}
        {gpu.lost && ' · lost'}
      </p>
    </li>
  )
}
