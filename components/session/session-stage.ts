// What the session page shows in its middle. Pure: state, intent and connection in, one word out.
import type { SessionDetail, SessionView } from '@/lib/domain/session'
import type { DesktopConnection } from './desktop-connection'

export type SessionStage =
  | 'desktop' // The frame, alone.
  | 'opening' // The frame is on its way, and nothing else is to be said.
  | 'launch' // The steps of a start.
  | 'dropped' // There was a picture; it comes back.
  | 'refused' // No ticket, and asking again would not help.
  | 'unreachable'
  | 'foreign' // Somebody else's: administrators do not look into sessions.
  | 'paused'
  | 'saving' // Its container is being made an image.
  | 'stopping'
  | 'stopped'
  | 'failed'
  | 'lost'
  | 'deleting'
  | 'deleted'

/** There is a desktop to connect to, or its container starts: asked for now, the address comes the moment it answers. */
export function hasDesktop({
  state,
  wanted,
  verbs,
  timeline,
}: Pick<SessionDetail, 'state' | 'wanted' | 'verbs' | 'timeline'>): boolean {
  if (state === 'starting' && wanted === 'running') return ['placed', 'created', 'started'].includes(timeline.at(-1)?.code ?? '')
  return verbs.includes('connect')
}

type Facts = {
  session: Pick<SessionView, 'state' | 'wanted' | 'agentUnreachableSince' | 'verbs' | 'saving'>
  connection: Pick<DesktopConnection, 'phase' | 'wasConnected'>
  gone: boolean
  /** This page saw the session start: it goes on telling the steps until there is a picture. */
  sawLaunch: boolean
}

export function sessionStage({ session, connection, gone, sawLaunch }: Facts): SessionStage {
  if (gone || session.state === 'deleted') return 'deleted'
  if (session.wanted === 'deleted') return 'deleting'
  if (session.saving) return 'saving'
  const { state } = session
  if (state === 'queued' || state === 'starting') {
    if (session.wanted !== 'running') return 'stopping'
    // The picture may be here before the news that the session runs.
    if (state === 'starting' && connection.phase === 'connected') return 'desktop'
    return session.agentUnreachableSince === null ? 'launch' : 'unreachable'
  }
  if (state !== 'running') return state
  if (!session.verbs.includes('connect')) return 'foreign'
  return runningStage(session, connection, sawLaunch)
}

function runningStage(session: Facts['session'], { phase, wasConnected }: Facts['connection'], sawLaunch: boolean): SessionStage {
  if (phase === 'connected') return 'desktop'
  if (phase === 'refused') return 'refused'
  // The agent may be silent while the stream still flows; only without a picture is that what to say.
  if (session.agentUnreachableSince !== null) return 'unreachable'
  if (wasConnected || phase === 'waiting') return 'dropped'
  return sawLaunch ? 'launch' : 'opening'
}
