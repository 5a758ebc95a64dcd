import type { ReactNode } from 'react'
import { CircleAlert } from '@/components/ui/icons'
import { ProgressBar } from '@/components/ui/progress-bar'
import { RelativeTime } from '@/components/ui/relative-time'
import { formatBytesOf, formatDuration } from '@/lib/client/format'
import type { PullView } from '@/lib/domain/pull-view'

type PullLineProps = { name: ReactNode /** The same in plain text. */; label: string; pull: PullView }

/** One image on its way to one agent: how far, how long still, or why not. */
export function PullLine({ name, label, pull }: PullLineProps) {
  return (
    <li className="border-line border-t px-4 py-2">
      <p className="flex items-center gap-2">
        {pull.state === 'failed' && <CircleAlert aria-hidden="true" className="size-3.5 shrink-0 text-warn" />}
        <span className="min-w-0 flex-1 truncate">
          {name}
          {pull.source && <span className="text-muted text-xs"> from {pull.source}</span>}
        </span>
        <span className="text-muted text-xs tabular-nums">{stateWords(pull)}</span>
      </p>
      {pull.state === 'pulling' && (
        <ProgressBar
          label={`Fetching ${label}`}
          hideLabel
          value={pull.progress?.bytes ?? null}
          max={pull.progress?.bytesTotal || 1}
          className="mt-1.5"
        />
      )}
      {pull.state === 'failed' && (
        <p className="mt-1 text-muted text-xs [overflow-wrap:anywhere]">
          {pull.problem?.replace(/\.?$/, '.')} {pull.hint}
          {pull.nextTryAt && (
            <>
              {' '}
              Next try: <RelativeTime time={pull.nextTryAt} />.
            </>
          )}
        </p>
      )}
    </li>
  )
}

function stateWords({ state, progress, timeLeftMs }: PullView): string {
  if (state === 'waiting') return 'Waits for its turn'
  if (state === 'failed') return 'Could not be fetched'
  if (!progress || progress.bytesTotal + progress.layers === 0) return progress?.status ?? 'Asking the registry'
  const parts = [
    progress.status,
    progress.layers > 0 && `${progress.layersDone} of ${progress.layers} layers`,
    formatBytesOf(progress.bytes, progress.bytesTotal),
    timeLeftMs === null ? null : `about ${formatDuration(timeLeftMs)} left`,
  ]
  return parts.filter(Boolean).join(' · ')
}
