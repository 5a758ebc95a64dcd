// Pause keeps everything, GPUs included; the processes are frozen.
import type { Actor } from '@/lib/domain/actor'
import type { SessionDetail, SessionRef } from '@/lib/domain/session'
import { changeSession } from './change-session'
import type { Deps } from './deps'

export function pauseSession(deps: Deps, actor: Actor, { sessionId }: SessionRef): Promise<SessionDetail> {
  return changeSession(deps, actor, sessionId, {
    verb: 'pause',
    permission: 'session:pause',
    decide: async (row) => (row.wanted === 'paused' ? null : { data: { wanted: 'paused' }, event: 'pause_asked' }),
  })
}
