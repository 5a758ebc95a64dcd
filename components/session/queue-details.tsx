import { RelativeTime } from '@/components/ui/relative-time'
import { formatCount } from '@/lib/client/format'
import type { QueueHolder, QueueView } from '@/lib/domain/session'

/** Who has what a session waits for, and when it could be free. */
export function QueueDetails({ queue, position }: { queue: QueueView; position: number | null }) {
  return (
    <div className="flex flex-col gap-3">
      <p role="status">
        {position === null
          ? 'Its place in the queue is being found'
          : position === 1
            ? 'Next in the queue'
            : `Position ${position} in the queue`}
        {queue.expectedAt && (
          <span className="text-muted">
            {' · '}at the earliest <RelativeTime time={queue.expectedAt} />, when others reach their time limit
          </span>
        )}
      </p>
      {queue.holders.length > 0 && <Holders holders={queue.holders} more={queue.moreHolders} />}
    </div>
  )
}

function Holders({ holders, more }: { holders: readonly QueueHolder[]; more: number }) {
  return (
    <details className="group">
      <summary className="w-fit rounded text-muted text-xs hover:text-ink">Who has these GPUs now</summary>
      <ul aria-label="Who has these GPUs now" className="mt-2 flex flex-col gap-1.5 text-xs [overflow-wrap:anywhere]">
        {holders.map((holder, index) => (
          <li key={holder.session?.id ?? index}>
            <span className="font-medium">{holderWords(holder)}</span>
            <span className="text-muted">
              {' · '}
              {holder.gpus === 1 ? holder.model : `${holder.gpus} × ${holder.model}`}
              {holder.agent && ` on ${holder.agent}`}
              {' · since '}
              <RelativeTime time={holder.since} />
              {holder.endsAt ? (
                <>
                  {' · ends '}
                  <RelativeTime time={holder.endsAt} />
                </>
              ) : (
                ' · no time limit'
              )}
            </span>
          </li>
        ))}
        {more > 0 && <li className="text-muted">and {formatCount(more, 'more session')}</li>}
      </ul>
    </details>
  )
}

function holderWords({ owner, session }: QueueHolder): string {
  return owner && session ? `${session.name} of ${owner.name}` : 'Another person'
}
