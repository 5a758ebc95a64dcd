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

test('an image that only another agent has, and no registry, is left there', async () => {
  await addImage({ reference: 'test/built:1' })
  const other = await addAgent(db)
  const built = { agentId: other, reference: 'test/built:1', imageId: 'x', digest: null, sizeBytes: 1 }
  await db.agentImage.create({ data: built })
  await inBackground()
  await world.deps.pulls.idle()
  expect(world.hostOf(agentId).calls).not.toContain('pull')
  expect(await pulls()).toEqual([])
})
