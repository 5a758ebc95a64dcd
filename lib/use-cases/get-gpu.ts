// One GPU with who held it and a day of its numbers; administrators only.
import type { Tx } from '@/lib/db/client'
import { type GpuFacts, pageGpuFacts } from '@/lib/db/gpu-facts'
import { dayOf } from '@/lib/db/gpu-readings'
import { gpuHistory, toGpuTiles } from '@/lib/db/gpu-views'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import type { GpuDetail, GpuRef, GpuTile } from '@/lib/domain/gpu-view'
import { assertCan } from '@/lib/domain/permissions'
import type { Deps } from './deps'

export async function getGpu({ db, clock }: Deps, actor: Actor, { gpuId }: GpuRef): Promise<GpuDetail> {
  assertCan(actor, 'fleet:view')
  const now = clock.now()
  const facts = await gpuFacts(db, gpuId)
  const [[tile], history, samples] = await Promise.all([
    toGpuTiles(db, [facts], now),
    gpuHistory(db, gpuId),
    dayOf(db, facts, now),
  ])
  return { ...(tile as GpuTile), history, samples }
}

export async function gpuFacts(tx: Tx, gpuId: string): Promise<GpuFacts> {
  const [facts] = await pageGpuFacts(tx, { gpuId }, { filter: undefined, idleIds: [], skip: 0, take: 1 })
  if (!facts) throw new DomainError('not_found', { message: 'There is no such GPU.' })
  return facts
}
