// One container hangs in an engine that answers for all others: a start whose hook waits for a driver, a removal that waits for a network disk.
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { containerName } from '@/lib/domain/container-spec'
import { DomainError } from '@/lib/domain/errors'
import { newId } from '@/lib/domain/ids'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import { passAgent } from './agent-pass'
import { actOn, type FakeWorld, fakeWorld } from './fake-world'
import { runOnce } from './run-once'
import { newRunReport } from './run-report'
import { addAgent, addUser, clearFleet, eventCodes, launch, newGate, type TestClock, testClock, want } from './test-world'

let database: TestDatabase
let db: TestDatabase['db']
let clock: TestClock
let world: FakeWorld
let userId: string
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
  userId = await addUser(db)
  agentId = await addAgent(db, { gpus: 1 })
})

const session = (id: string) => db.session.findUniqueOrThrow({ where: { id } })
const agent = () => db.agent.findUniqueOrThrow({ where: { id: agentId } })
const tries = async (id: string) => (await eventCodes(db, id)).filter((code) => code === 'attempt_failed').length
const hangs = expect.stringContaining('hangs on the host')

async function running(setup: Partial<Parameters<typeof launch>[2]> = {}): Promise<string> {
  const id = await launch(db, clock, { userId, ...setup })
  await runOnce(world.deps)
  expect((await session(id)).state).toBe('running')
  return id
}

/** Its container hangs as soon as somebody does this to it. */
function hangAt(verb: string, sessionId: string, list: 'unknown' | 'known' = 'unknown'): void {
  const host = world.hostOf(agentId)
  host.before = (called, of) => {
    if (called === verb && of === sessionId) host.hung.set(sessionId, list)
  }
}

function letGo(): void {
  const host = world.hostOf(agentId)
  host.before = () => undefined
  host.hung.clear()
}

test.each(['unknown', 'known'] as const)(
  'a start that hangs in a container that is %s to lists is tried again with growing pauses, and says why; others are started meanwhile',
  async (list) => {
    const id = await launch(db, clock, { userId, gpuCount: 1 })
    hangAt('ensureStarted', id, list)
    await runOnce(world.deps)
    expect(await session(id)).toMatchObject({
      state: 'starting',
      attempts: 1,
      problem: hangs,
      nextTryAt: new Date(clock.now().getTime() + 1_000),
    })
    await runOnce(world.deps)
    expect((await session(id)).attempts).toBe(1)
    clock.advance(1_000)
    await runOnce(world.deps)
    expect(await session(id)).toMatchObject({ attempts: 2, nextTryAt: new Date(clock.now().getTime() + 2_000) })
    expect((await agent()).status).toBe('up')

    await running()

    clock.advance(2_000)
    letGo()
    await runOnce(world.deps)
    expect(await session(id)).toMatchObject({ state: 'running', attempts: 0, problem: null })
  },
)

test('a launch whose container hangs is not given up as fast as one that Docker refuses, and keeps its GPU until the container was seen gone', async () => {
  const id = await launch(db, clock, { userId, gpuCount: 1 })
  hangAt('ensureStarted', id, 'known')
  for (let tried = 0; tried < 20; tried++) {
    await runOnce(world.deps)
    expect(await session(id)).toMatchObject({ state: 'starting', held: true, attempts: tried + 1, problem: hangs })
    clock.advance(60_000)
  }
  expect(await db.gpuHold.count({ where: { sessionId: id } })).toBe(1)
  // Only its start hangs by now.
  const host = world.hostOf(agentId)
  host.hung.clear()
  host.before = (verb) => {
    if (verb === 'ensureStarted') throw new DomainError('agent_timeout')
  }
  await runOnce(world.deps)
  expect(await session(id)).toMatchObject({ state: 'failed', held: false, failureParams: { detailText: hangs } })
  expect(host.containers.size).toBe(0)
})

test.each(['unknown', 'known'] as const)(
  'a delete that hangs in a container that is %s to lists is tried for ever with growing pauses, and says why it waits',
  async (list) => {
    const id = await running({ gpuCount: 1 })
    hangAt('ensureRemoved', id, list)
    await want(db, id, 'deleted')
    const pauses: number[] = []
    for (let tried = 1; tried <= 9; tried++) {
      await runOnce(world.deps)
      const row = await session(id)
      expect(row).toMatchObject({ state: 'deleting', reachHost: null, held: true, attempts: tried, problem: hangs })
      pauses.push((row.nextTryAt?.getTime() ?? 0) - clock.now().getTime())
      clock.advance(pauses.at(-1) ?? 0)
    }
    expect(pauses.map((ms) => ms / 1000)).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60])
    expect((await agent()).status).toBe('up')
    letGo()
    await runOnce(world.deps)
    expect(await session(id)).toMatchObject({ state: 'deleted', held: false, problem: null })
    expect(world.hostOf(agentId).containers.size).toBe(0)
  },
)

