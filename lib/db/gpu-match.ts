// Makes the holds of one session those of its container, under the lock of the ledger.

import type { Db, Tx } from './client'
import type { ControlledSession } from './controller-sessions'
import type { Lease } from './leases'
import { holdsLease } from './leases'
import { lock } from './locks'

export type GpuMatch = {
  /** UUIDs that the container had and the ledger did not know of, and the other way round. */
  added: string[]
  removed: string[]
  /** What it has although others hold it entirely. */
  taken: string[]
  version: number
}

type Container = { session: Pick<ControlledSession, 'id' | 'containerId' | 'version'>; devices: readonly string[] }

/** Null: nothing was wrong, or the container is the session's no more. */
export async function matchGpuHolds(db: Db, lease: Lease, container: Container, now: Date): Promise<GpuMatch | null> {
  return db.$transaction(async (tx) => {
    await lock(tx, 'placement')
    const { session } = container
    const row = await tx.session.findFirst({
      where: {
        id: session.id,
        version: session.version,
        containerId: session.containerId,
        agentId: lease.agentId,
        state: { in: ['starting', 'running', 'paused'] },
      },
      select: { held: true, cpuMillis: true, memoryBytes: true, userId: true, imageName: true, user: { select: { name: true } } },
    })
    if (!row || !(await holdsLease(tx, lease))) return null
    const { added, removed, taken } = await compare(tx, lease.agentId, container)
    if (row.held && added.length + removed.length + taken.length === 0) return null
    const holder = { sessionId: session.id, userId: row.userId, userName: row.user?.name ?? '', imageName: row.imageName }
    await hold(tx, holder, added, now)
    await release(tx, session.id, removed, now)
    await tx.session.update({ where: { id: session.id }, data: { held: true, version: { increment: 1 } } })
    if (!row.held) {
      await tx.agent.update({
        where: { id: lease.agentId },
        data: { cpuMillisHeld: { increment: row.cpuMillis }, memoryBytesHeld: { increment: row.memoryBytes } },
      })
    }
    const uuids = (gpus: readonly { uuid: string }[]) => gpus.map((gpu) => gpu.uuid)
    return { added: uuids(added), removed: uuids(removed), taken: uuids(taken), version: session.version + 1 }
  })
}

type Slot = { gpuId: string; uuid: string; slot: number }

async function compare(
  tx: Tx,
  agentId: string,
  { session, devices }: Container,
): Promise<{ added: Slot[]; removed: Slot[]; taken: { uuid: string }[] }> {
  const given = await tx.gpu.findMany({
    where: { agentId, OR: [{ uuid: { in: [...devices] } }, { cdiName: { in: [...devices] } }] },
    select: { id: true, uuid: true, shares: true, holds: { select: { slot: true, sessionId: true } } },
  })
  const held = await tx.gpuHold.findMany({ where: { sessionId: session.id }, include: { gpu: { select: { uuid: true } } } })
  const added: Slot[] = []
  const taken: { uuid: string }[] = []
  for (const gpu of given.filter(({ holds }) => !holds.some((hold) => hold.sessionId === session.id))) {
    const slot = Array.from({ length: gpu.shares }, (_, number) => number).find(
      (number) => !gpu.holds.some((hold) => hold.slot === number),
    )
    if (slot === undefined) taken.push(gpu)
    else added.push({ gpuId: gpu.id, uuid: gpu.uuid, slot })
  }
  const removed = held
    .filter((hold) => !given.some((gpu) => gpu.id === hold.gpuId))
    .map(({ gpuId, slot, gpu }) => ({ gpuId, slot, uuid: gpu.uuid }))
  return { added, removed, taken }
}

type Holder = { sessionId: string; userId: string | null; userName: string; imageName: string }

async function hold(tx: Tx, holder: Holder, added: readonly Slot[], now: Date): Promise<void> {
  const { sessionId } = holder
  await tx.gpuHold.createMany({ data: added.map(({ gpuId, slot }) => ({ gpuId, slot, sessionId, since: now })) })
  await tx.gpuUse.createMany({ data: added.map(({ gpuId }) => ({ gpuId, ...holder, since: now })) })
}

async function release(tx: Tx, sessionId: string, removed: readonly Slot[], now: Date): Promise<void> {
  const where = { sessionId, gpuId: { in: removed.map(({ gpuId }) => gpuId) } }
  await tx.gpuHold.deleteMany({ where })
  await tx.gpuUse.updateMany({ where: { ...where, until: null }, data: { until: now } })
}
