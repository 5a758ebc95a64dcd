// A host that is gone for good: its agent is removed with what was on it, because nobody is left who could say that it ended.
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { loadConfig } from '@/lib/config'
import { type FakeWorld, fakeGpu, fakeWorld } from '@/lib/controller/fake-world'
import { runOnce } from '@/lib/controller/run-once'
import { addAgent, addUser, clearFleet, launch, type TestClock, testClock, testKeys, want } from '@/lib/controller/test-world'
import type { Db } from '@/lib/db/client'
import { listen } from '@/lib/db/listen'
import { channels } from '@/lib/db/notify'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import { goneAfterMinutes } from '@/lib/domain/gone-host'
import { newId } from '@/lib/domain/ids'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import { deleteAgent } from './delete-agent'
import { deleteUser } from './delete-user'
import type { Deps } from './deps'
import { getSession } from './get-session'
import { operatorActor } from './operator-actor'
import { retrySession } from './retry-session'

const admin = operatorActor()
let database: TestDatabase
let db: Db
let deps: Deps
let clock: TestClock
let world: FakeWorld
let owner: Actor
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
  deps = { db, clock, keys: testKeys, config: loadConfig({ DATABASE_URL: database.url, BERTH_DATA_DIR: '/nonexistent' }) }
  const id = await addUser(db)
  owner = { id, name: `user-${id}`, role: 'user', by: { kind: 'operator' }, mustChangePassword: false }
  agentId = await addAgent(db, { name: 'rack-1', gpus: 2 })
  const uuids = (await db.gpu.findMany({ where: { agentId }, orderBy: { index: 'asc' } })).map(({ uuid }) => uuid)
  world.hostOf(agentId).gpus = uuids.map((uuid, index) => fakeGpu(index, { uuid }))
})

const session = (id: string) => db.session.findUniqueOrThrow({ where: { id } })
const giveUp = () => deleteAgent(deps, admin, { agentId, gone: true })

async function running(over: { gpuCount?: number; homeId?: string } = {}): Promise<string> {
  const id = await launch(db, clock, { userId: owner.id, ...over })
  await runOnce(world.deps)
  expect(await session(id)).toMatchObject({ state: 'running', held: true, agentId })
  return id
}

/** The machine burns, and that much time goes by. */
async function silentFor(minutes: number): Promise<void> {
  world.hostOf(agentId).cut = new DomainError('agent_unreachable')
  await runOnce(world.deps)
  clock.advance(minutes * 60_000)
}

async function home(): Promise<string> {
  const id = newId()
  await db.home.create({ data: { id, userId: owner.id, scope: 'user', volumeName: `berth-home-${id}` } })
  return id
}

test('only an administrator may, and only once it has been unreachable for a while', async () => {
  await running()
  await expect(giveUp()).rejects.toMatchObject({ code: 'wrong_state', message: '"rack-1" is not unreachable.' })
  await silentFor(goneAfterMinutes - 1)
  await expect(giveUp()).rejects.toMatchObject({ code: 'wrong_state', hint: expect.stringContaining('Try again in a minute') })
  clock.advance(60_000)
  await expect(deleteAgent(deps, owner, { agentId, gone: true })).rejects.toMatchObject({ code: 'forbidden' })
  await expect(deleteAgent(deps, admin, { agentId })).rejects.toMatchObject({
    code: 'agent_in_use',
    hint: 'If its host never comes back, remove it as gone for good.',
  })
  expect(await db.session.count({ where: { held: true } })).toBe(1)
  await giveUp()
  expect(await db.agent.findUniqueOrThrow({ where: { id: agentId } })).toMatchObject({ removedAt: clock.now(), enabled: false })
})

