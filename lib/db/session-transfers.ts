// Which container files of a session go in and out of, asked by whoever is to do it.

import type { SessionSpec } from '@/lib/domain/container-spec'
import { openSaveStates } from '@/lib/domain/image-save'
import type { Tx } from './client'

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
