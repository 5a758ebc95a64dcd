// Time limits, retention and the ledger's sums, with a clock that only moves when told to.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { newId } from '@/lib/domain/ids'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import { type FakeWorld, fakeWorld } from './fake-world'
import { checkLedger, checkTimeLimits, purge } from './keep-house'
import { runOnce } from './run-once'
import { addAgent, addUser, clearFleet, eventCodes, launch, type TestClock, testClock } from './test-world'

const minute = 60_000
const day = 24 * 60 * minute
let database: TestDatabase
let db: TestDatabase['db']
let clock: TestClock
let world: FakeWorld
let userId: string
let agentId: string

beforeAll(async () => {
  database = await createTestDatabase()
  db = database.db
})

afterAll(() => database.drop())

beforeEach(async () => {
  await clearFleet(db)
  clock = testClock()
  world = fakeWorld(db, clock)
  userId = await addUser(db)
  agentId = await addAgent(db, { gpus: 1 })
})

const session = (id: string) => db.session.findUniqueOrThrow({ where: { id } })

async function running(timeLimitSeconds?: number): Promise<string> {
  const id = await launch(db, clock, { userId, gpuCount: 1, ...(timeLimitSeconds === undefined ? {} : { timeLimitSeconds }) })
  await runOnce(world.deps)
  return id
}

const announced = async (id: string) => (await eventCodes(db, id)).filter((code) => code === 'time_limit_near').length

test('the end is announced a quarter of an hour before, once, and again after an extension', async () => {
  const id = await running(3600)
  clock.advance(44 * minute)
  await checkTimeLimits(world.deps)
  expect(await announced(id)).toBe(0)
  clock.advance(minute)
  await checkTimeLimits(world.deps)
  clock.advance(minute)
  await checkTimeLimits(world.deps)
  expect(await announced(id)).toBe(1)
  const { endsAt } = await session(id)
  await db.session.update({ where: { id }, data: { endsAt: new Date((endsAt?.getTime() ?? 0) + 60 * minute) } })
  clock.advance(61 * minute)
  await checkTimeLimits(world.deps)
  expect(await announced(id)).toBe(2)
})

test('at its limit a session is stopped, never deleted, and not before', async () => {
  const id = await running(3600)
  clock.advance(59 * minute)
  await checkTimeLimits(world.deps)
  expect((await session(id)).wanted).toBe('running')
  clock.advance(minute)
  await checkTimeLimits(world.deps)
  await runOnce(world.deps)
  expect(await session(id)).toMatchObject({ wanted: 'stopped', state: 'stopped', held: false })
  expect(await eventCodes(db, id)).toContain('time_limit_reached')
})

test('a session without a limit goes on', async () => {
  const id = await running()
  clock.advance(365 * day)
  await checkTimeLimits(world.deps)
  expect((await session(id)).wanted).toBe('running')
})

test('what ended long ago goes; what runs or is stopped stays', async () => {
  const id = await running()
  const [stopped, deleted, fresh] = [newId(), newId(), newId()]
  const base = { userId, imageName: 'x', spec: {}, cpuMillis: 1, memoryBytes: 1 }
  const long = new Date(clock.now().getTime() - 31 * day)
  await db.session.createMany({
    data: [
      { ...base, id: stopped, state: 'stopped', endedAt: long },
      { ...base, id: deleted, state: 'deleted', endedAt: long },
      { ...base, id: fresh, state: 'deleted', endedAt: clock.now() },
    ],
  })
  await db.sessionEvent.create({ data: { sessionId: id, at: long, code: 'launched' } })
  await purge(world.deps)
  const left = (await db.session.findMany({ select: { id: true } })).map((row) => row.id)
  expect(left.sort()).toEqual([id, stopped, fresh].sort())
  expect(await eventCodes(db, id)).not.toContain('launched')
})

test('who held a GPU is known as long as the settings keep ended sessions, and who holds it for as long as it does', async () => {
  const id = await running()
  const [gpu] = await db.gpu.findMany()
  const long = new Date(clock.now().getTime() - 31 * day)
  const use = { gpuId: gpu?.id ?? '', userId, userName: 'x', imageName: 'x', since: long }
  await db.gpuUse.createMany({
    data: [
      { ...use, sessionId: 'ended long ago', until: long },
      { ...use, sessionId: 'ended now', until: clock.now() },
    ],
  })
  await db.gpuUse.updateMany({ where: { sessionId: id }, data: { since: long } })
  await purge(world.deps)
  const left = await db.gpuUse.findMany({ where: { gpuId: gpu?.id ?? '' }, orderBy: { id: 'asc' } })
  expect(left.map((row) => row.sessionId)).toEqual([id, 'ended now'])
})

test('a ledger whose sums are wrong is put right from its rows, and a right one is left alone', async () => {
  const id = await running()
  const right = await db.agent.findUniqueOrThrow({ where: { id: agentId } })
  await checkLedger(world.deps)
  expect(await db.agent.findUniqueOrThrow({ where: { id: agentId } })).toMatchObject({
    cpuMillisHeld: 1000,
    updatedAt: right.updatedAt,
  })
  await db.agent.update({ where: { id: agentId }, data: { cpuMillisHeld: 7, memoryBytesHeld: 0 } })
  await checkLedger(world.deps)
  expect(await db.agent.findUniqueOrThrow({ where: { id: agentId } })).toMatchObject({
    cpuMillisHeld: 1000,
    memoryBytesHeld: right.memoryBytesHeld,
  })
  await db.session.update({ where: { id }, data: { held: false } })
  await checkLedger(world.deps)
  expect(await db.gpuHold.count()).toBe(0)
  expect(await db.agent.findUniqueOrThrow({ where: { id: agentId } })).toMatchObject({ cpuMillisHeld: 0, memoryBytesHeld: 0 })
})