test('its sessions are lost, those that were to be deleted are deleted, and all that they held is given back', async () => {
  const [kept, leaving] = [await running({ gpuCount: 1 }), await running({ gpuCount: 1 })]
  const ready = await running()
  await db.session.update({ where: { id: ready }, data: { userId: null } })
  await silentFor(goneAfterMinutes)
  await want(db, leaving, 'deleted')
  await runOnce(world.deps, { sessionId: leaving })
  expect(await session(leaving)).toMatchObject({ state: 'deleting', held: true })
  await giveUp()
  const nothing = { held: false, containerId: null, reachHost: null, credentialSealed: null, endedAt: clock.now() }
  expect(await session(kept)).toMatchObject({ state: 'lost', wanted: 'running', ...nothing })
  expect(await session(leaving)).toMatchObject({ state: 'deleted', wanted: 'deleted', ...nothing })
  expect(await session(ready)).toMatchObject({ state: 'deleted', wanted: 'deleted', ...nothing })
  expect(await db.agent.findUniqueOrThrow({ where: { id: agentId } })).toMatchObject({ cpuMillisHeld: 0, memoryBytesHeld: 0 })
  expect([await db.gpuHold.count(), await db.gpuUse.count({ where: { until: null } })]).toEqual([0, 0])
  const { timeline } = await getSession(deps, owner, { sessionId: kept })
  expect(timeline.at(-1)).toMatchObject({ code: 'lost', text: 'Lost: its host was given up as gone' })
  const entry = await db.auditEntry.findFirstOrThrow({ where: { verb: 'agent.delete', thingId: agentId } })
  expect(entry.detail).toMatchObject({
    name: 'rack-1',
    gone: true,
    endedSessions: expect.arrayContaining([kept, leaving, ready]),
  })
})

test('gateways hear that there is no way to its sessions any more', async () => {
  const id = await running()
  await silentFor(goneAfterMinutes)
  const ended = new AbortController()
  const heard: string[] = []
  const open = vi.fn()
  const listening = listen({
    connectionString: database.url,
    channels: [channels.grants],
    onNotify: (_channel, payload) => heard.push(payload),
    onConnected: open,
    onLost: () => undefined,
    signal: ended.signal,
  })
  await vi.waitFor(() => expect(open).toHaveBeenCalled())
  await giveUp()
  await vi.waitFor(() => expect(heard).toContain(id))
  ended.abort()
  await listening
})

test('a lost session starts anew on another agent with an empty home, and its owner can be deleted once he has none', async () => {
  const homeId = await home()
  const id = await running({ homeId })
  await silentFor(goneAfterMinutes)
  const other = await addAgent(db, { name: 'rack-2' })
  await giveUp()
  expect(await db.home.findUniqueOrThrow({ where: { id: homeId } })).toMatchObject({ agentId: null })
  await retrySession(deps, owner, { sessionId: id })
  await runOnce(world.deps)
  expect(await session(id)).toMatchObject({ state: 'running', agentId: other })
  expect(await db.home.findUniqueOrThrow({ where: { id: homeId } })).toMatchObject({ agentId: other })
  await want(db, id, 'deleted')
  await runOnce(world.deps)
  expect(await deleteUser(deps, admin, { userId: owner.id })).toMatchObject({ id: owner.id })
})

test('a host that comes back is left alone, and added again it loses the containers of the sessions that were given up', async () => {
  const id = await running()
  const host = world.hostOf(agentId)
  await silentFor(goneAfterMinutes)
  await giveUp()
  host.cut = null
  await runOnce(world.deps)
  expect([...host.containers.keys()]).toEqual([id])
  const again = await addAgent(db, { name: 'rack-1' })
  const found = world.hostOf(again)
  for (const [sessionId, container] of host.containers) found.containers.set(sessionId, container)
  await runOnce(world.deps)
  expect(found.containers.size).toBe(0)
  expect(await session(id)).toMatchObject({ state: 'lost', held: false })
})

test('a home that lay on an agent that was removed begins empty elsewhere, and does not keep its owner from launching', async () => {
  const homeId = await home()
  await want(db, await running({ homeId }), 'deleted')
  await runOnce(world.deps)
  const other = await addAgent(db, { name: 'rack-2' })
  await deleteAgent(deps, admin, { agentId })
  const next = await launch(db, clock, { userId: owner.id, homeId })
  await runOnce(world.deps)
  expect(await session(next)).toMatchObject({ state: 'running', agentId: other })
})
