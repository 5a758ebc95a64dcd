// The authoring session that an administrator works in: only he opens a terminal in it or saves it.
import type { Tx } from '@/lib/db/client'
import type { Session } from '@/lib/db/generated/client'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import { assertCan } from '@/lib/domain/permissions'

type Own = Pick<Session, 'id' | 'state' | 'wanted' | 'agentId' | 'imageId' | 'imageName' | 'version'> & { agentId: string }

export async function ownAuthoringSession(tx: Tx, actor: Actor, sessionId: string): Promise<Own> {
  assertCan(actor, 'image:manage')
  const row = await tx.session.findFirst({
    where: { id: sessionId, userId: actor.id, authoring: true, state: { not: 'deleted' } },
    select: { id: true, state: true, wanted: true, agentId: true, imageId: true, imageName: true, version: true },
  })
  if (!row) throw new DomainError('not_found', { message: 'There is no such authoring session, or it is not yours.' })
  if (!['running', 'paused'].includes(row.state) || row.wanted === 'deleted' || row.agentId === null) {
    throw new DomainError('wrong_state', { message: 'The authoring session is not running.' })
  }
  return { ...row, agentId: row.agentId }
}
