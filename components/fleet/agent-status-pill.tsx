import { RelativeTime } from '@/components/ui/relative-time'
import { StatePill } from '@/components/ui/state-pill'
import type { AgentRow } from '@/lib/domain/agent-view'
import { agentLook } from './agent-status'

type AgentStatusPillProps = {
  agent: Pick<AgentRow, 'enabled' | 'status' | 'unreachableSince'>
  look?: 'pill' | 'plain'
}

/** The status, and since when where that matters. */
export function AgentStatusPill({ agent, look = 'pill' }: AgentStatusPillProps) {
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-0.5">
      <StatePill {...agentLook(agent)} look={look} />
      {agent.status === 'unreachable' && agent.unreachableSince && (
        <RelativeTime time={agent.unreachableSince} className="whitespace-nowrap text-muted text-xs" />
      )}
      {agent.status === 'unreachable' && !agent.enabled && <span className="text-muted text-xs">switched off</span>}
    </span>
  )
}
