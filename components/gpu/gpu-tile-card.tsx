import { AppLink } from '@/components/ui/app-link'
import { CopyButton } from '@/components/ui/copy-button'
import { RelativeTime } from '@/components/ui/relative-time'
import { StatePill } from '@/components/ui/state-pill'
import { cn } from '@/lib/client/cn'
import type { GpuTile } from '@/lib/domain/gpu-view'
import { GpuBadges } from './gpu-badges'
import { GpuHolders } from './gpu-holders'
import { gpuLook, shortUuid } from './gpu-look'
import { GpuBars, heatWords } from './gpu-numbers'
import { Sparkline } from './sparkline'

/** One GPU at a glance: what it is, who has it, what it does. */
export function GpuTileCard({ gpu }: { gpu: GpuTile }) {
  const isLost = gpu.holders.some((holder) => holder.lostAt !== null)
  const look = gpuLook(gpu.state)
  return (
    <li
      data-gpu={gpu.uuid}
      className={cn(
        'flex min-w-0 flex-col gap-2 rounded-lg border bg-surface p-3 shadow-card',
        isLost || gpu.state === 'missing' ? 'border-danger-line' : gpu.idleSince ? 'border-warn-line' : 'border-line',
      )}
    >
      <div className="flex items-start justify-between gap-2">
        <AppLink href={`/admin/gpus/${gpu.id}`} className="min-w-0 hover:underline">
          <span className="mr-1.5 text-muted tabular-nums">{gpu.index}</span>
          <span className="font-medium [overflow-wrap:anywhere]">{gpu.model}</span>
        </AppLink>
        <StatePill {...look} look="plain" className="mt-0.5" />
      </div>
      <p className="-mt-1.5 flex items-center gap-1 text-muted text-xs">
        <span className="truncate font-mono" title={gpu.uuid}>
          {shortUuid(gpu.uuid)}
        </span>
        <CopyButton text={gpu.uuid} label={`Copy the UUID of GPU ${gpu.index} of ${gpu.agent.name}`} variant="ghost" />
      </p>
      <GpuBadges gpu={gpu} />
      <GpuHolders holders={gpu.holders} />
      {gpu.idleSince && (
        <p className="text-warn text-xs">
          Went idle <RelativeTime time={gpu.idleSince} />
        </p>
      )}
      <GpuBars reading={gpu.reading} memoryBytes={gpu.memoryBytes} className="mt-auto" />
      <div className="flex items-end gap-3">
        <Sparkline values={gpu.sparkline} label="Utilisation" className="min-w-0 flex-1" />
        <span className="shrink-0 text-muted text-xs tabular-nums">{heatWords(gpu.reading)}</span>
      </div>
    </li>
  )
}
