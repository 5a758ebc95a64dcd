// Keeps as many sessions ready as images ask for: ends what is outdated or too much, starts what is lacking. Placed under the same lock and by
// the same function as a launch, but only where nobody waits: a ready session is never in the queue.
import { newId } from '@/lib/domain/ids'
import { placeOne } from '@/lib/domain/placement'
import { type PoolPlan, planPool, readyCounts } from '@/lib/domain/ready-sessions'
import type { Db, Tx } from './client'
import type { WorkspaceImage } from './generated/client'
import { toFields } from './image-views'
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

type Pool = { image: WorkspaceImage; group: string | null; plan: PoolPlan }

async function loadPools(tx: Tx, now: Date): Promise<{ pools: Pool[]; ends: string[] }> {
  const images = await tx.workspaceImage.findMany({
    where: { OR: [{ readySessions: { gt: 0 } }, { NOT: { readyByGroup: { equals: [] } } }], enabled: true },
    orderBy: { createdAt: 'asc' },
  })
  const rows = await loadPoolRows(tx, images)
  const pools = images.flatMap((image) =>
    readyCounts(toFields(image)).map(({ group, count }) => {
      const own = rows.filter((row) => isOfPool(row, image.id, group))
      return { image, group, plan: planPool(own, count, image.updatedAt, now) }
    }),
  )
  // Their image is switched off, gone, or keeps none there any more.
  const others = rows.filter((row) => !pools.some(({ image, group }) => isOfPool(row, image.id, group)))
  return { pools, ends: [...pools.flatMap(({ plan }) => plan.end), ...planPool(others, 0, now, now).end] }
}

function isOfPool(row: PoolRow, imageId: string, group: string | null): boolean {
  return row.imageId === imageId && row.readyGroup === group
}

async function keepUnderLock(tx: Tx, now: Date): Promise<ReadyReport> {
  const { pools, ends } = await loadPools(tx, now)
  await endReady(tx, ends, 'renewed', now)
  const lacking = pools.filter(({ plan }) => plan.start > 0)
  if (lacking.length === 0 || (await somebodyWaits(tx))) return { started: [], ended: ends, more: false }
  const busy = await startingAgents(tx)
  const started: string[] = []
  for (const pool of lacking) {
    const placed = await startOne(tx, pool, busy, now)
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
  { image, group }: Pool,
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
    (await loadFleet(tx)).filter(
      (agent) => !busy.has(agent.id) && agent.references.has(needs.reference) && (group === null || agent.groups.includes(group)),
    ),
  )
  if (!placed) return null
  const { name } = await tx.agent.findUniqueOrThrow({ where: { id: placed.agentId }, select: { name: true } })
  await tx.session.create({
    data: { ...sessionColumns(image, null), id, readyGroup: group, gpuCount: gpus, createdAt: now, queuedAt: now },
  })
  await addEvent(tx, id, now, 'readied', {})
  await writePlaced(tx, { needs, version: 0, placed, agentName: name }, now)
  return { id, agentId: placed.agentId }
}

/** An engine that starts something, for a person or for a pool, has enough to do. */
async function startingAgents(tx: Tx): Promise<Set<string>> {
  const starting = await tx.session.findMany({ where: { state: 'starting' }, select: { agentId: true }, distinct: ['agentId'] })
  return new Set(starting.flatMap(({ agentId }) => (agentId === null ? [] : [agentId])))
}
