// Another engine answers where an agent's was: a wrong address, a machine set up anew. Its empty list proves nothing about the sessions.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { loadConfig } from '@/lib/config'
import type { Db } from '@/lib/db/client'
import { DbNull } from '@/lib/db/json-null'
import { takeLeases } from '@/lib/db/leases'
import { FakeHost } from '@/lib/docker/fake-host'
import type { Deps } from '@/lib/use-cases/deps'
import { operatorActor } from '@/lib/use-cases/operator-actor'
import { takeOverHost } from '@/lib/use-cases/take-over-host'
import { updateAgent } from '@/lib/use-cases/update-agent'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import type { ControllerDeps } from './controller-deps'
import { fakeWorld, installId, reference } from './fake-world'
import { type ClaimOptions, newHostRegistry } from './host-registry'
import { takeInventory } from './inventory'
import { newLimiter } from './limiter'
import { runOnce } from './run-once'
import { addAgent, addUser, clearFleet, launch, type TestClock, testClock, testKeys, want } from './test-world'

const rightPath = '/run/right.sock'
const wrongPath = '/run/wrong.sock'
const signal = new AbortController().signal
const guarded: ClaimOptions = { url: 'https://one.test', exclusive: true, lookEveryMs: 0 }
let database: TestDatabase
let db: Db
let clock: TestClock
let deps: Deps
let right: FakeHost
let wrong: FakeHost
let agentId: string
let sessions: string[]

beforeAll(async () => {
  database = await createTestDatabase()
  db = database.db
  const config = loadConfig({ DATABASE_URL: database.url, BERTH_DATA_DIR: '/nonexistent' })
  deps = { db, clock: { now: () => clock.now() }, keys: testKeys, config }
})
afterAll(() => database.drop())

beforeEach(async () => {
  await clearFleet(db)
  clock = testClock()
  right = new FakeHost(installId, [reference])
  wrong = new FakeHost(installId, [reference])
  agentId = await addAgent(db, { name: 'rack-1', socketPath: rightPath })
})

/** Engines by the address that the agent has now; `claims` null: hosts are shared, and nobody looks at identities. */
function controller(claims: ClaimOptions | null = guarded): ControllerDeps {
  const openHost: ControllerDeps['openHost'] = (connection) =>
    connection.kind === 'socket' && connection.socketPath === wrongPath ? wrong : right
  return {
    ...fakeWorld(db, clock).deps,
    openHost,
    askDesktop: async ({ host }) => ({ kind: 'answered', pin: `PIN:${host}` }),
    ...newHostRegistry({ db, openHost, keys: testKeys, installId, claims }),
  }
}

async function twoRunning(on: ControllerDeps): Promise<void> {
  const userId = await addUser(db)
  sessions = [await launch(db, clock, { userId }), await launch(db, clock, { userId })]
  await runOnce(on)
  await expectRunning()
}

async function expectRunning(): Promise<void> {
  for (const id of sessions)
    expect(await session(id)).toMatchObject({ state: 'running', held: true, containerId: expect.any(String) })
  expect([...right.containers.keys()].sort()).toEqual([...sessions].sort())
}

async function inventory(on: ControllerDeps): Promise<void> {
  const lease = (await takeLeases(db, on.holder)).find((one) => one.agentId === agentId)
  if (!lease) throw new Error('no lease')
  const row = await agent()
  await takeInventory(on, { row, lease, host: on.hostOf(row), limit: newLimiter(8) }, signal)
}

const session = (id: string) => db.session.findUniqueOrThrow({ where: { id } })
const agent = () => db.agent.findUniqueOrThrow({ where: { id: agentId }, include: { onHost: true } })
const address = (socketPath: string) =>
  updateAgent(deps, operatorActor(), { agentId, changes: { endpoint: { kind: 'socket', socketPath } } })
const first = () => sessions[0] ?? ''

async function expectRefused(): Promise<void> {
  expect(await agent()).toMatchObject({
    status: 'unreachable',
    statusReason: expect.stringContaining(
      'Another Docker Engine answers at this address: it does not have any container of this',
    ),
    onHost: { otherEngineSince: expect.any(Date) },
  })
  for (const id of sessions) expect(await session(id)).toMatchObject({ held: true, containerId: expect.any(String) })
}

test('at a wrong address sessions are neither lost nor, when it is corrected, removed; the other engine is left as it was', async () => {
  const on = controller()
  await twoRunning(on)
  await address(wrongPath)
  await runOnce(on)
  await runOnce(on)
  await expectRefused()
  expect([wrong.notes.size, wrong.containers.size]).toEqual([0, 0])
  await address(rightPath)
  expect((await runOnce(on)).steps).toEqual([])
  await expectRunning()
  expect(await agent()).toMatchObject({ status: 'up', onHost: { otherEngineSince: null } })
})

