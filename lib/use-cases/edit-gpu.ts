// What an administrator says about one GPU: whether it is handed out at all, to how many at once, and past what others do with it.
import { audit } from '@/lib/db/audit'
import type { Tx } from '@/lib/db/client'
import { holdersOf, toGpuTiles } from '@/lib/db/gpu-views'
import { lock } from '@/lib/db/locks'
import { placeWaiting } from '@/lib/db/place-queue'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import { given } from '@/lib/domain/given'
import type { EditGpu, GpuTile } from '@/lib/domain/gpu-view'
import { assertCan } from '@/lib/domain/permissions'
import { sessionOf } from '@/lib/domain/session-owner'
import type { Deps } from './deps'
import { gpuFacts } from './get-gpu'

export async function editGpu({ db, clock }: Deps, actor: Actor, { gpuId, patch }: EditGpu): Promise<GpuTile> {
  assertCan(actor, 'agent:manage')
  const now = clock.now()
  const fields = given(patch)
  await db.$transaction(async (tx) => {
    // Before anything is read: a placement that is under way may take the very slot that is about to go.
    await lock(tx, 'placement')
    const before = await gpuFacts(tx, gpuId)
    const changed = Object.entries(fields).filter(([key, value]) => before[key as keyof typeof fields] !== value)
    if (changed.length === 0) return
    if (fields.shares !== undefined && fields.shares < before.shares) await makeRoomBelow(tx, gpuId, fields.shares)
    await tx.gpu.update({ where: { id: gpuId }, data: fields })
    await audit(tx, actor, {
      verb: 'gpu.edit',
      thingKind: 'gpu',
      thingId: gpuId,
      detail: { uuid: before.uuid, agent: before.agentName, ...fields },
    })
    // What it gave or took may let somebody start, or never start.
    await placeWaiting(tx, now)
  })
  const [tile] = await toGpuTiles(db, [await gpuFacts(db, gpuId)], now)
  return tile as GpuTile
}

/** Holds keep a slot below the new number; more holders than that are named, and nothing is changed. */
async function makeRoomBelow(tx: Tx, gpuId: string, shares: number): Promise<void> {
  const holders = (await holdersOf(tx, [gpuId])).get(gpuId) ?? []
  if (holders.length > shares) {
    const names = holders.map((holder) => sessionOf(holder.imageName, holder.owner))
    throw new DomainError('gpu_held', {
      message: `${holders.length} sessions hold this GPU: ${names.join(', ')}.`,
      fields: { shares: `At least ${holders.length} while they do.` },
    })
  }
  const taken = new Set(holders.map((holder) => holder.slot))
  for (const holder of holders.filter(({ slot }) => slot >= shares)) {
    const free = Array.from({ length: shares }, (_, slot) => slot).find((slot) => !taken.has(slot)) as number
    taken.add(free)
    await tx.gpuHold.update({ where: { gpuId_slot: { gpuId, slot: holder.slot } }, data: { slot: free } })
  }
}
