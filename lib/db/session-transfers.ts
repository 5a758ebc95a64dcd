// Which container files of a session go in and out of, asked by whoever is to do it.

import type { SessionSpec } from '@/lib/domain/container-spec'
import { openSaveStates } from '@/lib/domain/image-save'
import type { LetInBy } from '@/lib/domain/session-files'
import type { Tx } from './client'
import type { Prisma } from './generated/client'

export type TransferSession = { agentId: string; containerId: string }

/** Null: it is not his, does not run, or is being made an image. */
export async function findTransferSession(
  tx: Tx,
  { sessionId, userId }: { sessionId: string; userId: string },
): Promise<TransferSession | null> {
  const row = await tx.session.findFirst({
    where: {
      id: sessionId,
      userId,
      state: 'running',
      wanted: 'running',
      saves: { none: { state: { in: [...openSaveStates] } } },
    },
    select: { agentId: true, containerId: true },
  })
  return row?.agentId && row.containerId ? { agentId: row.agentId, containerId: row.containerId } : null
}

/** Null for `by`: a web process of before does not say it. */
export async function isLetIn(tx: Tx, { userId, by }: { userId: string; by: LetInBy | null }, now: Date): Promise<boolean> {
  const where: Prisma.UserWhereInput = { id: userId, disabledAt: null }
  if (by?.kind === 'signIn') where.signIns = { some: { id: by.id, endedAt: null, expiresAt: { gt: now } } }
  if (by?.kind === 'apiKey')
    where.apiKeys = { some: { id: by.id, revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] } }
  return (await tx.user.count({ where })) > 0
}

/** Only the owner's. The policy is the workspace's of now, and where that is gone the one that the session was launched with. */
export async function findFileSession(tx: Tx, { sessionId, userId }: { sessionId: string; userId: string }) {
  const row = await tx.session.findFirst({
    where: { id: sessionId, userId, state: { not: 'deleted' } },
    select: {
      state: true,
      wanted: true,
      agentId: true,
      spec: true,
      image: { select: { filePolicy: true } },
      saves: { where: { state: { in: [...openSaveStates] } }, select: { id: true }, take: 1 },
    },
  })
  if (!row) return null
  const { image, saves, spec, ...rest } = row
  return {
    ...rest,
    isSaving: saves.length > 0,
    policy: image?.filePolicy ?? (spec as SessionSpec).filePolicy ?? ('both' as const),
  }
}
