import type { SessionView } from '@/lib/domain/session'

/** What taking back a launch means: one that never ran leaves nothing behind, one that ran before goes back to being stopped. */
export function cancelVerb(session: Pick<SessionView, 'startedAt'>): 'stop' | 'delete' {
  return session.startedAt === null ? 'delete' : 'stop'
}
