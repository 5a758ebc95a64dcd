// A session that lost its GPU, from the click to a new container, over a real database and a fake engine.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { loadConfig } from '@/lib/config'
import type { Actor } from '@/lib/domain/actor'
import type { Deps } from '@/lib/use-cases/deps'
import { restartSession } from '@/lib/use-cases/restart-session'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import { type FakeWorld, fakeWorld } from './fake-world'
import { runOnce } from './run-once'
import { addAgent, addUser, clearFleet, launch, type TestClock, testClock, testKeys } from './test-world'

let database: TestDatabase
let db: TestDatabase['db']
let clock: TestClock
let world: FakeWorld
let owner: Actor
let deps: Deps
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
  owner = { id: await addUser(db), name: 'ann', role: 'user', by: { kind: 'operator' }, mustChangePassword: false }
  agentId = await addAgent(db, { gpus: 1 })
  deps = { db, clock, keys: testKeys, config: loadConfig({ DATABASE_URL: database.url, BERTH_DATA_DIR: '/nonexistent' }) }
})

const session = (id: string) => db.session.findUniqueOrThrow({ where: { id }, include: { gpuHolds: true } })

async function lostSession(): Promise<string> {
  const id = await launch(db, clock, { userId: owner.id, gpuCount: 1 })
  await runOnce(world.deps)
  await db.session.update({ where: { id }, data: { gpuLostAt: clock.now(), version: { increment: 1 } } })
  return id
}

test('a restart ends the container and runs a new one, and the loss is forgotten', async () => {
  const id = await lostSession()
  const before = await session(id)
  const asked = await restartSession(deps, owner, { sessionId: id })
  expect(asked).toMatchObject({ state: 'stopping', wanted: 'running', gpuLostAt: null, verbs: ['delete'] })
  await runOnce(world.deps)
  await runOnce(world.deps)
  const after = await session(id)
  expect(after).toMatchObject({ state: 'running', wanted: 'running', gpuLostAt: null, gpuCount: 1 })
  expect(after.containerId).not.toBe(before.containerId)
  expect(after.gpuHolds).toHaveLength(1)
  expect(world.hostOf(agentId).containers.size).toBe(1)
})

test('nobody is let in from the click on, and the GPU is held until the container is gone', async () => {
  const id = await lostSession()
  const seen: unknown[] = []
  world.hostOf(agentId).before = async (verb) => {
    if (verb !== 'ensureStopped') return
    const { reachHost, gpuHolds } = await session(id)
    seen.push([reachHost, gpuHolds.length])
  }
  await restartSession(deps, owner, { sessionId: id })
  await runOnce(world.deps)
  expect(seen).toEqual([[null, 1]])
})

test('who waited for the GPU before it started comes first, who came since does not', async () => {
  const id = await lostSession()
  clock.advance(1_000)
  const other = await launch(db, clock, { userId: await addUser(db), gpuCount: 1 })
  expect((await session(other)).state).toBe('queued')
  await restartSession(deps, owner, { sessionId: id })
  await runOnce(world.deps)
  await runOnce(world.deps)
  expect([(await session(id)).state, (await session(other)).state]).toEqual(['running', 'queued'])
})

test('a session that lost nothing is not restarted, a failed one is tried again, and a stranger finds neither', async () => {
  const id = await lostSession()
  await db.session.update({ where: { id }, data: { gpuLostAt: null } })
  await expect(restartSession(deps, owner, { sessionId: id })).rejects.toMatchObject({ code: 'wrong_state' })
  const stranger = { ...owner, id: await addUser(db) }
  await expect(restartSession(deps, stranger, { sessionId: id })).rejects.toMatchObject({ code: 'not_found' })
  const admin: Actor = { ...stranger, role: 'admin' }
  await expect(restartSession(deps, admin, { sessionId: id })).rejects.toMatchObject({ code: 'forbidden' })
  world.hostOf(agentId).containers.clear()
  await runOnce(world.deps)
  expect((await session(id)).state).toBe('lost')
  expect(await restartSession(deps, owner, { sessionId: id })).toMatchObject({ state: 'starting', wanted: 'running' })
})
