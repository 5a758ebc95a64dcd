// Moves the end of a session with a time limit, where its image allows it.
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import type { ExtendSession, SessionDetail } from '@/lib/domain/session'
import { changeSession } from './change-session'
import type { Deps } from './deps'

export function extendSession(deps: Deps, actor: Actor, { sessionId, minutes }: ExtendSession): Promise<SessionDetail> {
  return changeSession(deps, actor, sessionId, {
    verb: 'extend',
    permission: 'session:extend',
    decide: async (row, _tx, now) => {
      if (row.endsAt === null || (!row.timeLimitExtendable && actor.role !== 'admin')) throw new DomainError('extend_not_allowed')
      const from = Math.max(row.endsAt.getTime(), now.getTime())
      return { data: { endsAt: new Date(from + minutes * 60_000) }, event: 'extended', params: { minutes } }
    },
  })
}
