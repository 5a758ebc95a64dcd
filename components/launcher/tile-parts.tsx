// A workspace tile as the server draws it; the button and the search around it are the browser's (workspace-gallery.tsx).
import { ResourceChips } from '@/components/session/resource-chips'
import { StatusDot } from '@/components/ui/status-dot'
import type { Tone } from '@/components/ui/tone'
import { WorkspaceIcon } from '@/components/workspace-icon/workspace-icon'
import { formatCount } from '@/lib/client/format'
import type { LaunchTile } from '@/lib/domain/workspace-image-view'

const availabilities: Record<LaunchTile['availability'], { label: string; tone: Tone }> = {
  free: { label: 'Free now', tone: 'ok' },
  busy: { label: 'Busy: would wait in the queue', tone: 'warn' },
  never: { label: 'Cannot run', tone: 'danger' },
  unknown: { label: 'Cannot be said now', tone: 'neutral' },
}

export function TileBody({ tile }: { tile: LaunchTile }) {
  return (
    <>
      <div className="flex items-start gap-3">
        <WorkspaceIcon icon={tile.icon} />
        <div className="min-w-0 flex-1">
          <h3 className="line-clamp-2 font-medium [overflow-wrap:anywhere]">{tile.name}</h3>
          {tile.categories.length > 0 && <p className="truncate text-muted text-xs">{tile.categories.join(' · ')}</p>}
        </div>
      </div>
      {tile.description && <p className="line-clamp-2 text-muted [overflow-wrap:anywhere]">{tile.description}</p>}
      <ResourceChips
        cpuMillis={tile.cpuMillis}
        memoryBytes={tile.memoryBytes}
        gpusWanted={tile.gpus}
        gpuDemands={{
          memoryBytesMin: tile.gpuMemoryBytesMin,
          modelPattern: tile.gpuModelPattern,
          countMin: tile.gpuChoices[0],
        }}
        className="mt-auto"
      />
    </>
  )
}

export function TileAvailability({ tile }: { tile: LaunchTile }) {
  const { label, tone } = availabilities[tile.availability]
  return (
    <>
      <StatusDot label={label} tone={tone} />
      {tile.availabilityText && (
        <p className="mt-0.5 line-clamp-2 text-muted [overflow-wrap:anywhere]">{tile.availabilityText}</p>
      )}
    </>
  )
}

/** The platform's own list, above the button that covers the tile; what is chosen is read at the click. */
export function TileSizes({ tile }: { tile: LaunchTile }) {
  return (
    <select
      aria-label={`GPUs for ${tile.name}`}
      defaultValue={tile.gpuChoices.at(-1)}
      className="relative z-10 h-8 rounded-md border border-control bg-surface px-1.5 text-base text-ink hover:border-ink/60 focus-visible:border-accent focus-visible:outline-2 focus-visible:-outline-offset-1 focus-visible:outline-accent pointer-coarse:h-11 sm:text-xs"
    >
      {tile.gpuChoices.map((count) => (
        <option key={count} value={count}>
          {formatCount(count, 'GPU')}
        </option>
      ))}
    </select>
  )
}
