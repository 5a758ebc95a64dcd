import { SessionStatePill } from '@/components/session/session-state-pill'
import { AppLink } from '@/components/ui/app-link'
import { Card } from '@/components/ui/card'
import { RelativeTime } from '@/components/ui/relative-time'
import { formatBytes, formatCount, formatCpu } from '@/lib/client/format'
import type { AgentDetail } from '@/lib/domain/agent-view'
import type { SessionState, Wanted } from '@/lib/domain/session-lifecycle'
import { ownerWords } from '@/lib/domain/session-owner'
import { restingSession } from './resting-session'

/** What runs there now. The link leads to the timeline, never into someone's desktop. */
export function AgentSessions({ agent }: { agent: AgentDetail }) {
  const { sessions, drain } = agent
  return (
    <Card
      title={drain ? 'Still here' : 'Sessions'}
      description={sessions.length > 0 ? formatCount(sessions.length, 'session') : undefined}
      flush
    >
      {sessions.length === 0 ? (
        <p className="px-4 pb-4 text-muted">{drain ? 'Nobody is left: the host can be worked on.' : 'None runs here now.'}</p>
      ) : (
        <ul>
          {sessions.map((session) => (
            <li key={session.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 border-line border-t px-4 py-2.5">
              <AppLink href={`/sessions/${session.id}`} className="min-w-40 flex-1 font-medium hover:underline">
                {session.imageName}
                <span className="block font-normal text-muted text-xs">{ownerWords(session.owner)}</span>
              </AppLink>
              <SessionStatePill
                look="plain"
                session={{
                  ...restingSession(session.state as SessionState),
                  wanted: session.wanted as Wanted,
                  agentUnreachableSince: agent.unreachableSince,
                }}
              />
              <span className="text-muted text-xs tabular-nums">
                {formatCpu(session.cpuMillis)} · {formatBytes(session.memoryBytes)}
              </span>
              <RelativeTime time={session.createdAt} className="w-24 text-right text-muted text-xs" />
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
