// A session of which only the state that was seen is known: shown as if nothing else had been asked.
import type { SessionView } from '@/lib/domain/session'
import type { SessionState, Wanted } from '@/lib/domain/session-lifecycle'

const settled: Partial<Record<SessionState, Wanted>> = { paused: 'paused', stopping: 'stopped', stopped: 'stopped' }

export function restingSession(state: SessionState): Pick<SessionView, 'state' | 'wanted' | 'agentUnreachableSince'> {
  return { state, wanted: settled[state] ?? 'running', agentUnreachableSince: null }
}
