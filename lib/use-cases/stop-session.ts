// Stop keeps the home and named volumes; the container goes and is made anew at resume.
import { lock } from '@/lib/db/locks'
import { placeWaiting } from '@/lib/db/place-queue'
import type { Actor } from '@/lib/domain/actor'
import type { SessionDetail, SessionRef } from '@/lib/domain/session'
import { changeSession } from './change-session'
import type { Deps } from './deps'

export function stopSession(deps: Deps, actor: Actor, { sessionId }: SessionRef): Promise<SessionDetail> {
  return changeSession(deps, actor, sessionId, {
    verb: 'stop',
    permission: 'session:stop',
    // Before the row's: placement takes them in this order.
    before: (tx) => lock(tx, 'placement'),
    decide: async (row, _tx, now) => {
      if (row.wanted === 'stopped') return null
      if (row.state !== 'queued') return { data: { wanted: 'stopped' }, event: 'stop_asked' }
      // A queued session has no container: it is stopped at once, and those behind it move up.
      const data = { wanted: 'stopped' as const, state: 'stopped' as const, queuedAt: null, queuePosition: null, endedAt: now }
      return { data, event: 'stopped', after: async (inner) => void (await placeWaiting(inner, now)) }
    },
  })
}
