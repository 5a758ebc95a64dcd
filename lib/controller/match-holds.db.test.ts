// After one pass the ledger of GPUs says what the containers were given, whatever happened to either before.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { newId } from '@/lib/domain/ids'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import { type FakeWorld, fakeGpu, fakeWorld } from './fake-world'
import { checkLedger } from './keep-house'
import { runOnce } from './run-once'
import { addAgent, addUser, clearFleet, eventCodes, launch, type TestClock, testClock, want } from './test-world'

let database: TestDatabase
let db: TestDatabase['db']
let clock: TestClock
let world: FakeWorld
let agentId: string
let userId: string

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
  agentId = await addAgent(db)
  await db.agent.update({ where: { id: agentId }, data: { hasNvidiaRuntime: true } })
  for (const { uuid, index, model } of [fakeGpu(0), fakeGpu(1), fakeGpu(2)])
    await db.gpu.create({ data: { id: newId(), agentId, uuid, index, model } })
})

const host = () => world.hostOf(agentId)
const held = async (id: string) => {
  const holds = await db.gpuHold.findMany({ where: { sessionId: id }, select: { gpu: { select: { uuid: true } } } })
  return holds.map((hold) => hold.gpu.uuid).sort()
}
const openUses = async (id: string) => db.gpuUse.count({ where: { sessionId: id, until: null } })
const session = (id: string) => db.session.findUniqueOrThrow({ where: { id } })

async function running(gpuCount = 1): Promise<string> {
  const id = await launch(db, clock, { userId, gpuCount })
  await runOnce(world.deps)
  expect((await session(id)).state).toBe('running')
  return id
}

/** What `docker inspect` shows of every container that runs. */
async function expectLedgerIsDocker(): Promise<void> {
  for (const { sessionId, gpuDevices } of host().containers.values())
    expect(await held(sessionId)).toEqual([...gpuDevices].sort())
  const holders = await db.gpuHold.findMany({ select: { sessionId: true } })
  for (const { sessionId } of holders) expect([...host().containers.keys()]).toContain(sessionId)
}

function give(id: string, ...gpuDevices: string[]): void {
  const container = host().containers.get(id)
  if (container) host().containers.set(id, { ...container, gpuDevices })
}

test('a ledger that is right is left alone', async () => {
  const id = await running(2)
  const before = await session(id)
  const report = await runOnce(world.deps)
  expect(report.steps).toEqual([])
  expect(await session(id)).toEqual(before)
  await expectLedgerIsDocker()
})

test('a GPU that a container has and nobody holds is held by its session again', async () => {
  const id = await running(2)
  await db.gpuHold.deleteMany({ where: { gpu: { uuid: 'GPU-1' } } })
  await checkLedger(world.deps)
  await runOnce(world.deps)
  await expectLedgerIsDocker()
  expect(await openUses(id)).toBe(2)
})

test('a session that runs and holds nothing at all holds its container’s share again', async () => {
  const id = await running()
  await db.session.update({ where: { id }, data: { held: false } })
  await checkLedger(world.deps)
  expect(await held(id)).toEqual([])
  await runOnce(world.deps)
  await checkLedger(world.deps)
  await expectLedgerIsDocker()
  expect(await db.agent.findUniqueOrThrow({ where: { id: agentId } })).toMatchObject({ cpuMillisHeld: 1000 })
})

test('a GPU that is held and in no container goes to whoever waits for it', async () => {
  const id = await running(2)
  give(id, 'GPU-0')
  const waiting = await launch(db, clock, { userId, gpuCount: 2 })
  expect((await session(waiting)).state).toBe('queued')
  await runOnce(world.deps)
  expect(await held(id)).toEqual(['GPU-0'])
  expect((await session(waiting)).state).toBe('starting')
  await runOnce(world.deps)
  await expectLedgerIsDocker()
})

test('of two containers on a GPU that is for one, the one that does not hold it is placed again', async () => {
  const [first, second] = [await running(), await running()]
  give(second, 'GPU-0')
  await runOnce(world.deps)
  for (let pass = 0; pass < 3; pass++) await runOnce(world.deps)
  expect(await held(first)).toEqual(['GPU-0'])
  expect(await eventCodes(db, second)).toContain('gpu_taken')
  expect((await session(second)).state).toBe('running')
  expect(host().containers.get(first)?.state).toBe('running')
  await expectLedgerIsDocker()
})

test('a name by which CDI hands a GPU out is the GPU itself', async () => {
  const id = await running()
  await db.gpu.updateMany({ where: { uuid: 'GPU-0' }, data: { cdiName: 'nvidia.com/gpu=0' } })
  give(id, 'nvidia.com/gpu=0')
  const before = await session(id)
  await runOnce(world.deps)
  expect(await session(id)).toEqual(before)
})

test('what is being stopped keeps its GPUs until its container is gone', async () => {
  const id = await running(2)
  give(id, 'GPU-0')
  host().before = (verb) => {
    if (verb === 'ensureStopped') throw new Error('the engine is slow')
  }
  await want(db, id, 'stopped')
  await runOnce(world.deps)
  expect(await held(id)).toEqual(['GPU-0', 'GPU-1'])
})
