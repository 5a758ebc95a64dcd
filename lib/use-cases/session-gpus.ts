// The GPUs that a session holds, with their last numbers: for its owner, and for administrators, who see the whole fleet anyway.
import { gpuKey, lastReadings } from '@/lib/db/gpu-readings'
import type { Actor } from '@/lib/domain/actor'
import type { SessionGpu } from '@/lib/domain/gpu-view'
import { assertCan } from '@/lib/domain/permissions'
import type { SessionRef } from '@/lib/domain/session'
import type { Deps } from './deps'
import { getVisibleSession } from './visible-session'

export async function sessionGpus({ db, clock }: Deps, actor: Actor, { sessionId }: SessionRef): Promise<SessionGpu[]> {
  const session = await getVisibleSession(db, actor, sessionId)
  assertCan(actor, 'session:view', { userId: session.userId })
  const holds = await db.gpuHold.findMany({
    where: { sessionId },
    select: {
      gpu: {
        select: { agentId: true, uuid: true, index: true, model: true, kind: true, shares: true, memoryBytes: true },
      },
    },
    orderBy: [{ gpu: { index: 'asc' } }, { gpuId: 'asc' }],
  })
  const agentIds = [...new Set(holds.map(({ gpu }) => gpu.agentId))]
  const readings = agentIds.length > 0 ? await lastReadings(db, agentIds, clock.now()) : new Map()
  return holds.map(({ gpu: { agentId, ...gpu } }) => ({
    ...gpu,
    lost: session.gpuLostAt !== null,
    reading: readings.get(gpuKey(agentId, gpu.uuid)) ?? null,
  }))
}
