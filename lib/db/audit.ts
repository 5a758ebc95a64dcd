// Who did what to which thing: written in the transaction of the change itself, so neither exists without the other.
import type { Actor } from '@/lib/domain/actor'
import { currentRequestId } from '@/lib/log'
import type { Tx } from './client'
import type { Prisma } from './generated/client'

export type AuditNote = {
  /** The name of the use-case: `user.disable`. */
  verb: string
  thingKind: 'user' | 'signIn' | 'apiKey' | 'session' | 'image' | 'agent' | 'gpu' | 'settings' | 'host'
  thingId: string
  /** Never a password, a key or a token. */
  detail?: Prisma.InputJsonObject
}

export async function audit(tx: Tx, actor: Pick<Actor, 'id' | 'name' | 'by'> | null, note: AuditNote): Promise<void> {
  const requestId = currentRequestId()
  const byPerson = actor !== null && actor.by.kind !== 'operator'
  await tx.auditEntry.create({
    data: {
      actorId: byPerson ? actor.id : null,
      actorName: actor?.name ?? 'portal',
      verb: note.verb,
      thingKind: note.thingKind,
      thingId: note.thingId,
      detail: requestId === null ? (note.detail ?? {}) : { ...note.detail, requestId },
    },
  })
}

/** Who changed it last, for whoever comes too late. */
export async function lastActorName(tx: Tx, thingKind: AuditNote['thingKind'], thingId: string): Promise<string | null> {
  const entry = await tx.auditEntry.findFirst({
    where: { thingKind, thingId },
    orderBy: { id: 'desc' },
    select: { actorName: true },
  })
  return entry?.actorName ?? null
}
