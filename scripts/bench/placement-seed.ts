// The fleets that the placement benchmark decides on. No chance in it: the same rows each time.
import type { Db } from '@/lib/db/client'
import type { Prisma } from '@/lib/db/generated/client'
import { newId } from '@/lib/domain/ids'
import { GiB } from '@/lib/domain/workspace-image'

export const fleetSize = { agents: 1000, gpusPerAgent: 8, sessions: 5000, pastSessions: 10_000, users: 500 }
const models = ['NVIDIA H100 80GB HBM3', 'NVIDIA A100-SXM4-40GB', 'NVIDIA L40S']
const reference = (index: number) => `registry.example.org/lab/desktop:${index % 40}`

export const specFor = (index: number, over: object = {}) => ({
  reference: reference(index),
  shmBytes: GiB,
  environment: {},
  homePolicy: 'none',
  volumes: [],
  dockerOptions: {},
  agentGroup: null,
  timezone: null,
  ...over,
})

/** The same numbers in the same order at every run. */
export function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

type Seeded = { agents: { id: string; cpuMillisHeld: number; memoryBytesHeld: number; gpuIds: string[] }[]; userIds: string[] }

/** A thousand hosts of eight GPUs, and five thousand sessions that hold about half of them, some hosts full and some empty. */
export async function seedFleet(db: Db): Promise<Seeded> {
  const random = numbers(1)
  const userIds = await seedUsers(db, fleetSize.users)
  const agents = Array.from({ length: fleetSize.agents }, () => ({
    id: newId(),
    cpuMillisHeld: 0,
    memoryBytesHeld: 0,
    gpuIds: Array.from({ length: fleetSize.gpusPerAgent }, newId),
  }))
  const free = agents.map(({ gpuIds }) => [...gpuIds])
  const sessions: Prisma.SessionCreateManyInput[] = []
  const holds: Prisma.GpuHoldCreateManyInput[] = []
  while (sessions.length < fleetSize.sessions) {
    // Towards the first ones, as packing leaves a fleet.
    const at = Math.min(random(fleetSize.agents), random(fleetSize.agents))
    const agent = agents[at]
    const gpus = [0, 0, 1, 1, 1, 1, 1, 2, 2, 1][random(10)] ?? 0
    if (!agent || (free[at]?.length ?? 0) < gpus || agent.cpuMillisHeld + 4000 > 96_000) continue
    const id = newId()
    const size = { cpuMillis: 4000, memoryBytes: 16 * GiB }
    agent.cpuMillisHeld += size.cpuMillis
    agent.memoryBytesHeld += size.memoryBytes
    const userId = userIds[random(userIds.length)] ?? ''
    const common = { imageName: 'Desktop', spec: specFor(sessions.length), state: 'running' as const, held: true }
    sessions.push({ id, userId, agentId: agent.id, gpuCount: gpus, ...size, ...common })
    for (const gpuId of free[at]?.splice(0, gpus) ?? []) holds.push({ gpuId, slot: 0, sessionId: id })
  }
  await db.agent.createMany({ data: agents.map((agent, index) => agentRow(agent, index)) })
  await inParts(agents.flatMap(gpuRows), (data) => db.gpu.createMany({ data }))
  await inParts(
    agents.flatMap(({ id }, index) => Array.from({ length: 5 }, (_, n) => imageRow(id, index * 3 + n))),
    (data) => db.agentImage.createMany({ data }),
  )
  await inParts(sessions, (data) => db.session.createMany({ data }))
  await inParts(pastSessions(userIds), (data) => db.session.createMany({ data }))
  await inParts(holds, (data) => db.gpuHold.createMany({ data }))
  // What a database that has run for a while has done by itself.
  await db.$executeRaw`ANALYZE`
  return { agents, userIds }
}

export async function seedUsers(db: Db, count: number): Promise<string[]> {
  const users = Array.from({ length: count }, () => newId()).map((id) => ({
    id,
    name: `user-${id}`,
    passwordHash: '',
    maxGpus: 64,
  }))
  await db.user.createMany({ data: users })
  return users.map(({ id }) => id)
}

function agentRow(agent: Seeded['agents'][number], index: number) {
  const seen = {
    status: 'up' as const,
    cpuCount: 96,
    memoryBytes: 512 * GiB,
    diskTotalBytes: 4000 * GiB,
    diskFreeBytes: 900 * GiB,
  }
  const { id, cpuMillisHeld, memoryBytesHeld } = agent
  return { id, name: `host-${String(index).padStart(4, '0')}`, kind: 'socket' as const, ...seen, cpuMillisHeld, memoryBytesHeld }
}

function gpuRows({ id: agentId, gpuIds }: Seeded['agents'][number], at: number) {
  const model = models[at % models.length] ?? ''
  const memoryBytes = (at % models.length === 0 ? 80 : 40) * GiB
  return gpuIds.map((id, index) => ({ id, agentId, uuid: `GPU-${id}`, index, model, memoryBytes }))
}

function imageRow(agentId: string, index: number) {
  return { agentId, reference: reference(index), imageId: `sha256:${index % 40}`, sizeBytes: 8e9 }
}

function pastSessions(userIds: readonly string[]) {
  return Array.from({ length: fleetSize.pastSessions }, (_, index) => ({
    id: newId(),
    userId: userIds[index % userIds.length] ?? '',
    imageName: 'Desktop',
    spec: specFor(index),
    cpuMillis: 4000,
    memoryBytes: 16 * GiB,
    state: 'deleted' as const,
    wanted: 'deleted' as const,
  }))
}

async function inParts<T>(rows: T[], write: (part: T[]) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < rows.length; from += 1000) await write(rows.slice(from, from + 1000))
}
