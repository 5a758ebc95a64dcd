// Another try for a session that failed or whose container is gone.
import { lock } from '@/lib/db/locks'
import type { Actor } from '@/lib/domain/actor'
import type { SessionDetail, SessionRef } from '@/lib/domain/session'
import { changeSession } from './change-session'
import type { Deps } from './deps'
import { requeue } from './requeue-session'

export function retrySession(deps: Deps, actor: Actor, { sessionId }: SessionRef): Promise<SessionDetail> {
  return changeSession(deps, actor, sessionId, {
    verb: 'retry',
    permission: 'session:resume',
    before: (tx) => lock(tx, 'placement'),
    decide: (row, tx, now) => requeue(deps, tx, row, now, 'retry_asked'),
  })
}
