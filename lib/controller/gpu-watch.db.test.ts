// The numbers of an agent's GPUs: where they come from, where they are kept, and what follows from them.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { purgeSamples, writeMinute } from '@/lib/db/gpu-samples'
import { takeLeases } from '@/lib/db/leases'
import type { GpuReading } from '@/lib/domain/gpu-reading'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import type { ActingAgent } from './controller-deps'
import { type FakeWorld, fakeGpu, fakeWorld } from './fake-world'
import { watchGpus } from './gpu-watch'
import { takeInventory } from './inventory'
import { newLimiter } from './limiter'
import { runOnce } from './run-once'
import { addAgent, addUser, clearFleet, launch, type TestClock, testClock } from './test-world'

const MiB = 1024 * 1024
let database: TestDatabase
let db: TestDatabase['db']
let clock: TestClock
let world: FakeWorld
let acting: ActingAgent
let looks: number
const running: { stop(): Promise<void> }[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  db = database.db
})

afterAll(() => database.drop())

beforeEach(async () => {
  await clearFleet(db)
  clock = testClock()
  world = fakeWorld(db, clock)
  looks = 0
  const agentId = await addAgent(db)
  world.hostOf(agentId).gpus = [fakeGpu(0), fakeGpu(1)]
  const [lease] = await takeLeases(db, world.deps.holder)
  if (!lease) throw new Error('no lease')
  const row = await db.agent.findUniqueOrThrow({ where: { id: agentId } })
  acting = { row, lease, host: world.hostOf(agentId), limit: newLimiter(8) }
  await takeInventory(world.deps, acting, new AbortController().signal)
})

afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.stop()))
})

const host = () => world.hostOf(acting.row.id)
const gpus = () => db.gpu.findMany({ where: { agentId: acting.row.id }, orderBy: { index: 'asc' } })
const live = () => db.gpuLive.findUnique({ where: { agentId: acting.row.id } })

function watch() {
  const ended = new AbortController()
  const lookAgain = () => {
    looks++
  }
  const wait = () => new Promise<void>((resolve) => setTimeout(resolve, 1))
  const done = watchGpus({ deps: world.deps, acting, signal: ended.signal, lookAgain, wait })
  const watching = {
    stop: async () => {
      ended.abort()
      await done
    },
  }
  running.push(watching)
  return watching
}

const reading = (index: number, memoryMib = 0): GpuReading => ({
  uuid: `GPU-${index}`,
  utilizationPercent: 50,
  memoryUsedBytes: memoryMib * MiB,
  temperatureCelsius: null,
  powerWatts: 80.5,
})

/** Tells them, and waits until they are written. */
async function tell(...readings: GpuReading[]): Promise<void> {
  clock.advance(5_000)
  const at = clock.now()
  await vi.waitFor(async () => {
    host().gpuWatch?.tell(readings)
    expect((await live())?.at).toEqual(at)
  })
}

test('the last numbers of an agent stand in one row, what is not told as null', async () => {
  watch()
  await tell(reading(0), reading(1))
  await tell(reading(0, 7), reading(1))
  expect(await db.gpuLive.count()).toBe(1)
  expect((await live())?.values).toEqual([reading(0, 7), reading(1)])
})

test('each minute leaves one row of averages', async () => {
  watch()
  await tell(reading(0, 100), reading(1))
  await tell(reading(0, 300), reading(1))
  clock.advance(60_000)
  await tell(reading(0), reading(1))
  await vi.waitFor(async () => expect(await db.gpuSample.count({ where: { agentId: acting.row.id } })).toBeGreaterThan(0))
  const [first] = await db.gpuSample.findMany({ where: { agentId: acting.row.id }, orderBy: { minute: 'asc' } })
  expect(first?.values).toContainEqual({ ...reading(1) })
  expect(first?.minute.getTime()).toBe(Math.floor((first?.minute.getTime() ?? 0) / 60_000) * 60_000)
})

test('no more than a day of minutes is kept of an agent, by count', async () => {
  const from = Math.floor(clock.now().getTime() / 60_000) * 60_000
  const rows = Array.from({ length: 1440 }, (_, ago) => ({
    agentId: acting.row.id,
    minute: new Date(from - (ago + 1) * 60_000),
    values: [],
  }))
  await db.gpuSample.createMany({ data: rows })
  await writeMinute(db, acting.row.id, { minute: new Date(from), values: [] })
  const kept = await db.gpuSample.findMany({ where: { agentId: acting.row.id }, orderBy: { minute: 'asc' } })
  expect([kept.length, kept[0]?.minute]).toEqual([1440, new Date(from - 1439 * 60_000)])
  await purgeSamples(db, new Date(from + 2 * 86_400_000))
  expect(await db.gpuSample.count()).toBe(0)
})

