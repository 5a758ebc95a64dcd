// Resume: a paused session goes on where it was; a stopped one is launched anew with its home.
import { lock } from '@/lib/db/locks'
import type { Actor } from '@/lib/domain/actor'
import type { SessionDetail, SessionRef } from '@/lib/domain/session'
import { changeSession } from './change-session'
import type { Deps } from './deps'
import { requeue } from './requeue-session'

export function resumeSession(deps: Deps, actor: Actor, { sessionId }: SessionRef): Promise<SessionDetail> {
  return changeSession(deps, actor, sessionId, {
    verb: 'resume',
    permission: 'session:resume',
    before: (tx) => lock(tx, 'placement'),
    decide: async (row, tx, now) => {
      if (row.state === 'paused') return row.wanted === 'running' ? null : { data: { wanted: 'running' }, event: 'resume_asked' }
      return requeue(deps, tx, row, now, 'resume_asked')
    },
  })
}
