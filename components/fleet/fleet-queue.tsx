import { AppLink } from '@/components/ui/app-link'
import { Card } from '@/components/ui/card'
import { RelativeTime } from '@/components/ui/relative-time'
import { formatCount } from '@/lib/client/format'
import type { FleetOverview } from '@/lib/domain/agent-view'

const SHOWN = 10

/** Who waits, in order. */
export function FleetQueue({ queue }: { queue: FleetOverview['queue'] }) {
  return (
    <Card
      title="Queue"
      description={queue.length > 0 ? `${formatCount(queue.length, 'session')} waiting for a place` : undefined}
    >
      {queue.length === 0 ? (
        <p className="text-muted">Nobody waits.</p>
      ) : (
        <ol className="flex flex-col">
          {queue.slice(0, SHOWN).map((waiting) => (
            <li key={waiting.sessionId} className="flex items-baseline gap-3 border-line border-b py-2 last:border-b-0">
              <span className="w-6 text-right font-medium tabular-nums">{waiting.position}</span>
              <AppLink href={`/sessions/${waiting.sessionId}`} className="min-w-0 flex-1 truncate hover:underline">
                {waiting.imageName} <span className="text-muted">of {waiting.owner}</span>
              </AppLink>
              <RelativeTime time={waiting.since} className="whitespace-nowrap text-muted text-xs" />
            </li>
          ))}
        </ol>
      )}
      {queue.length > SHOWN && <p className="pt-2 text-muted text-xs">and {queue.length - SHOWN} more</p>}
    </Card>
  )
}
