import { ResourceChips } from '@/components/session/resource-chips'
import { buttonLook } from '@/components/ui/button'
import { StatusDot } from '@/components/ui/status-dot'
import type { Tone } from '@/components/ui/tone'
import { cn } from '@/lib/client/cn'
import type { LaunchTile } from '@/lib/domain/workspace-image-view'
import { type Pictures, TilePicture } from './tile-picture'

type WorkspaceTileProps = {
  tile: LaunchTile
  pictures: Pictures
  launching: boolean
  onLaunch: (tile: LaunchTile) => void
}

const availabilities: Record<LaunchTile['availability'], { label: string; tone: Tone }> = {
  free: { label: 'Free now', tone: 'ok' },
  busy: { label: 'Busy: would wait in the queue', tone: 'warn' },
  never: { label: 'Cannot run', tone: 'danger' },
  unknown: { label: 'Cannot be said now', tone: 'neutral' },
}

export function WorkspaceTile({ tile, pictures, launching, onLaunch }: WorkspaceTileProps) {
  const { label, tone } = availabilities[tile.availability]
  const never = tile.availability === 'never'
  const describedBy = `tile-${tile.id}`
  return (
    <li className="relative flex min-w-0 flex-col gap-3 rounded-lg border border-line bg-surface p-4 shadow-card transition-colors focus-within:border-accent hover:border-control">
      <div className="flex items-start gap-3">
        <TilePicture icon={tile.icon} pictures={pictures} />
        <div className="min-w-0 flex-1">
          <h3 className="line-clamp-2 font-medium [overflow-wrap:anywhere]">{tile.name}</h3>
          {tile.categories.length > 0 && <p className="truncate text-muted text-xs">{tile.categories.join(' · ')}</p>}
        </div>
      </div>
      {tile.description && <p className="line-clamp-2 text-muted [overflow-wrap:anywhere]">{tile.description}</p>}
      <div className="mt-auto flex flex-col gap-3">
        <ResourceChips cpuMillis={tile.cpuMillis} memoryBytes={tile.memoryBytes} gpusWanted={tile.gpus} />
        <div className="flex items-end justify-between gap-3">
          <div id={describedBy} className="min-w-0 text-xs">
            <StatusDot label={label} tone={tone} />
            {tile.availabilityText && (
              <p className="mt-0.5 line-clamp-2 text-muted [overflow-wrap:anywhere]">{tile.availabilityText}</p>
            )}
          </div>
          <button
            type="button"
            data-launch=""
            aria-label={`Launch ${tile.name}`}
            aria-describedby={describedBy}
            aria-disabled={never || launching || undefined}
            aria-busy={launching || undefined}
            onClick={() => !(never || launching) && onLaunch(tile)}
            // The whole tile is its target; the button is what the keyboard and the eye find.
            className={cn(
              buttonLook({ variant: never ? 'secondary' : 'primary', size: 'sm' }),
              'static! after:absolute after:inset-0 after:rounded-lg',
              launching && 'cursor-progress!',
              never && 'cursor-not-allowed!',
            )}
          >
            {launching ? 'Launching…' : 'Launch'}
          </button>
        </div>
      </div>
    </li>
  )
}
