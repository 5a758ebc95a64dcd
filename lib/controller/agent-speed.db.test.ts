// How long an agent takes to answer, over a real database and an engine in memory, with a clock that only moves when told to.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { takeLeases } from '@/lib/db/leases'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import { passAgent } from './agent-pass'
import { type FakeWorld, fakeWorld } from './fake-world'
import { newRunReport } from './run-report'
import { addAgent, clearFleet, type TestClock, testClock } from './test-world'

let database: TestDatabase
let clock: TestClock
let world: FakeWorld
let agentId: string

beforeAll(async () => {
  database = await createTestDatabase()
})

afterAll(() => database.drop())

beforeEach(async () => {
  await clearFleet(database.db)
  clock = testClock()
  world = fakeWorld(database.db, clock)
  agentId = await addAgent(database.db)
})

const agent = () => database.db.agent.findUniqueOrThrow({ where: { id: agentId } })

test('an agent is slow once most of its calls take long, with the number, and quick again when they do not', async () => {
  const host = world.hostOf(agentId)
  let tookMs = 2_000
  host.before = (verb) => {
    if (verb === 'list') clock.advance(tookMs)
  }
  const passes = async (count: number) => {
    const [lease] = await takeLeases(database.db, world.deps.holder)
    const row = await agent()
    if (!lease) throw new Error('no lease')
    const acting = { row, lease, host, limit: <T>(run: () => Promise<T>) => run() }
    for (let at = 0; at < count; at++) await passAgent(world.deps, acting, newRunReport(), new AbortController().signal)
  }
  await passes(2)
  expect(await agent()).toMatchObject({ slowSince: null, latencyMs: 2_000 })
  await passes(3)
  const slow = await agent()
  expect(slow).toMatchObject({ latencyMs: 2_000, slowSince: expect.any(Date) })
  tookMs = 1_000
  await passes(5)
  expect(await agent()).toMatchObject({ slowSince: slow.slowSince })
  tookMs = 10
  await passes(5)
  expect(await agent()).toMatchObject({ latencyMs: 10, slowSince: null })
})
