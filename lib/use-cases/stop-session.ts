// Stop keeps the home and named volumes; the container goes and is made anew at resume.
import type { Actor } from '@/lib/domain/actor'
import type { SessionDetail, SessionRef } from '@/lib/domain/session'
import { changeSession } from './change-session'
import type { Deps } from './deps'

export function stopSession(deps: Deps, actor: Actor, { sessionId }: SessionRef): Promise<SessionDetail> {
  return changeSession(deps, actor, sessionId, {
    verb: 'stop',
    permission: 'session:stop',
    decide: async (row, _tx, now) => {
      if (row.wanted === 'stopped') return null
      // A queued session has no container: it is stopped at once.
      const data = row.state === 'queued' ? { state: 'stopped' as const, queuedAt: null, queuePosition: null, endedAt: now } : {}
      return { data: { ...data, wanted: 'stopped' }, event: row.state === 'queued' ? 'stopped' : 'stop_asked' }
    },
  })
}
