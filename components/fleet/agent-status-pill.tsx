import { ClockTime } from '@/components/ui/clock-time'
import { RelativeTime } from '@/components/ui/relative-time'
import { StatePill } from '@/components/ui/state-pill'
import { formatDuration } from '@/lib/client/format'
import type { AgentRow } from '@/lib/domain/agent-view'
import { agentLooks } from './agent-status'

type AgentStatusPillProps = {
  agent: Pick<AgentRow, 'enabled' | 'standing' | 'unreachableSince' | 'latencyMs' | 'drain'>
  look?: 'pill' | 'plain'
}

/** The status, and since when or how much where that matters. */
export function AgentStatusPill({ agent, look = 'pill' }: AgentStatusPillProps) {
  const { standing, unreachableSince, latencyMs, drain, enabled } = agent
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-0.5">
      <StatePill {...agentLooks[standing]} look={look} />
      {standing === 'unreachable' && unreachableSince && (
        <RelativeTime time={unreachableSince} className="whitespace-nowrap text-muted text-xs" />
      )}
      {standing === 'slow' && latencyMs !== null && (
        <span className="whitespace-nowrap text-muted text-xs tabular-nums">{formatDuration(latencyMs)} a call</span>
      )}
      {standing === 'drained' && drain?.deadlineAt && (
        <span className="whitespace-nowrap text-muted text-xs">
          stops <ClockTime time={drain.deadlineAt} />
        </span>
      )}
      {standing === 'unreachable' && !enabled && <span className="text-muted text-xs">switched off</span>}
      {standing === 'unreachable' && enabled && drain && <span className="text-muted text-xs">drained</span>}
    </span>
  )
}
