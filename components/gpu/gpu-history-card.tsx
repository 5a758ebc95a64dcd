import { AppLink } from '@/components/ui/app-link'
import { Card } from '@/components/ui/card'
import { RelativeTime } from '@/components/ui/relative-time'
import { formatDuration } from '@/lib/client/format'
import type { GpuHistoryEntry } from '@/lib/domain/gpu-view'
import { ownerWords } from '@/lib/domain/session-owner'

/** Who had it, the last first. */
export function GpuHistoryCard({ history, nowMs }: { history: readonly GpuHistoryEntry[]; nowMs: number }) {
  return (
    <Card title="Who held it" description={history.length >= 50 ? 'The last 50' : undefined} flush>
      {history.length === 0 ? (
        <p className="px-4 pb-4 text-muted">Nobody has held it yet.</p>
      ) : (
        <ol>
          {history.map((use) => (
            <li
              key={`${use.sessionId}-${use.since}`}
              className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5 border-line border-t px-4 py-2"
            >
              <span className="min-w-40 flex-1 truncate">
                <span className="font-medium">{ownerWords(use.owner)}</span>{' '}
                {use.until === null ? (
                  <AppLink href={`/sessions/${use.sessionId}`} className="text-muted hover:underline">
                    {use.imageName}
                  </AppLink>
                ) : (
                  <span className="text-muted">{use.imageName}</span>
                )}
              </span>
              <span className="text-xs tabular-nums" suppressHydrationWarning>
                {formatDuration((use.until ? Date.parse(use.until) : nowMs) - Date.parse(use.since))}
                {use.until === null && ' so far'}
              </span>
              <RelativeTime time={use.since} className="ml-auto w-20 text-right text-muted text-xs" />
            </li>
          ))}
        </ol>
      )}
    </Card>
  )
}
