// Pulls over a real database and fake engines.
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { loginColumns } from '@/lib/db/registry-logins'
import { newId } from '@/lib/domain/ids'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import { pullInBackground } from './background-pulls'
import type { ActingAgent } from './controller-deps'
import { type FakeWorld, fakeWorld } from './fake-world'
import { newLimiter } from './limiter'
import { runOnce } from './run-once'
import { addAgent, addUser, launch, newGate, type TestClock, testClock, testKeys } from './test-world'

let database: TestDatabase
let db: TestDatabase['db']
let clock: TestClock
let world: FakeWorld
let agentId: string

beforeAll(async () => {
  database = await createTestDatabase()
  db = database.db
})

afterAll(() => database.drop())

beforeEach(async () => {
  await db.session.deleteMany()
  await db.workspaceImage.deleteMany()
  await db.agent.deleteMany()
  clock = testClock()
  world = fakeWorld(db, clock)
  agentId = await addAgent(db)
})

type Image = { reference: string; password?: string; agentGroup?: string }

async function addImage({ password, ...image }: Image): Promise<string> {
  const id = newId()
  const login = loginColumns(testKeys, id, password === undefined ? null : { user: 'puller', password })
  await db.workspaceImage.create({
    data: { id, name: id, cpuMillis: 1000, memoryBytes: 1, shmBytes: 1, ...image, ...login },
  })
  return id
}

test('a pull logs in with what any workspace image of that reference has, until the registry takes it', async () => {
  const reference = 'r.example.org/private:1'
  const host = world.hostOf(agentId)
  host.registry.set(reference, Promise.resolve())
  host.locked.set(reference, 'right')
  for (const password of ['right', 'wrong']) await addImage({ reference, password })
  const id = await launch(db, clock, { userId: await addUser(db), reference })
  await runOnce(world.deps)
  await world.deps.pulls.idle()
  await runOnce(world.deps)
  expect(await db.session.findUniqueOrThrow({ where: { id } })).toMatchObject({ state: 'running' })
  expect(host.calls.filter((verb) => verb === 'pull')).toHaveLength(2)
})

test('a launch that waits for a pull is told its bytes and how long it takes still', async () => {
  const gate = newGate()
  world.hostOf(agentId).registry.set('test/slow:1', gate.promise)
  const id = await launch(db, clock, { userId: await addUser(db), reference: 'test/slow:1' })
  await runOnce(world.deps)
  const told = async () => (await db.session.findUniqueOrThrow({ where: { id } })).pull
  await vi.waitFor(async () => expect(await told()).toMatchObject({ bytes: 1, bytesTotal: 2, timeLeftMs: null }), 5_000)
  clock.advance(10_000)
  await vi.waitFor(async () => expect(await told()).toMatchObject({ bytes: 1, timeLeftMs: 10_000 }), 5_000)
  gate.open()
  await world.deps.pulls.idle()
})

const signal = new AbortController().signal
const pulls = () => db.agentPull.findMany({ orderBy: { reference: 'asc' } })
const held = (reference: string) => db.agentImage.count({ where: { agentId, reference } })

async function inBackground(): Promise<void> {
  const row = await db.agent.findUniqueOrThrow({ where: { id: agentId } })
  const lease = { agentId, holder: world.deps.holder, epoch: 0 } as unknown as ActingAgent['lease']
  await pullInBackground(world.deps, { row, lease, host: world.hostOf(agentId), limit: newLimiter(8) }, signal)
}

test('an enabled image comes to an agent that may run it before anybody launches it', async () => {
  await addImage({ reference: 'test/wanted:1' })
  await addImage({ reference: 'test/others:1', agentGroup: 'elsewhere' })
  const gate = newGate()
  world.hostOf(agentId).registry.set('test/wanted:1', gate.promise)
  await inBackground()
  await vi.waitFor(async () => expect(await pulls()).toMatchObject([{ reference: 'test/wanted:1', state: 'pulling' }]))
  // Nobody waits for it, and it goes on all the same, with its progress told.
  await vi.waitFor(async () => expect(await pulls()).toMatchObject([{ progress: { bytes: 1, bytesTotal: 2 } }]), 5_000)
  gate.open()
  await world.deps.pulls.idle()
  expect(await held('test/wanted:1')).toBe(1)
  expect(await pulls()).toEqual([])
})

