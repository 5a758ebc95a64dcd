// How a session's state reads on a page: what was last seen, what was asked since, and whether its agent answers at all.
import type { StateIcon } from '@/components/ui/state-pill'
import type { Tone } from '@/components/ui/tone'
import type { SessionView } from '@/lib/domain/session'
import { type SessionState, stateWords } from '@/lib/domain/session-lifecycle'

export type SessionLook = { label: string; icon: StateIcon; tone: Tone }
type Seen = Pick<SessionView, 'state' | 'wanted' | 'agentUnreachableSince'> & { saving?: boolean }

const looks: Record<SessionState, Omit<SessionLook, 'label'>> = {
  queued: { icon: 'waiting', tone: 'accent' },
  starting: { icon: 'working', tone: 'accent' },
  running: { icon: 'running', tone: 'ok' },
  paused: { icon: 'paused', tone: 'warn' },
  stopping: { icon: 'working', tone: 'neutral' },
  stopped: { icon: 'stopped', tone: 'neutral' },
  deleting: { icon: 'working', tone: 'neutral' },
  deleted: { icon: 'none', tone: 'neutral' },
  failed: { icon: 'failed', tone: 'danger' },
  lost: { icon: 'warning', tone: 'danger' },
}

/** The state over which an unreachable agent is shown, and for everybody else the whole story. */
export function sessionLook(session: Seen): SessionLook {
  if (session.agentUnreachableSince !== null) return { label: 'Unreachable', icon: 'disconnected', tone: 'warn' }
  if (session.saving && session.wanted !== 'deleted') return { label: 'Saving as image', icon: 'working', tone: 'accent' }
  return askedLook(session) ?? { label: stateWords[session.state], ...looks[session.state] }
}

/** Something was asked and is not seen yet: the page says what is on its way, not what is about to end. */
function askedLook({ state, wanted }: Seen): SessionLook | null {
  const under = (label: string): SessionLook => ({ label, icon: 'working', tone: 'neutral' })
  if (wanted === 'deleted') return state === 'deleted' ? null : under('Deleting')
  if (state === 'stopping' && wanted === 'running') return under('Restarting')
  const isHere = state === 'queued' || state === 'starting' || state === 'running' || state === 'paused'
  if (wanted === 'stopped' && isHere) return under(state === 'running' || state === 'paused' ? 'Stopping' : 'Cancelling')
  if (wanted === 'paused' && state === 'running') return under('Pausing')
  if (wanted === 'running' && state === 'paused') return under('Resuming')
  return null
}