test.each(['stopped', 'deleted'] as const)(
  'an end of a container that hangs already (%s) closes the way in at once',
  async (wanted) => {
    const id = await running()
    world.hostOf(agentId).hung.set(id, 'unknown')
    await want(db, id, wanted)
    await runOnce(world.deps)
    const state = wanted === 'deleted' ? 'deleting' : 'stopping'
    expect(await session(id)).toMatchObject({ state, reachHost: null, certPin: null, attempts: 1, problem: hangs })
    letGo()
    clock.advance(1_000)
    await runOnce(world.deps)
    expect((await session(id)).state).toBe(wanted)
  },
)

test('a running session whose container tells nothing stays as it is, and so does its agent', async () => {
  const id = await running()
  const before = await session(id)
  world.hostOf(agentId).hung.set(id, 'unknown')
  await runOnce(world.deps)
  // As after an event of Docker.
  await runOnce(world.deps, { sessionId: id })
  expect(await session(id)).toEqual(before)
  expect((await agent()).status).toBe('up')
})

test('a container that tells nothing is not removed as an orphan before it was seen to be one', async () => {
  const id = await running()
  const host = world.hostOf(agentId)
  await db.session.update({ where: { id }, data: { state: 'stopped', wanted: 'stopped', held: false } })
  host.hung.set(id, 'unknown')
  const report = await runOnce(world.deps)
  expect(report.failures).toEqual([])
  expect(host.calls).not.toContain('ensureRemoved')
  letGo()
  await runOnce(world.deps)
  expect(host.containers.size).toBe(0)
})

test('an orphan whose removal hangs is not asked to go again while it does, nor at once after it failed', async () => {
  const id = await running()
  const host = world.hostOf(agentId)
  const model = host.containers.get(id)
  if (!model) throw new Error('no container')
  const orphan = newId()
  host.containers.set(orphan, { ...model, id: 'orphan', sessionId: orphan, name: containerName(orphan) })
  const acting = await actOn(world, agentId)
  const pass = () => passAgent(world.deps, acting, newRunReport(), new AbortController().signal)
  const asked = () => host.calls.filter((verb) => verb === 'ensureRemoved').length
  const hangs = newGate()
  host.before = async (verb) => {
    if (verb !== 'ensureRemoved') return
    await hangs.promise
    throw new DomainError('agent_timeout')
  }
  const first = pass()
  await vi.waitFor(() => expect(asked()).toBe(1))
  await pass()
  hangs.open()
  await first
  await pass()
  expect(asked()).toBe(1)
  letGo()
  await vi.waitFor(
    async () => {
      await pass()
      expect([...host.containers.keys()]).toEqual([id])
    },
    { timeout: 10_000 },
  )
  expect(asked()).toBe(2)
})

test('an agent that answers nothing at all costs a launch no try', async () => {
  const id = await launch(db, clock, { userId })
  const host = world.hostOf(agentId)
  host.before = (verb) => {
    if (verb === 'ensureStarted') host.cut = new DomainError('agent_timeout')
  }
  await runOnce(world.deps)
  expect(await session(id)).toMatchObject({ state: 'starting', attempts: 0, problem: null, nextTryAt: null })
  expect(await tries(id)).toBe(0)
})

test.each([
  'agent_unreachable',
  'agent_tls',
  'agent_ssh',
  'agent_host_key',
  'agent_taken',
  'agent_same_host',
  'agent_other_engine',
] as const)('a connection that breaks (%s) costs a launch no try', async (code) => {
  const id = await launch(db, clock, { userId })
  world.hostOf(agentId).before = (verb) => {
    if (verb === 'ensureStarted') throw new DomainError(code)
  }
  for (let passes = 0; passes < 4; passes++) await runOnce(world.deps)
  expect(await session(id)).toMatchObject({ state: 'starting', attempts: 0 })
  letGo()
  await runOnce(world.deps)
  expect((await session(id)).state).toBe('running')
})