test('an engine with an identity that no agent has any more is another one as well', async () => {
  const on = controller()
  await twoRunning(on)
  const { onHost } = await agent()
  await wrong.makeHostVolume(`berth-host-${installId}`, { kind: 'identity', hostId: 'of-an-agent-that-was-removed' }, signal)
  await address(wrongPath)
  await runOnce(on)
  await expectRefused()
  expect((await agent()).onHost?.hostId).toBe(onHost?.hostId)
})

test('a stop that is asked meanwhile is not taken as done, and is done once the address is right', async () => {
  const on = controller()
  await twoRunning(on)
  await address(wrongPath)
  await want(db, first(), 'stopped')
  await runOnce(on, { sessionId: first() })
  expect(await session(first())).toMatchObject({ state: 'stopping', held: true, reachHost: null })
  await address(rightPath)
  await runOnce(on)
  expect(await session(first())).toMatchObject({ state: 'stopped', held: false })
  expect([...right.containers.keys()]).toEqual([sessions[1]])
})

test.each(['answer', 'hang'])(
  'volumes that were pruned beside containers that %s are made again with the same identity',
  async (they) => {
    const on = controller()
    await twoRunning(on)
    const { onHost } = await agent()
    if (they === 'hang') for (const id of sessions) right.hung.set(id, 'unknown')
    right.notes.clear()
    expect((await runOnce(on)).unreachable).toEqual([])
    await expectRunning()
    expect([...right.notes.values()].map(({ says }) => says)).toContainEqual({ kind: 'identity', hostId: onHost?.hostId })
  },
)

test('an engine that loses all it had between two looks is looked at anew before anything follows from it', async () => {
  const on = controller({ ...guarded, lookEveryMs: 60_000 })
  await twoRunning(on)
  const [containers, notes] = [[...right.containers], [...right.notes]]
  right.containers.clear()
  right.notes.clear()
  await runOnce(on, { sessionId: first() })
  await runOnce(on)
  await expectRefused()
  for (const [name, note] of notes) right.notes.set(name, note)
  for (const [id, container] of containers) right.containers.set(id, container)
  await runOnce(controller())
  await expectRunning()
})

test('containers that were removed by hand on the very engine are lost as ever', async () => {
  const on = controller()
  await twoRunning(on)
  right.containers.clear()
  await runOnce(on)
  for (const id of sessions) expect(await session(id)).toMatchObject({ state: 'lost', held: false })
})

test('an administrator says that the former sessions are gone: they are lost, and the engine that answers is the agent’s', async () => {
  const on = controller()
  await twoRunning(on)
  await expect(takeOverHost(deps, operatorActor(), { agentId })).rejects.toMatchObject({ code: 'wrong_state' })
  await address(wrongPath)
  await runOnce(on)
  expect(await takeOverHost(deps, operatorActor(), { agentId })).toMatchObject({ otherEngineSince: null })
  await runOnce(on)
  for (const id of sessions) expect(await session(id)).toMatchObject({ state: 'lost', held: false })
  expect(await agent()).toMatchObject({ status: 'up', cpuMillisHeld: 0 })
  expect(wrong.notes.get(`berth-host-${installId}`)?.says).toEqual({ kind: 'identity', hostId: (await agent()).onHost?.hostId })
  const entry = await db.auditEntry.findFirstOrThrow({ where: { verb: 'agent.take-over', thingId: agentId } })
  expect(entry.detail).toMatchObject({ name: 'rack-1', sessionsGone: 2 })
})

test('where hosts are shared, what Docker calls the engine tells another one, also to the inventory', async () => {
  const on = controller(null)
  await inventory(on)
  await twoRunning(on)
  await address(wrongPath)
  await runOnce(on)
  await expectRefused()
  await expect(inventory(on)).rejects.toMatchObject({ code: 'agent_other_engine' })
  await expectRefused()
  await address(rightPath)
  await runOnce(on)
  await expectRunning()
  right.containers.clear()
  await runOnce(on)
  expect(await session(first())).toMatchObject({ state: 'lost', held: false })
})

test('where hosts are shared, a launch that is under way is not begun on another engine, where it would pass for a proof', async () => {
  const on = controller(null)
  await inventory(on)
  await twoRunning(on)
  right.stored.clear()
  const userId = await addUser(db)
  const pulling = await launch(db, clock, { userId })
  await runOnce(on, { sessionId: pulling })
  expect(await session(pulling)).toMatchObject({ state: 'starting', containerId: null })
  await on.pulls.idle()
  await address(wrongPath)
  await db.session.update({ where: { id: pulling }, data: { state: 'starting', pull: DbNull, nextTryAt: null } })
  await runOnce(on, { sessionId: pulling })
  await runOnce(on)
  await expectRefused()
  expect(wrong.containers.size).toBe(0)
})
