import type { SessionView } from '@/lib/domain/session'
import { everRan, type Started } from './cancel-verb'

export type ConfirmedVerb = 'stop' | 'delete'

/** Taking back a launch loses nothing, and asking would only be in the way. */
export function needsConfirmation(verb: ConfirmedVerb, session: Pick<SessionView, 'state'> & Started): boolean {
  if (session.state !== 'queued' && session.state !== 'starting') return true
  return verb === 'delete' && everRan(session)
}
