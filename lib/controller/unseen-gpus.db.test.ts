// A new agent that hands out GPUs: which ones is unknown until a container has looked, and unknown is not none.
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import { pullInBackground } from './background-pulls'
import type { ActingAgent } from './controller-deps'
import { actOn, type FakeWorld, fakeGpu, fakeWorld, reference } from './fake-world'
import { takeInventory } from './inventory'
import { runOnce } from './run-once'
import { addAgent, addUser, clearFleet, launch, newGate, testClock } from './test-world'

const signal = new AbortController().signal
let database: TestDatabase
let db: TestDatabase['db']
let world: FakeWorld
let acting: ActingAgent

beforeAll(async () => {
  database = await createTestDatabase()
  db = database.db
})

afterAll(() => database.drop())

beforeEach(async () => {
  await clearFleet(db)
  world = fakeWorld(db, testClock())
  acting = await actOn(world, await addAgent(db, { unseen: true }))
})

const host = () => world.hostOf(acting.row.id)
const session = (id: string) => db.session.findUniqueOrThrow({ where: { id } })
const launchWithGpu = async () => launch(db, world.deps.clock, { userId: await addUser(db), gpuCount: 1 })
const waits = { state: 'queued', reasons: [{ code: 'gpus_not_seen_yet' }] }

test('a launch waits until a container has looked which GPUs a new agent has', async () => {
  host().gpus = [fakeGpu(0)]
  const gate = newGate()
  const probe = host().probe.bind(host())
  host().probe = async (...args) => {
    await gate.promise
    return probe(...args)
  }
  const looked = takeInventory(world.deps, acting, signal)
  await vi.waitFor(async () => expect((await db.agent.findFirstOrThrow()).cpuCount).toBe(8), 5_000)
  const id = await launchWithGpu()
  expect(await session(id)).toMatchObject(waits)
  gate.open()
  await looked
  await runOnce(world.deps)
  expect(await session(id)).toMatchObject({ state: 'running' })
})

test('a new agent without any image is brought that of the session which waits for its GPUs, and then looked at', async () => {
  host().gpus = [fakeGpu(0)]
  host().stored.clear()
  host().registry.set(reference, Promise.resolve())
  await takeInventory(world.deps, acting, signal)
  const id = await launchWithGpu()
  expect(await session(id)).toMatchObject(waits)
  await pullInBackground(world.deps, acting, signal)
  await world.deps.pulls.idle()
  await takeInventory(world.deps, acting, signal)
  await runOnce(world.deps)
  expect(await session(id)).toMatchObject({ state: 'running' })
})

test('where a container saw no GPU, that there is none is known', async () => {
  host().gpus = [fakeGpu(0)]
  const facts = await host().facts(signal)
  host().facts = async () => facts
  host().gpus = []
  await takeInventory(world.deps, acting, signal)
  expect(await session(await launchWithGpu())).toMatchObject({ state: 'failed', reasons: [{ code: 'no_gpu' }] })
})

test('an agent that begins to hand out GPUs is unknown again, until it was looked at', async () => {
  await takeInventory(world.deps, acting, signal)
  host().gpus = [fakeGpu(0)]
  await takeInventory(world.deps, acting, signal, { gpus: false })
  const id = await launchWithGpu()
  expect(await session(id)).toMatchObject(waits)
  await takeInventory(world.deps, acting, signal)
  await runOnce(world.deps)
  expect(await session(id)).toMatchObject({ state: 'running' })
})
