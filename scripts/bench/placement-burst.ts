// Two hundred launches in the same moment, through the use-case that a click calls, on a fleet that can start four of them.
import { performance } from 'node:perf_hooks'
import { loadConfig } from '@/lib/config'
import type { Db } from '@/lib/db/client'
import { toColumns } from '@/lib/db/image-views'
import type { Actor } from '@/lib/domain/actor'
import { newId } from '@/lib/domain/ids'
import { GiB, WorkspaceImageSpec } from '@/lib/domain/workspace-image'
import { deriveKeys } from '@/lib/secrets/keys'
import { launchSession } from '@/lib/use-cases/launch-session'
import { seedUsers } from './placement-seed'

const launches = 200
const gpusOfHosts = [2, 1, 1]

export type Burst = {
  launches: number
  running: number
  queued: number
  lost: number
  doubled: number
  rejected: number
  ms: number
}

export async function launchTogether(db: Db, databaseUrl: string): Promise<Burst> {
  const imageId = await seedHosts(db)
  const actors = (await seedUsers(db, launches / 2)).map(
    (id): Actor => ({ id, name: id, role: 'user', by: { kind: 'operator' }, mustChangePassword: false }),
  )
  const config = loadConfig({ DATABASE_URL: databaseUrl, BERTH_DATA_DIR: '/nonexistent' })
  const deps = { db, clock: { now: () => new Date() }, keys: deriveKeys(Buffer.alloc(32, 7)), config }
  const started = performance.now()
  const results = await Promise.allSettled([...actors, ...actors].map((actor) => launchSession(deps, actor, { imageId })))
  const ms = performance.now() - started
  for (const result of results) if (result.status === 'rejected') console.error(result.reason)
  const answered = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.id] : []))
  return { launches, ms, rejected: launches - answered.length, ...(await audit(db, answered)) }
}

async function seedHosts(db: Db): Promise<string> {
  for (const [index, count] of gpusOfHosts.entries()) {
    const agentId = newId()
    const seen = { status: 'up' as const, cpuCount: 512, memoryBytes: 1024 * GiB }
    await db.agent.create({ data: { id: agentId, name: `host-${index}`, kind: 'socket', ...seen } })
    const gpus = Array.from({ length: count }, (_, at) => ({
      id: newId(),
      agentId,
      uuid: `GPU-${index}-${at}`,
      index: at,
      model: 'H100',
    }))
    await db.gpu.createMany({ data: gpus })
  }
  const id = newId()
  const fields = WorkspaceImageSpec.parse({ name: 'Training', reference: 'x/y:1', requireGpu: true, homePolicy: 'none' })
  await db.workspaceImage.create({ data: { ...toColumns(fields), id } })
  return id
}

/** What the rows say, against what was answered. */
async function audit(db: Db, answered: readonly string[]): Promise<Pick<Burst, 'running' | 'queued' | 'lost' | 'doubled'>> {
  const sessions = await db.session.findMany({ include: { gpuHolds: true } })
  const running = sessions.filter(({ state, gpuHolds }) => state === 'starting' && gpuHolds.length === 1)
  const queued = sessions
    .filter(({ state, gpuHolds }) => state === 'queued' && gpuHolds.length === 0)
    .sort((a, b) => (a.queuePosition ?? 0) - (b.queuePosition ?? 0))
  // Those who hold fewer GPUs first, then who came first.
  const holders = new Set(running.map(({ userId }) => userId))
  const keys = queued.map(({ userId, queuedAt, id }) => `${holders.has(userId) ? 1 : 0} ${queuedAt?.toISOString()} ${id}`)
  const inOrder = queued.filter(
    ({ queuePosition }, index) => queuePosition === index + 1 && (keys[index - 1] ?? '') < (keys[index] ?? ''),
  )
  const right = new Set([...running, ...inOrder].map(({ id }) => id))
  const slots = running.flatMap(({ gpuHolds }) => gpuHolds.map(({ gpuId, slot }) => `${gpuId}/${slot}`))
  const extraSessions = sessions.length - new Set(answered).size
  return {
    running: running.length,
    queued: inOrder.length,
    lost: answered.filter((id) => !right.has(id)).length,
    doubled: answered.length - new Set(answered).size + extraSessions + (slots.length - new Set(slots).size),
  }
}
