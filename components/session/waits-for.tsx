import { inertText } from '@/components/ui/inert-text'
import { RelativeTime } from '@/components/ui/relative-time'
import type { SessionView } from '@/lib/domain/session'

/** Why a stop or a delete is not done yet, and when it is tried again. It is never given up. */
export function WaitsFor({ session }: { session: Pick<SessionView, 'waitsFor' | 'agentUnreachableSince'> }) {
  const { waitsFor, agentUnreachableSince } = session
  if (!waitsFor) return null
  return (
    <span className="mt-1 block max-w-96 text-warn text-xs [overflow-wrap:anywhere]">
      {agentUnreachableSince === null ? (
        <>
          {inertText(waitsFor.problem ?? '')}
          {waitsFor.nextTryAt && (
            <>
              {' '}
              Tried again <RelativeTime time={waitsFor.nextTryAt} />.
            </>
          )}
        </>
      ) : (
        'Its end waits for its agent, which does not answer, and is done when the agent is back.'
      )}
    </span>
  )
}
