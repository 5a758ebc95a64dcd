// What a pass reads of sessions: the rows as they are, whatever was remembered of them.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { markUnreachable } from '@/lib/db/agents-observed'
import { takeLeases } from '@/lib/db/leases'
import { newId } from '@/lib/domain/ids'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import { fakeWorld } from './fake-world'
import { newHeardAgents } from './heard-agents'
import { runOnce } from './run-once'
import { newSessionReader } from './session-reader'
import { addAgent, addUser, clearFleet, launch, silentLog, testClock } from './test-world'

let database: TestDatabase
let agentId: string
let sessionId: string
const clock = testClock()

beforeAll(async () => {
  database = await createTestDatabase()
})

afterAll(() => database.drop())

beforeEach(async () => {
  await clearFleet(database.db)
  agentId = await addAgent(database.db, { gpus: 2 })
  const world = fakeWorld(database.db, clock)
  sessionId = await launch(database.db, clock, { userId: await addUser(database.db), gpuCount: 1 })
  await runOnce(world.deps)
})

test('sessions at rest are read once, and again after any write of a row that a pass looks at', async () => {
  const { db } = database
  const read = newSessionReader(db)
  const first = await read(agentId)
  expect(first).toMatchObject([{ id: sessionId, state: 'running', gpuUuids: [`GPU-${agentId}-0`] }])
  expect(await read(agentId)).toBe(first)
  // As the progress of a pull and the loss of a GPU do: the version stays.
  await db.session.update({ where: { id: sessionId }, data: { reachPort: 4711 } })
  expect(await read(agentId)).toMatchObject([{ reachPort: 4711 }])
  await db.gpuHold.deleteMany()
  expect(await read(agentId)).toMatchObject([{ gpuUuids: [] }])
  await db.session.update({ where: { id: sessionId }, data: { state: 'deleted' } })
  expect(await read(agentId)).toEqual([])
})

test('sessions of which something is under way are read each time', async () => {
  await database.db.session.update({ where: { id: sessionId }, data: { wanted: 'stopped' } })
  const read = newSessionReader(database.db)
  const first = await read(agentId)
  expect(first).toMatchObject([{ wanted: 'stopped' }])
  expect(await read(agentId)).not.toBe(first)
})

test('an agent that answers is noted, and one that was called unreachable meanwhile is looked at again', async () => {
  const { db } = database
  const again: string[] = []
  const { heard, flush } = newHeardAgents(db, silentLog, (id) => again.push(id))
  const row = await db.agent.findUniqueOrThrow({ where: { id: agentId } })
  const [lease] = await takeLeases(db, newId())
  const acting = {
    row,
    lease: lease ?? { agentId, holder: '', epoch: 0 },
    host: {} as never,
    limit: <T>(run: () => Promise<T>) => run(),
  }
  const at = new Date(Date.now() + 5_000)
  await heard(acting, at, { latencyMs: 12, slowSince: null })
  await flush()
  expect(await db.agent.findUniqueOrThrow({ where: { id: agentId } })).toMatchObject({ lastSeenAt: at, latencyMs: 12 })
  expect(again).toEqual([])
  await markUnreachable(db, agentId, 'gone', at)
  await heard(acting, at, { latencyMs: 13, slowSince: null })
  await flush()
  expect(again).toEqual([agentId])
  expect(await db.agent.findUniqueOrThrow({ where: { id: agentId } })).toMatchObject({ status: 'unreachable', latencyMs: 12 })
})
