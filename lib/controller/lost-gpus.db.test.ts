// A session whose container no longer sees a GPU that it holds is told so, and one whose GPUs are there is not.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { takeLeases } from '@/lib/db/leases'
import { DomainError } from '@/lib/domain/errors'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import type { ActingAgent } from './controller-deps'
import { type FakeWorld, fakeGpu, fakeWorld } from './fake-world'
import { takeInventory } from './inventory'
import { newLimiter } from './limiter'
import { type LostGpuCheck, newLostGpuCheck } from './lost-gpus'
import { runOnce } from './run-once'
import { addAgent, addUser, clearFleet, eventCodes, launch, type TestClock, testClock, want } from './test-world'

const signal = new AbortController().signal
let database: TestDatabase
let db: TestDatabase['db']
let clock: TestClock
let world: FakeWorld
let acting: ActingAgent
let check: LostGpuCheck
let id: string

beforeAll(async () => {
  database = await createTestDatabase()
  db = database.db
})

afterAll(() => database.drop())

beforeEach(async () => {
  await clearFleet(db)
  clock = testClock()
  world = fakeWorld(db, clock)
  const agentId = await addAgent(db)
  world.hostOf(agentId).gpus = [fakeGpu(0), fakeGpu(1)]
  const [lease] = await takeLeases(db, world.deps.holder)
  if (!lease) throw new Error('no lease')
  const row = await db.agent.findUniqueOrThrow({ where: { id: agentId } })
  acting = { row, lease, host: world.hostOf(agentId), limit: newLimiter(8) }
  await takeInventory(world.deps, acting, signal)
  check = newLostGpuCheck(world.deps, acting)
  id = await launch(db, clock, { userId: await addUser(db), gpuCount: 2 })
  await runOnce(world.deps)
})

const host = () => world.hostOf(acting.row.id)
const session = () => db.session.findUniqueOrThrow({ where: { id } })
const lossEvents = async () => (await eventCodes(db, id)).filter((code) => code.startsWith('gpu_'))

test('a session that sees all its GPUs is left alone', async () => {
  const before = await session()
  await check(signal)
  expect(await session()).toEqual(before)
  expect(host().calls.filter((verb) => verb === 'visibleGpus')).toHaveLength(1)
})

test('a lost GPU is told once, keeps its holder, and is told again when it is back', async () => {
  host().lostGpus.add('GPU-1')
  const { version } = await session()
  await check(signal)
  clock.advance(30_000)
  await check(signal)
  expect(await session()).toMatchObject({
    state: 'running',
    held: true,
    version,
    gpuLostAt: new Date(clock.now().getTime() - 30_000),
  })
  expect(await db.gpuHold.count({ where: { sessionId: id } })).toBe(2)
  expect(await lossEvents()).toEqual(['gpu_lost'])
  const [event] = await db.sessionEvent.findMany({ where: { sessionId: id, code: 'gpu_lost' } })
  expect(event?.params).toEqual({ lost: 1, of: 2 })
  host().lostGpus.clear()
  await check(signal)
  expect(await session()).toMatchObject({ gpuLostAt: null, version })
  expect(await lossEvents()).toEqual(['gpu_lost', 'gpu_back'])
})

test('a GPU that was missed by one look only is not lost', async () => {
  const see = host().visibleGpus.bind(host())
  let looks = 0
  host().visibleGpus = async (...args) => (++looks === 1 ? [] : see(...args))
  await check(signal)
  expect([looks, (await session()).gpuLostAt]).toEqual([2, null])
})

test('a container without nvidia-smi, a paused one and an engine that is silent say nothing about GPUs', async () => {
  host().lostGpus.add('GPU-0')
  host().withoutSmi.add(id)
  await check(signal)
  host().withoutSmi.clear()
  host().cut = new DomainError('agent_unreachable')
  await check(signal)
  host().cut = null
  await want(db, id, 'paused')
  await runOnce(world.deps)
  await check(signal)
  expect(await session()).toMatchObject({ state: 'paused', gpuLostAt: null })
})

test('a container that hangs when it is asked is not asked again at once, and keeps nobody else waiting', async () => {
  host().visibleGpus = async () => {
    looks++
    throw new DomainError('agent_timeout')
  }
  let looks = 0
  await check(signal)
  await check(signal)
  expect(looks).toBe(1)
  clock.advance(301_000)
  await check(signal)
  expect(looks).toBe(2)
})

test('stopping and resuming forgets the loss', async () => {
  host().lostGpus.add('GPU-0')
  await check(signal)
  expect((await session()).gpuLostAt).not.toBeNull()
  await want(db, id, 'stopped')
  await runOnce(world.deps)
  expect(await session()).toMatchObject({ state: 'stopped', gpuLostAt: null })
})
