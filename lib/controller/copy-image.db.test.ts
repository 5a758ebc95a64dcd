// Copies between agents, over a real database and fake engines. Between real ones: e2e/testbed/image-copies.docker.test.ts.
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { takeLeases } from '@/lib/db/leases'
import { DomainError } from '@/lib/domain/errors'
import { newId } from '@/lib/domain/ids'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import { pullInBackground } from './background-pulls'
import type { ActingAgent } from './controller-deps'
import { type FakeWorld, fakeWorld } from './fake-world'
import { takeInventory } from './inventory'
import { newLimiter } from './limiter'
import { runOnce } from './run-once'
import { addAgent, addUser, clearFleet, launch, newGate, type TestClock, testClock } from './test-world'

const signal = new AbortController().signal
const reference = 'built/here:1'
const GiB = 1024 ** 3
const first = {
  id: 'sha256:first',
  builtAt: '2026-01-01T00:00:00.000Z',
  layers: [{ id: 'l1', sizeBytes: 3 * GiB }],
  sizeBytes: 3 * GiB,
}
const second = { ...first, id: 'sha256:second', builtAt: '2026-01-02T00:00:00.000Z' }

let database: TestDatabase
let db: TestDatabase['db']
let clock: TestClock
let world: FakeWorld
let source: string
let target: string

beforeAll(async () => {
  database = await createTestDatabase()
  db = database.db
})

afterAll(() => database.drop())

beforeEach(async () => {
  await clearFleet(db)
  await db.workspaceImage.deleteMany()
  clock = testClock()
  world = fakeWorld(db, clock)
  source = await addAgent(db, { name: 'source' })
  target = await addAgent(db, { name: 'target' })
  await db.workspaceImage.create({
    data: { id: newId(), name: 'Desktop', cpuMillis: 1000, memoryBytes: 1, shmBytes: 1, reference },
  })
  await buildOn(source, first)
})

async function buildOn(agentId: string, build: typeof first): Promise<void> {
  world.hostOf(agentId).stored.add(reference)
  world.hostOf(agentId).builds.set(reference, build)
  await look(agentId)
}

async function acting(agentId: string): Promise<ActingAgent> {
  const leases = await takeLeases(db, world.deps.holder)
  const row = await db.agent.findUniqueOrThrow({ where: { id: agentId } })
  const lease = leases.find((one) => one.agentId === agentId)
  if (!lease) throw new Error('no lease')
  return { row, lease, host: world.hostOf(agentId), limit: newLimiter(8) }
}

async function look(agentId: string): Promise<void> {
  await takeInventory(world.deps, await acting(agentId), signal, { gpus: false })
}

async function bring(agentId = target): Promise<void> {
  await pullInBackground(world.deps, await acting(agentId), signal)
}

const imageAt = async (agentId: string) => (await world.hostOf(agentId).findImage(reference, signal))?.id ?? null
const pulls = () => db.agentPull.findMany({ where: { agentId: target } })
const brought = () => db.broughtImage.findMany({ where: { agentId: target }, orderBy: { imageId: 'asc' } })

test('an image that no registry gave comes to the other agents with the same id, and no registry is asked for it', async () => {
  await bring()
  await world.deps.pulls.idle()
  expect(await imageAt(target)).toBe(first.id)
  expect(world.hostOf(target).calls).not.toContain('pull')
  expect(await pulls()).toEqual([])
  expect(await brought()).toMatchObject([{ imageId: first.id, how: 'copied', references: [reference] }])
  expect(await db.agentImage.findMany({ where: { agentId: target, reference } })).toMatchObject([{ imageId: first.id }])
})

test('on its way it tells how many of its bytes have come, and from where for those who may know', async () => {
  const gate = newGate()
  world.hostOf(source).saveGate = gate.promise
  await bring()
  const progress = { layers: 0, bytesTotal: first.sizeBytes, status: 'Copying from another agent' }
  await vi.waitFor(async () => {
    const [row] = await pulls()
    expect(row).toMatchObject({ state: 'pulling', sourceAgentId: source, progress })
    expect(row?.progress).toMatchObject({ bytes: expect.any(Number) })
    expect(row?.progress).not.toMatchObject({ bytes: 0 })
  }, 5_000)
  expect(await imageAt(target)).toBeNull()
  gate.open()
  await world.deps.pulls.idle()
  expect(await imageAt(target)).toBe(first.id)
})

test('a launch on an agent that lacks it waits for the copy, with the same progress, and starts', async () => {
  const gate = newGate()
  world.hostOf(source).saveGate = gate.promise
  await db.agent.update({ where: { id: source }, data: { enabled: false } })
  const id = await launch(db, clock, { userId: await addUser(db), reference })
  await runOnce(world.deps)
  const session = () => db.session.findUniqueOrThrow({ where: { id } })
  await vi.waitFor(async () => expect(await session()).toMatchObject({ pull: { status: 'Copying from another agent' } }), 5_000)
  gate.open()
  await world.deps.pulls.idle()
  await vi.waitFor(async () => {
    await runOnce(world.deps)
    expect(await session()).toMatchObject({ state: 'running', agentId: target })
  }, 20_000)
  expect(world.hostOf(target).containers.get(id)?.imageId).toBe(first.id)
})

