// Finds a session that the actor may see; a foreign one is as unknown as one that does not exist.
import type { Tx } from '@/lib/db/client'
import type { Prisma } from '@/lib/db/generated/client'
import { type SessionDetailRow, sessionDetailSelect } from '@/lib/db/session-views'
import { type Actor, isAdmin } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'

/** The part of every session query that says whose sessions the actor may see. */
export function sessionsOf(actor: Actor): Prisma.SessionWhereInput {
  return isAdmin(actor) ? {} : { userId: actor.id }
}

export async function getVisibleSession(tx: Tx, actor: Actor, sessionId: string): Promise<SessionDetailRow> {
  const row = await tx.session.findFirst({
    where: { id: sessionId, state: { not: 'deleted' }, ...sessionsOf(actor) },
    select: sessionDetailSelect,
  })
  if (!row) throw new DomainError('not_found', { message: 'There is no such session, or it is not yours.' })
  return row
}
