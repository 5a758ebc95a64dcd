// Every GPU of the fleet with who holds it and what it does, and who waits for one; administrators only.
import type { Db, Tx } from '@/lib/db/client'
import { countGpus, type GpuScope, gpuFactsAfter, idleGpuIds, pageGpuFacts } from '@/lib/db/gpu-facts'
import { readGpuQueue } from '@/lib/db/gpu-queue'
import { toGpuTiles } from '@/lib/db/gpu-views'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import { gpuFilters } from '@/lib/domain/gpu-state'
import type { GpuDashboard, GpuListQuery, GpuTableQuery, GpuTile } from '@/lib/domain/gpu-view'
import { Id } from '@/lib/domain/ids'
import type { CursorPage } from '@/lib/domain/page'
import { assertCan } from '@/lib/domain/permissions'
import type { Deps } from './deps'

const keepIdleMs = 20_000
const lastIdle = new WeakMap<Db, { at: number; ids: Promise<string[]> }>()

export async function gpuDashboard({ db, clock }: Deps, actor: Actor, query: GpuTableQuery): Promise<GpuDashboard> {
  assertCan(actor, 'fleet:view')
  const now = clock.now()
  const { page, size } = query
  const scope = scopeOf({ agent: query.agent || undefined, model: query.model || undefined })
  const filter = query.state || undefined
  const idleIds = await idleNow(db, scope, now)
  const [rows, counts, queue, agents, models] = await Promise.all([
    pageGpuFacts(db, scope, { filter, idleIds, skip: (page - 1) * size, take: size }),
    countGpus(db, scope, idleIds),
    readGpuQueue(db),
    db.agent.findMany({
      where: { removedAt: null, gpus: { some: {} } },
      select: { id: true, name: true },
      orderBy: { name: 'asc' },
    }),
    readModels(db),
  ])
  const inStates = [...counts].reduce((sum, [state, count]) => (state === 'idle' || state === 'lost' ? sum : sum + count), 0)
  return {
    gpus: await toGpuTiles(db, rows, now),
    page,
    size,
    total: filter ? (counts.get(filter) ?? 0) : inStates,
    queue,
    agents,
    models,
    counts: Object.fromEntries(gpuFilters.map((one) => [one, counts.get(one) ?? 0])) as GpuDashboard['counts'],
  }
}

export async function pageGpus({ db, clock }: Deps, actor: Actor, query: GpuListQuery): Promise<CursorPage<GpuTile>> {
  assertCan(actor, 'fleet:view')
  const now = clock.now()
  const { limit, state: filter } = query
  const after = query.cursor ?? ''
  if (after !== '' && !Id.safeParse(after).success)
    throw new DomainError('invalid_input', { fields: { cursor: 'This cursor is not one of ours.' } })
  const idleIds = filter === 'idle' ? await idleGpuIds(db, scopeOf(query), now) : []
  const rows = await gpuFactsAfter(db, scopeOf(query), { filter, idleIds, after, take: limit + 1 })
  const shown = rows.slice(0, limit)
  return {
    items: await toGpuTiles(db, shown, now),
    nextCursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null,
  }
}

/**
 * Which of a thousand hosts' GPUs are idle is the one thing here that costs more than the rest together, and it changes by the minute:
 * for the whole fleet an answer of a moment ago will do.
 */
async function idleNow(db: Db, scope: GpuScope, now: Date): Promise<string[]> {
  if (scope.agentId !== undefined) return idleGpuIds(db, scope, now)
  const known = lastIdle.get(db)
  const age = known ? now.getTime() - known.at : Number.POSITIVE_INFINITY
  if (known && age >= 0 && age < keepIdleMs) return known.ids
  const ids = idleGpuIds(db, {}, now)
  lastIdle.set(db, { at: now.getTime(), ids })
  ids.catch(() => lastIdle.delete(db))
  return ids
}

function scopeOf({ agent, model }: { agent?: string | undefined; model?: string | undefined }): GpuScope {
  return { ...(agent === undefined ? {} : { agentId: agent }), ...(model === undefined ? {} : { model }) }
}

async function readModels(db: Tx): Promise<string[]> {
  const rows = await db.gpu.findMany({
    where: { agent: { removedAt: null } },
    distinct: ['model'],
    select: { model: true },
    orderBy: { model: 'asc' },
  })
  return rows.map((row) => row.model)
}
