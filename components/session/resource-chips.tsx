import { Badge } from '@/components/ui/badge'
import { cn } from '@/lib/client/cn'
import { formatBytes, formatCpu } from '@/lib/client/format'
import { type GpuWish, gpuWords } from './gpu-words'
import { ResourceIcon } from './resource-icon'

type ResourceChipsProps = {
  cpuMillis: number
  memoryBytes: number
  /** What is asked for; 'all' is every GPU of one agent. */
  gpusWanted: number | 'all'
  /** What is held, where something is. */
  gpus?: readonly { model: string }[]
  /** Which GPUs would do. */
  gpuDemands?: GpuWish | null
  className?: string
}

/** CPU, memory and GPUs, the same everywhere they are named. */
export function ResourceChips({
  cpuMillis,
  memoryBytes,
  gpusWanted,
  gpus = [],
  gpuDemands = null,
  className,
}: ResourceChipsProps) {
  const gpu = gpuWords(gpusWanted, gpus, gpuDemands)
  return (
    <ul className={cn('flex min-w-0 flex-wrap gap-1.5', className)} aria-label="Resources">
      <li>
        <Badge icon={<ResourceIcon name="cpu" />}>{formatCpu(cpuMillis)}</Badge>
      </li>
      <li>
        <Badge icon={<ResourceIcon name="memory" />}>{formatBytes(memoryBytes)}</Badge>
      </li>
      {gpu && (
        <li className="min-w-0">
          <Badge tone="accent" icon={<ResourceIcon name="gpu" />}>
            {gpu}
          </Badge>
        </li>
      )}
    </ul>
  )
}