test('the container is adopted by the next controller and made anew when it died', async () => {
  const first = watch()
  await tell(reading(0), reading(1))
  const { serial } = host().gpuWatch ?? {}
  await first.stop()
  watch()
  await tell(reading(0), reading(1))
  expect(host().gpuWatch?.serial).toBe(serial)
  host().gpuWatch?.die()
  await vi.waitFor(() => expect(host().gpuWatch?.serial).toBeGreaterThan(serial ?? 0))
  await tell(reading(0), reading(1))
  expect(looks).toBe(1)
})

test('a container that does not see every GPU is made anew before any GPU is called missing', async () => {
  watch()
  await tell(reading(0), reading(1))
  const { serial } = host().gpuWatch ?? {}
  await tell(reading(0))
  await vi.waitFor(() => expect(host().gpuWatch?.serial).toBeGreaterThan(serial ?? 0))
  expect(looks).toBe(1)
  expect(await gpus()).toMatchObject([{ missingSince: null }, { missingSince: null }])
  // One that stays away does not have it made anew with every reading.
  const renewed = host().gpuWatch?.serial
  await tell(reading(0))
  await tell(reading(0))
  expect(host().gpuWatch?.serial).toBe(renewed)
})

test('a GPU that went and came back has the container made anew each time', async () => {
  watch()
  await tell(reading(0), reading(1))
  const serial = () => host().gpuWatch?.serial ?? 0
  let last = serial()
  const isRenewed = async () => {
    await vi.waitFor(() => expect(serial()).toBeGreaterThan(last))
    last = serial()
  }
  await tell(reading(0))
  await isRenewed()
  await db.gpu.updateMany({ where: { uuid: 'GPU-1' }, data: { missingSince: clock.now() } })
  await tell(reading(0))
  await db.gpu.updateMany({ data: { missingSince: null } })
  await tell(reading(0))
  await isRenewed()
})

test('an agent that is switched off or has no GPUs has no such container', async () => {
  watch()
  await tell(reading(0), reading(1))
  acting.row = { ...acting.row, enabled: false }
  host().gpuWatch?.tell([reading(0), reading(1)])
  await vi.waitFor(() => expect(host().gpuWatch).toBeNull())
  acting.row = { ...acting.row, enabled: true }
  await tell(reading(0), reading(1))
  await db.gpu.updateMany({ data: { missingSince: clock.now() } })
  host().gpuWatch?.tell([])
  await vi.waitFor(() => expect(host().gpuWatch).toBeNull())
})

test('the container that tells numbers is no session and holds nothing', async () => {
  watch()
  await tell(reading(0), reading(1))
  const report = await runOnce(world.deps)
  expect(report.steps).toEqual([])
  expect(host().gpuWatch).not.toBeNull()
  expect(await db.gpuHold.count()).toBe(0)
})

test('a GPU that somebody uses past Berth is marked, given to nobody, and free again when the work is over', async () => {
  watch()
  await tell(reading(0), reading(1))
  for (let round = 0; round < 5; round++) await tell(reading(0, 3000), reading(1, 3000))
  await vi.waitFor(async () => expect((await gpus()).every((gpu) => gpu.busyOutsideSince !== null)).toBe(true))
  const id = await launch(db, clock, { userId: await addUser(db), gpuCount: 1 })
  const state = async () => (await db.session.findUniqueOrThrow({ where: { id } })).state
  expect(await state()).toBe('queued')
  await tell(reading(0, 0), reading(1, 3000))
  await vi.waitFor(async () => expect(await state()).toBe('starting'))
  expect(await db.gpuHold.findMany({ select: { gpu: { select: { index: true } } } })).toEqual([{ gpu: { index: 0 } }])
  expect(await gpus()).toMatchObject([{ busyOutsideSince: null }, { busyOutsideSince: expect.any(Date) }])
})

test('memory that a session uses is not used outside', async () => {
  await launch(db, clock, { userId: await addUser(db), gpuCount: 2 })
  watch()
  for (let round = 0; round < 7; round++) await tell(reading(0, 3000), reading(1, 3000))
  expect(await gpus()).toMatchObject([{ busyOutsideSince: null }, { busyOutsideSince: null }])
})
