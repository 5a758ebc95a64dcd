// The short way to a place and the long one must agree: whatever the fleet, one launch goes where the pure rules over every agent say.
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { newId } from '@/lib/domain/ids'
import { placeOne } from '@/lib/domain/placement'
import { GiB } from '@/lib/domain/workspace-image'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import { loadFleet } from './placement-input'
import { loadShortlist } from './placement-shortlist'

let database: TestDatabase
let db: TestDatabase['db']
let userId: string

beforeAll(async () => {
  database = await createTestDatabase()
  db = database.db
  userId = newId()
  await db.user.create({ data: { id: userId, name: 'somebody', passwordHash: '' } })
})
afterAll(() => database.drop())
beforeEach(clear)

async function clear() {
  await db.gpuHold.deleteMany()
  await db.session.deleteMany()
  await db.agent.deleteMany()
}

const day = new Date('2026-01-01T00:00:00Z')
const sometimes = (value: Date) => fc.oneof({ arbitrary: fc.constant(null), weight: 5 }, fc.constant(value))
const mostly = <T>(value: T, ...others: T[]) => fc.oneof({ arbitrary: fc.constant(value), weight: 6 }, fc.constantFrom(...others))
const usually = (value: boolean) => mostly(value, !value)
const anyGpu = fc.record({
  model: fc.constantFrom('NVIDIA H100 80GB HBM3', 'NVIDIA  A100_SXM4-40GB', 'Tesla T4', '100% \\ odd_model'),
  memoryBytes: fc.constantFrom(null, 16 * GiB, 40 * GiB, 80 * GiB),
  shares: fc.integer({ min: 1, max: 2 }),
  excluded: usually(false),
  migEnabled: usually(false),
  allowBusyOutside: fc.boolean(),
  missingSince: sometimes(day),
  busyOutsideSince: sometimes(day),
})
const anyAgent = fc.record({
  row: fc.record({
    enabled: usually(true),
    drainedAt: sometimes(day),
    status: mostly<'up' | 'unreachable' | 'new'>('up', 'unreachable', 'new'),
    removedAt: sometimes(day),
    cpuCount: mostly<number | null>(8, 4, null),
    cpuMillisOverride: fc.constantFrom(null, null, 6500),
    memoryBytes: mostly<number | null>(64 * GiB, 16 * GiB, null),
    memoryBytesOverride: fc.constantFrom(null, null, 24 * GiB),
    cpuMillisHeld: fc.constantFrom(0, 1000, 2500, 7500),
    memoryBytesHeld: fc.constantFrom(0, GiB, 3 * GiB, 15 * GiB),
    diskTotalBytes: fc.constantFrom(null, 1000 * GiB),
    diskFreeBytes: mostly<number | null>(500 * GiB, 4 * GiB, 40 * GiB, null),
    groups: fc.subarray(['lab', 'x']),
  }),
  gpus: fc.array(anyGpu, { maxLength: 4 }),
  /** Which slots are held, by the index of the GPU. */
  held: fc.array(fc.record({ gpu: fc.nat(3), slot: fc.nat(1) }), { maxLength: 4 }),
  hasImage: fc.boolean(),
})
const anyNeeds = fc.record({
  cpuMillis: mostly(100, 1000, 1500, 6500),
  memoryBytes: mostly(GiB, 10 * GiB, 24 * GiB),
  gpus: fc.constantFrom(0, 1, 1, 2, 3, 'all' as const),
  gpuModelPattern: mostly<string | null>(null, 'h100*', 'a100_*', '*_model', 'T4', 'tesla*', '*%*'),
  gpuMemoryBytesMin: mostly<number | null>(null, 20 * GiB, 80 * GiB),
  gpuAllowance: fc.record({ held: fc.nat(2), cap: fc.constantFrom(1, 2, 4, 100) }),
  agentGroup: mostly<string | null>(null, 'lab', 'nowhere'),
  homeAt: mostly<number | null>(null, 0, 1),
})
type AgentShape = typeof anyAgent extends fc.Arbitrary<infer T> ? T : never

/** As few statements as there are tables: hundreds of fleets are made. */
async function write(shapes: readonly AgentShape[]): Promise<string[]> {
  const agents = shapes.map((shape, at) => ({ ...shape, id: newId(), name: `agent-${at}` }))
  const gpus = agents.flatMap(({ id: agentId, gpus: own }) =>
    own.map((gpu, index) => ({ ...gpu, id: newId(), agentId, uuid: `GPU-${index}`, index })),
  )
  await db.agent.createMany({ data: agents.map(({ row, id, name }) => ({ ...row, id, name, kind: 'socket' as const })) })
  await db.gpu.createMany({ data: gpus })
  const holds = agents.flatMap(({ id, held }) =>
    held.flatMap(({ gpu, slot }) => {
      const found = gpus.find(({ agentId, index }) => agentId === id && index === gpu)
      return found && slot < found.shares ? [{ gpuId: found.id, slot, sessionId: newId() }] : []
    }),
  )
  const spec = { reference: 'x:1', volumes: [] }
  const common = { userId, imageName: 'x', spec, cpuMillis: 1, memoryBytes: 1, state: 'running' as const }
  await db.session.createMany({ data: holds.map(({ sessionId }) => ({ id: sessionId, ...common })) })
  await db.gpuHold.createMany({ data: holds, skipDuplicates: true })
  await db.agentImage.createMany({
    data: agents
      .filter(({ hasImage }) => hasImage)
      .map(({ id }) => ({ agentId: id, reference: 'x:1', imageId: 'i', sizeBytes: 1 })),
  })
  return agents.map(({ id }) => id)
}

test('what the short way chooses is what the rules over the whole fleet choose, with the same GPUs and the same reason', {
  timeout: 300_000,
}, async () => {
  let placed = 0
  await fc.assert(
    fc
      .asyncProperty(
        fc.array(anyAgent, { minLength: 2, maxLength: 7 }),
        fc.array(anyNeeds, { minLength: 4, maxLength: 4 }),
        async (shapes, wants) => {
          const ids = await write(shapes)
          const fleet = await loadFleet(db)
          for (const { homeAt, ...want } of wants) {
            const needs = {
              ...want,
              homeAgentId: homeAt === null ? null : (ids[homeAt] ?? null),
              sessionId: 's',
              userId,
              bindSources: [],
              reference: 'x:1',
              queuedAt: day,
              homeId: null,
            }
            const short = placeOne(needs, (await loadShortlist(db, needs)) ?? [])
            const long = placeOne(needs, fleet)
            expect(short.placed).toEqual(long.placed)
            if (long.placed) placed++
          }
        },
      )
      .afterEach(clear),
    { seed: 7, numRuns: 120 },
  )
  // Had nothing fitted, nothing would have been shown.
  expect(placed).toBeGreaterThan(100)
})