test('at most two images come at a time, and a launch does not wait for them', async () => {
  const host = world.hostOf(agentId)
  const gate = newGate()
  for (const name of ['a', 'b', 'c']) {
    host.registry.set(`test/${name}:1`, gate.promise)
    await addImage({ reference: `test/${name}:1` })
  }
  await inBackground()
  const pulling = async () => (await pulls()).filter(({ state }) => state === 'pulling').map(({ reference }) => reference)
  await vi.waitFor(async () => expect(await pulling()).toEqual(['test/a:1', 'test/b:1']))
  host.registry.set('test/urgent:1', Promise.resolve())
  const id = await launch(db, clock, { userId: await addUser(db), reference: 'test/urgent:1' })
  await runOnce(world.deps)
  await vi.waitFor(async () => expect(await held('test/urgent:1')).toBe(1))
  await runOnce(world.deps)
  expect(await db.session.findUniqueOrThrow({ where: { id } })).toMatchObject({ state: 'running' })
  expect(await pulling()).toEqual(['test/a:1', 'test/b:1'])
  gate.open()
  await world.deps.pulls.idle()
  expect(await held('test/c:1')).toBe(1)
})

test('what the registry refuses is said with its words and tried again only when its time has come', async () => {
  await addImage({ reference: 'test/nowhere:1' })
  const host = world.hostOf(agentId)
  const asked = () => host.calls.filter((verb) => verb === 'pull').length
  await inBackground()
  await world.deps.pulls.idle()
  expect(await pulls()).toMatchObject([{ state: 'failed', problem: 'manifest unknown', attempts: 1 }])
  await inBackground()
  expect(asked()).toBe(1)
  clock.advance(61_000)
  await inBackground()
  await world.deps.pulls.idle()
  expect(asked()).toBe(2)
})

test('what nobody wants beforehand any more is given up, unless a launch waits for it', async () => {
  const id = await addImage({ reference: 'test/wanted:1' })
  world.hostOf(agentId).registry.set('test/wanted:1', newGate().promise)
  await inBackground()
  await vi.waitFor(async () => expect(await pulls()).toMatchObject([{ state: 'pulling' }]))
  await db.workspaceImage.update({ where: { id }, data: { prefetch: false } })
  await inBackground()
  await world.deps.pulls.idle()
  expect(await pulls()).toEqual([])
  expect(await held('test/wanted:1')).toBe(0)
})

test('what Berth fetched is written down as its own, and what was there before is not', async () => {
  const host = world.hostOf(agentId)
  host.nameless.set('image:test/there:1', { id: 'image:test/there:1' })
  for (const reference of ['test/new:1', 'test/there:1']) {
    await addImage({ reference })
    host.registry.set(reference, Promise.resolve())
  }
  await inBackground()
  await world.deps.pulls.idle()
  const brought = await db.broughtImage.findMany({ where: { agentId } })
  expect(brought).toMatchObject([{ imageId: 'image:test/new:1', how: 'pulled', references: ['test/new:1'] }])
})

test('a pull that announces more than the disk has room for is ended, with the numbers', async () => {
  await addImage({ reference: 'test/large:1' })
  const GiB = 1024 ** 3
  await db.agent.update({ where: { id: agentId }, data: { diskTotalBytes: 100 * GiB, diskFreeBytes: 6 * GiB } })
  const host = world.hostOf(agentId)
  host.registry.set('test/large:1', newGate().promise)
  host.announced = 2 * GiB
  await inBackground()
  await world.deps.pulls.idle()
  expect(await pulls()).toMatchObject([
    { state: 'failed', needBytes: 2 * GiB, problem: expect.stringContaining('it takes 2 GiB, and of the 6 GiB') },
  ])
  expect(await held('test/large:1')).toBe(0)
})