test('a copy follows when its source is built anew, and the former one stays until somebody removes it', async () => {
  await bring()
  await world.deps.pulls.idle()
  await look(target)
  await buildOn(source, second)
  await bring()
  await world.deps.pulls.idle()
  expect(await imageAt(target)).toBe(second.id)
  expect((await brought()).map(({ imageId }) => imageId)).toEqual([first.id, second.id])
  expect(world.hostOf(target).nameless.has(first.id)).toBe(true)
})

test('what somebody built on an agent himself stays there, also when he built it a moment ago', async () => {
  await buildOn(target, first)
  await buildOn(source, second)
  await bring()
  // Not listed yet: the row still says that there is nothing.
  await db.agentImage.deleteMany({ where: { agentId: target } })
  await bring()
  await world.deps.pulls.idle()
  expect(await imageAt(target)).toBe(first.id)
  expect(await brought()).toEqual([])
})

test('a name that somebody gave away while the copy came is not taken from him', async () => {
  const gate = newGate()
  world.hostOf(source).saveGate = gate.promise
  await bring()
  await vi.waitFor(() => expect(world.hostOf(target).calls).toContain('loadImage'))
  world.hostOf(target).stored.add(reference)
  world.hostOf(target).builds.set(reference, second)
  gate.open()
  await world.deps.pulls.idle()
  expect(await imageAt(target)).toBe(second.id)
  expect(await pulls()).toMatchObject([
    { state: 'failed', problem: expect.stringContaining('Another image was given this name') },
  ])
})

test('a source that goes away in the middle leaves nothing behind, is blamed for it, and its return begins the next try', async () => {
  const gate = newGate()
  world.hostOf(source).saveGate = gate.promise
  await bring()
  await vi.waitFor(() => expect(world.hostOf(target).calls).toContain('loadImage'))
  world.hostOf(source).cut = new DomainError('agent_unreachable', { message: 'The agent closed the connection.' })
  gate.open()
  await world.deps.pulls.idle()
  const words = { problem: 'The copy of the image from another agent broke off.', hint: 'The agent closed the connection.' }
  expect(await pulls()).toMatchObject([{ state: 'failed', sourceAgentId: source, ...words }])
  expect(await imageAt(target)).toBeNull()
  expect(await brought()).toEqual([])
  await bring()
  expect(await pulls()).toMatchObject([{ state: 'failed', attempts: 1 }])

  world.hostOf(source).cut = null
  clock.advance(61_000)
  await bring()
  await world.deps.pulls.idle()
  expect(await imageAt(target)).toBe(first.id)
})

test('an agent that stops answering in the middle of a copy ends it, though nothing breaks', async () => {
  world.hostOf(source).saveGate = newGate().promise
  await bring()
  await vi.waitFor(() => expect(world.hostOf(target).calls).toContain('loadImage'))
  await db.agent.update({ where: { id: source }, data: { status: 'unreachable' } })
  await world.deps.pulls.idle()
  expect(await pulls()).toMatchObject([{ state: 'failed', hint: expect.stringContaining('does not answer') }])
})

test('while no agent that has it answers nothing begins, and a launch is told so', async () => {
  await db.agent.update({ where: { id: source }, data: { status: 'unreachable' } })
  await bring()
  expect(await pulls()).toEqual([])
  const id = await launch(db, clock, { userId: await addUser(db), reference })
  await runOnce(world.deps, { agentId: target })
  await world.deps.pulls.idle()
  const events = await db.sessionEvent.findMany({ where: { sessionId: id, code: 'attempt_failed' } })
  expect(events).toMatchObject([{ params: { message: 'No agent that has the image answers.' } }])
})

test('what does not fit is not begun: both pages have the numbers, and a launch waits with them until there is room', async () => {
  await db.agent.update({ where: { id: target }, data: { diskTotalBytes: 100 * GiB, diskFreeBytes: 10 * GiB } })
  await db.agent.update({ where: { id: source }, data: { enabled: false } })
  const id = await launch(db, clock, { userId: await addUser(db), reference })
  await runOnce(world.deps)
  await world.deps.pulls.idle()
  // The archive and what is unpacked from it, side by side.
  expect(await pulls()).toMatchObject([
    {
      state: 'failed',
      needBytes: 6 * GiB,
      problem: expect.stringContaining('it takes 6 GiB, and of the 10 GiB that are free 5 GiB'),
    },
  ])
  expect(world.hostOf(target).calls).not.toContain('loadImage')
  const session = () => db.session.findUniqueOrThrow({ where: { id } })
  expect(await session()).toMatchObject({ state: 'queued', held: false })
  const { reasons } = await session()
  expect(reasons).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ agentId: target, code: 'image_too_large', params: { needs: 6 * GiB, free: 10 * GiB } }),
    ]),
  )
  await db.agent.update({ where: { id: target }, data: { diskFreeBytes: 50 * GiB } })
  await runOnce(world.deps)
  await world.deps.pulls.idle()
  await runOnce(world.deps)
  expect(await session()).toMatchObject({ state: 'running', agentId: target })
})
