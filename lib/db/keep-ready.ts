// Keeps as many sessions ready as images ask for: ends what is outdated or too much, starts what is lacking. Placed under the same lock and by
// the same function as a launch, but only where nobody waits: a ready session is never in the queue.
import { newId } from '@/lib/domain/ids'
import { placeOne } from '@/lib/domain/placement'
import { type PoolPlan, planPool } from '@/lib/domain/ready-sessions'
import type { Db, Tx } from './client'
import type { WorkspaceImage } from './generated/client'
import { addEvent } from './place-queue'
import { loadFleet, specNeeds } from './placement-input'
import { placementTransaction } from './placement-line'
import { endReady, loadPoolRows, type PoolRow } from './ready-rows'
import { sessionColumns, specOf } from './session-spec'
import { writePlaced } from './write-placed'

export type ReadyReport = {
  started: string[]
  ended: string[]
  /** Some are still lacking, and nothing but time stands in the way. */
  more: boolean
}

const nothing: ReadyReport = { started: [], ended: [], more: false }

export async function keepReady(db: Db, now: Date): Promise<ReadyReport> {
  // Nobody waits for the placement lock where there is nothing to do, as almost always.
  const { pools, ends } = await loadPools(db, now)
  if (ends.length === 0 && pools.every(({ plan }) => plan.start <= 0)) return nothing
  return placementTransaction(db, (tx) => keepUnderLock(tx, now))
}

type Pool = { image: WorkspaceImage; plan: PoolPlan; rows: PoolRow[] }

async function loadPools(tx: Tx, now: Date): Promise<{ pools: Pool[]; ends: string[] }> {
  const images = await tx.workspaceImage.findMany({
    where: { readySessions: { gt: 0 }, enabled: true },
    orderBy: { createdAt: 'asc' },
  })
  const rows = await loadPoolRows(tx, images)
  const pools = images.map((image) => {
    const own = rows.filter(({ imageId }) => imageId === image.id)
    return { image, rows: own, plan: planPool(own, image.readySessions, image.updatedAt, now) }
  })
  // Their image is switched off, gone, or keeps none any more.
  const known = new Set(images.map(({ id }) => id))
  const others = rows.filter(({ imageId }) => imageId === null || !known.has(imageId))
  return { pools, ends: [...pools.flatMap(({ plan }) => plan.end), ...planPool(others, 0, now, now).end] }
}

async function keepUnderLock(tx: Tx, now: Date): Promise<ReadyReport> {
  const { pools, ends } = await loadPools(tx, now)
  await endReady(tx, ends, 'renewed', now)
  const lacking = pools.filter(({ plan }) => plan.start > 0)
  if (lacking.length === 0 || (await somebodyWaits(tx))) return { started: [], ended: ends, more: false }
  const busy = await startingAgents(tx)
  const started: string[] = []
  for (const { image } of lacking) {
    const placed = await startOne(tx, image, busy, now)
    if (!placed) continue
    started.push(placed.id)
    busy.add(placed.agentId)
  }
  return { started, ended: ends, more: busy.size > 0 }
}

async function somebodyWaits(tx: Tx): Promise<boolean> {
  return (await tx.session.count({ where: { state: 'queued', userId: { not: null } } })) > 0
}

async function startOne(
  tx: Tx,
  image: WorkspaceImage,
  busy: ReadonlySet<string>,
  now: Date,
): Promise<{ id: string; agentId: string } | null> {
  const id = newId()
  const gpus = image.requireGpu ? image.gpuCount : 0
  const needs = {
    sessionId: id,
    userId: null,
    cpuMillis: image.cpuMillis,
    memoryBytes: image.memoryBytes,
    gpus,
    homeId: null,
    homeAgentId: null,
    ...specNeeds(specOf(image, null)),
  }
  const { placed } = placeOne(
    needs,
    // An image that is not there comes by itself, in the background.
    (await loadFleet(tx)).filter((agent) => !busy.has(agent.id) && agent.references.has(needs.reference)),
  )
  if (!placed) return null
  const { name } = await tx.agent.findUniqueOrThrow({ where: { id: placed.agentId }, select: { name: true } })
  await tx.session.create({ data: { ...sessionColumns(image, null), id, gpuCount: gpus, createdAt: now, queuedAt: now } })
  await addEvent(tx, id, now, 'readied', {})
  await writePlaced(tx, { needs, version: 0, placed, agentName: name }, now)
  return { id, agentId: placed.agentId }
}

/** An engine that starts something, for a person or for a pool, has enough to do. */
async function startingAgents(tx: Tx): Promise<Set<string>> {
  const starting = await tx.session.findMany({ where: { state: 'starting' }, select: { agentId: true }, distinct: ['agentId'] })
  return new Set(starting.flatMap(({ agentId }) => (agentId === null ? [] : [agentId])))
}
