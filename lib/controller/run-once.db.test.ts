// One pass at a time over a real database and fake engines, with a clock that only moves when told to.
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { containerName } from '@/lib/domain/container-spec'
import { DomainError } from '@/lib/domain/errors'
import { newId } from '@/lib/domain/ids'
import { answerDeadlineMs } from '@/lib/domain/plan'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import { type FakeWorld, fakeWorld } from './fake-world'
import { runOnce } from './run-once'
import { addAgent, addUser, eventCodes, launch, newGate, type TestClock, testClock, want } from './test-world'

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
  await db.gpuHold.deleteMany()
  await db.session.deleteMany()
  await db.gpu.deleteMany()
  await db.home.deleteMany()
  await db.agent.deleteMany()
  clock = testClock()
  world = fakeWorld(db, clock)
  userId = await addUser(db)
  agentId = await addAgent(db)
})

const session = (id: string) => db.session.findUniqueOrThrow({ where: { id } })
const ledger = () =>
  db.agent.findUniqueOrThrow({ where: { id: agentId }, select: { cpuMillisHeld: true, memoryBytesHeld: true } })
const nothing = { cpuMillisHeld: 0, memoryBytesHeld: 0 }

async function running(setup: Partial<Parameters<typeof launch>[2]> = {}): Promise<string> {
  const id = await launch(db, clock, { userId, ...setup })
  await runOnce(world.deps)
  expect((await session(id)).state).toBe('running')
  return id
}

test('a launch becomes a desktop that answers, step by step on record', async () => {
  const id = await launch(db, clock, { userId })
  const report = await runOnce(world.deps)
  expect(report.failures).toEqual([])
  expect(await eventCodes(db, id)).toEqual(['placed', 'created', 'started', 'answered'])
  const container = world.hostOf(agentId).containers.get(id)
  expect(await session(id)).toMatchObject({
    state: 'running',
    containerId: container?.id,
    containerStartedAt: container?.startedAt,
    reachHost: container?.bridgeAddress,
    reachPort: 6901,
    certPin: `PIN:${container?.bridgeAddress}`,
    startedAt: clock.now(),
  })
  expect(await db.agent.findUniqueOrThrow({ where: { id: agentId } })).toMatchObject({ reachedBy: 'bridge', cpuMillisHeld: 1000 })
})

test('the password in the row is the one in the container, and another container gets another', async () => {
  const id = await running()
  const first = world.hostOf(agentId).containers.get(id)?.spec.environment.VNC_PW
  expect(first?.length).toBeGreaterThan(20)
  expect((await session(id)).credentialSealed).not.toContain(first)
  await want(db, id, 'stopped')
  await runOnce(world.deps)
  expect((await session(id)).credentialSealed).toBeNull()
  await db.session.update({ where: { id }, data: { state: 'queued', wanted: 'running', version: { increment: 1 } } })
  await runOnce(world.deps)
  expect((await session(id)).state).toBe('running')
  expect(world.hostOf(agentId).containers.get(id)?.spec.environment.VNC_PW).not.toBe(first)
})

test('a pass over a quiet fleet changes nothing', async () => {
  const id = await running()
  const before = await session(id)
  expect((await runOnce(world.deps)).steps).toEqual([])
  expect(await session(id)).toEqual(before)
})

test('stop removes the container, keeps the volumes, and gives everything back only when it is gone', async () => {
  const id = await running()
  const host = world.hostOf(agentId)
  const heldDuring: number[] = []
  host.before = async (verb) => {
    if (verb === 'ensureStopped' || verb === 'ensureRemoved') heldDuring.push((await ledger()).cpuMillisHeld)
  }
  await want(db, id, 'stopped')
  await runOnce(world.deps)
  expect(await session(id)).toMatchObject({ state: 'stopped', held: false, reachHost: null, certPin: null, containerId: null })
  expect(heldDuring).toEqual([1000, 1000])
  expect(await ledger()).toEqual(nothing)
  expect(host.containers.size).toBe(0)
  expect(host.calls).not.toContain('ensureVolumeRemoved')
})

test('nobody is let in any more before the container is touched', async () => {
  const id = await running()
  const routes: (string | null)[] = []
  world.hostOf(agentId).before = async (verb) => {
    if (verb === 'ensureStopped') routes.push((await session(id)).reachHost)
  }
  await want(db, id, 'stopped')
  await runOnce(world.deps)
  expect(routes).toEqual([null])
})

test('pause keeps everything and resume goes on where it was', async () => {
  const id = await running()
  const before = await session(id)
  await want(db, id, 'paused')
  await runOnce(world.deps)
  expect(await session(id)).toMatchObject({ state: 'paused', held: true, containerId: before.containerId })
  await want(db, id, 'running')
  await runOnce(world.deps)
  expect(await session(id)).toMatchObject({ state: 'running', containerId: before.containerId, reachHost: before.reachHost })
  expect((await eventCodes(db, id)).slice(-2)).toEqual(['paused', 'resumed'])
})

test('delete removes the container and gives everything back', async () => {
  const id = await running()
  await want(db, id, 'deleted')
  await runOnce(world.deps)
  expect(await session(id)).toMatchObject({ state: 'deleted', held: false, endedAt: clock.now() })
  expect(world.hostOf(agentId).containers.size).toBe(0)
  expect(await ledger()).toEqual(nothing)
})

test('a queued session that is not wanted any more needs no agent to end', async () => {
  await db.agent.deleteMany()
  const [stopped, deleted] = await Promise.all([launch(db, clock, { userId }), launch(db, clock, { userId })])
  await db.session.updateMany({ data: { state: 'queued' } })
  await want(db, stopped, 'stopped')
  await want(db, deleted, 'deleted')
  await runOnce(world.deps)
  expect([(await session(stopped)).state, (await session(deleted)).state]).toEqual(['stopped', 'deleted'])
})

test('a container that is gone makes the session lost, and what it held is free', async () => {
  const id = await running()
  world.hostOf(agentId).containers.clear()
  await runOnce(world.deps)
  expect(await session(id)).toMatchObject({ state: 'lost', held: false, reachHost: null })
  expect(await ledger()).toEqual(nothing)
})

test('a list that is a moment old does not make a session lost', async () => {
  const id = await running()
  const host = world.hostOf(agentId)
  host.list = async () => ({ seen: [], unknown: [] })
  await runOnce(world.deps)
  expect(await session(id)).toMatchObject({ state: 'running', held: true })
})

test('a container that ended makes the session failed, with exit code, cause and last output', async () => {
  const id = await running()
  world.hostOf(agentId).exit(id, 137, { outOfMemory: true, log: 'Killed' })
  await runOnce(world.deps)
  expect(await session(id)).toMatchObject({
    state: 'failed',
    failureCode: 'out_of_memory',
    exitCode: 137,
    logTail: 'Killed',
    held: false,
  })
  expect(world.hostOf(agentId).containers.size).toBe(0)
  expect(await ledger()).toEqual(nothing)
})

test('a start that ends at once names its likely cause', async () => {
  const id = await launch(db, clock, { userId })
  const host = world.hostOf(agentId)
  world.deps.askDesktop = async () => {
    host.exit(id, 2, { log: 'VNC_PW is too short' })
    return { kind: 'silent', why: 'nothing_listens' }
  }
  await runOnce(world.deps)
  await runOnce(world.deps)
  expect(await session(id)).toMatchObject({ state: 'failed', failureCode: 'exited', exitCode: 2, logTail: 'VNC_PW is too short' })
  expect((await session(id)).failureParams).toMatchObject({ cause: expect.stringContaining('password') })
})

test('a desktop that never answers fails at its deadline, and its container goes first', async () => {
  const id = await launch(db, clock, { userId })
  world.deps.askDesktop = async () => {
    clock.advance(answerDeadlineMs + 1)
    return { kind: 'silent', why: 'not_https' }
  }
  await runOnce(world.deps)
  expect(await session(id)).toMatchObject({ state: 'failed', failureCode: 'no_answer', held: false })
  expect((await session(id)).failureParams).toMatchObject({ cause: expect.stringContaining('HTTPS') })
  expect(world.hostOf(agentId).containers.size).toBe(0)
})

test('an agent that does not answer changes no session: unknown is not empty', async () => {
  const id = await running()
  const before = await session(id)
  const host = world.hostOf(agentId)
  host.cut = new DomainError('agent_unreachable', { message: 'There is no way to the agent’s address.' })
  const report = await runOnce(world.deps)
  expect(report.unreachable).toHaveLength(1)
  expect(await session(id)).toEqual(before)
  expect(await ledger()).toMatchObject({ cpuMillisHeld: 1000 })
  expect(await db.agent.findUniqueOrThrow({ where: { id: agentId } })).toMatchObject({
    status: 'unreachable',
    unreachableSince: clock.now(),
    statusReason: expect.stringContaining('no way'),
  })
  host.cut = null
  await runOnce(world.deps)
  expect(await db.agent.findUniqueOrThrow({ where: { id: agentId } })).toMatchObject({ status: 'up', unreachableSince: null })
  expect(await session(id)).toEqual(before)
})

test('an agent that hangs does not delay another [attack 39]', async () => {
  const first = await launch(db, clock, { userId })
  const otherId = await addAgent(db)
  const second = await launch(db, clock, { userId })
  await db.session.update({ where: { id: second }, data: { agentId: otherId } })
  const released = newGate()
  world.hostOf(agentId).before = () => released.promise
  const pass = runOnce(world.deps)
  await vi.waitFor(async () => expect((await session(second)).state).toBe('running'))
  expect((await session(first)).state).toBe('starting')
  released.open()
  await pass
  expect((await session(first)).state).toBe('running')
})

test('a container with another start is unroutable before anything else, and reachable again after [attack 14, 20]', async () => {
  const id = await running()
  const host = world.hostOf(agentId)
  const before = await session(id)
  const routesWhenAsked: (string | null)[] = []
  host.restart(id)
  const ask = world.deps.askDesktop
  world.deps.askDesktop = async (question, signal) => {
    routesWhenAsked.push((await session(id)).reachHost)
    return ask(question, signal)
  }
  await runOnce(world.deps)
  const after = await session(id)
  expect(routesWhenAsked[0]).toBeNull()
  expect(after).toMatchObject({
    state: 'running',
    reachHost: host.containers.get(id)?.bridgeAddress,
    containerStartedAt: host.containers.get(id)?.startedAt,
  })
  expect(after.reachHost).not.toBe(before.reachHost)
  expect(after.certPin).not.toBe(before.certPin)
})

test('a container that no live session owns is removed; a live one is not', async () => {
  const id = await running()
  const orphan = newId()
  const host = world.hostOf(agentId)
  const model = host.containers.get(id)
  if (!model) throw new Error('no container')
  host.containers.set(orphan, { ...model, id: 'orphan', sessionId: orphan, name: containerName(orphan) })
  await runOnce(world.deps)
  expect([...host.containers.keys()]).toEqual([id])
})

test('a container of an earlier start, whose password nobody has, is replaced', async () => {
  const id = await running()
  const old = world.hostOf(agentId).containers.get(id)?.id
  await db.session.update({
    where: { id },
    data: {
      state: 'starting',
      credentialSealed: null,
      containerId: null,
      containerStartedAt: null,
      reachHost: null,
      version: { increment: 1 },
    },
  })
  await runOnce(world.deps)
  expect(await session(id)).toMatchObject({ state: 'running' })
  expect(world.hostOf(agentId).containers.get(id)?.id).not.toBe(old)
})

test('a container that a crash left behind is adopted, with its password', async () => {
  const id = await launch(db, clock, { userId })
  const host = world.hostOf(agentId)
  const create = host.ensureCreated.bind(host)
  host.ensureCreated = async (spec, signal) => {
    await create(spec, signal)
    throw new DomainError('agent_unreachable')
  }
  await runOnce(world.deps)
  expect(await session(id)).toMatchObject({ state: 'starting', containerId: null })
  const password = host.containers.get(id)?.spec.environment.VNC_PW
  host.ensureCreated = create
  await runOnce(world.deps)
  expect(await session(id)).toMatchObject({ state: 'running' })
  expect(host.containers.get(id)?.spec.environment.VNC_PW).toBe(password)
})

test('a foreign container under our name is left alone, and the session says why it failed', async () => {
  const id = await launch(db, clock, { userId })
  world.hostOf(agentId).foreign.add(containerName(id))
  await runOnce(world.deps)
  expect(await session(id)).toMatchObject({ state: 'failed', failureCode: 'container_refused', held: false })
})

test('a start that Docker refuses is tried again later, three times in all, each on record', async () => {
  const id = await launch(db, clock, { userId })
  const host = world.hostOf(agentId)
  host.before = (verb) => {
    if (verb === 'ensureStarted') throw new DomainError('container_failed', { message: 'could not select device driver' })
  }
  await runOnce(world.deps)
  expect(await session(id)).toMatchObject({ state: 'starting', attempts: 1 })
  await runOnce(world.deps)
  expect((await session(id)).attempts).toBe(1)
  clock.advance(1_000)
  await runOnce(world.deps)
  clock.advance(2_000)
  await runOnce(world.deps)
  expect(await session(id)).toMatchObject({ state: 'failed', failureCode: 'container_refused', held: false })
  expect((await session(id)).failureParams).toMatchObject({ detailText: 'could not select device driver' })
  expect((await eventCodes(db, id)).filter((code) => code === 'attempt_failed')).toHaveLength(2)
  expect(host.containers.size).toBe(0)
})

test('a start that fails for an unknown reason does not hold its place for ever', async () => {
  const id = await launch(db, clock, { userId })
  world.hostOf(agentId).before = (verb) => {
    if (verb === 'ensureCreated') throw new Error('a fault of our own')
  }
  for (let tries = 0; tries < 8; tries++) {
    expect((await session(id)).state).toBe('starting')
    await runOnce(world.deps)
    clock.advance(60_000)
  }
  expect(await session(id)).toMatchObject({ state: 'failed', held: false })
})

test('a freed GPU goes to whoever waits for it, in the same pass', async () => {
  await db.agent.deleteMany()
  agentId = await addAgent(db, { gpus: 1 })
  const first = await running({ gpuCount: 1 })
  const second = await launch(db, clock, { userId: await addUser(db), gpuCount: 1 })
  expect((await session(second)).state).toBe('queued')
  await want(db, first, 'stopped')
  await runOnce(world.deps)
  await runOnce(world.deps)
  expect((await session(second)).state).toBe('running')
  expect(await db.gpuHold.findMany({ select: { sessionId: true } })).toEqual([{ sessionId: second }])
  expect(world.hostOf(agentId).containers.get(second)?.spec.gpuUuids).toHaveLength(1)
})

test('where the disk has filled up, a placed session goes back to the queue with that reason', async () => {
  const id = await launch(db, clock, { userId })
  await db.agent.update({ where: { id: agentId }, data: { diskTotalBytes: 1e12, diskFreeBytes: 1e9 } })
  await runOnce(world.deps)
  await runOnce(world.deps)
  const row = await session(id)
  expect(row).toMatchObject({ state: 'queued', held: false, agentId: null })
  expect(JSON.stringify(row.reasons)).toContain('disk_low')
  expect(world.hostOf(agentId).calls).not.toContain('ensureCreated')
})

test.each(['ensureCreated', 'ensureStarted', 'pull'])(
  'when %s finds the disk full, the session goes back to the queue and nothing stays',
  async (verb) => {
    const other = 'test/other:9'
    const host = world.hostOf(agentId)
    host.before = (called) => {
      if (called === verb) throw new DomainError('disk_low')
    }
    const id = await launch(db, clock, { userId, ...(verb === 'pull' ? { reference: other } : {}) })
    await runOnce(world.deps)
    await world.deps.pulls.idle()
    await runOnce(world.deps)
    await runOnce(world.deps)
    expect(await session(id)).toMatchObject({ state: 'queued', held: false, agentId: null, containerId: null, pull: null })
    expect(JSON.stringify((await session(id)).reasons)).toContain('disk_low')
    expect(host.containers.size).toBe(0)
    expect(await ledger()).toEqual(nothing)
  },
)

test('a missing image is pulled beside the steps, and the launch goes on when it is there', async () => {
  const other = 'test/other:2'
  const gate = newGate()
  const host = world.hostOf(agentId)
  host.registry.set(other, gate.promise)
  const id = await launch(db, clock, { userId, reference: other })
  await runOnce(world.deps)
  expect(await session(id)).toMatchObject({ state: 'starting' })
  expect((await session(id)).pull).not.toBeNull()
  gate.open()
  await world.deps.pulls.idle()
  await runOnce(world.deps)
  expect(await session(id)).toMatchObject({ state: 'running', pull: null })
  expect(await eventCodes(db, id)).toEqual(['placed', 'pulling', 'pulled', 'created', 'started', 'answered'])
  expect(await db.agentImage.count({ where: { agentId, reference: other } })).toBe(1)
})

test('two sessions that miss one image wait for one pull', async () => {
  const other = 'test/other:3'
  const host = world.hostOf(agentId)
  const gate = newGate()
  host.registry.set(other, gate.promise)
  const ids = [await launch(db, clock, { userId, reference: other }), await launch(db, clock, { userId, reference: other })]
  await runOnce(world.deps)
  gate.open()
  await world.deps.pulls.idle()
  await runOnce(world.deps)
  expect(host.calls.filter((verb) => verb === 'pull')).toHaveLength(1)
  for (const id of ids) expect((await session(id)).state).toBe('running')
})

test('a cancel while pulling ends the session at once and the pull with it', async () => {
  const other = 'test/other:4'
  const host = world.hostOf(agentId)
  host.registry.set(other, new Promise(() => undefined))
  const id = await launch(db, clock, { userId, reference: other })
  await runOnce(world.deps)
  await want(db, id, 'stopped')
  await runOnce(world.deps)
  expect(await session(id)).toMatchObject({ state: 'stopped', held: false, pull: null })
  expect(await ledger()).toEqual(nothing)
  await world.deps.pulls.idle()
  expect(host.stored.has(other)).toBe(false)
})

test('a registry that refuses ends the launch with its words', async () => {
  const id = await launch(db, clock, { userId, reference: 'test/nothing:1' })
  await runOnce(world.deps)
  await world.deps.pulls.idle()
  expect(await session(id)).toMatchObject({ state: 'failed', failureCode: 'pull_failed', held: false })
  expect((await session(id)).failureParams).toMatchObject({ detailText: 'manifest unknown' })
  expect(await ledger()).toEqual(nothing)
})

test('a click between plan and step wins: the step is dropped', async () => {
  const id = await launch(db, clock, { userId })
  const host = world.hostOf(agentId)
  let clicked = false
  host.before = async (verb) => {
    if (verb !== 'ensureCreated' || clicked) return
    clicked = true
    await want(db, id, 'stopped')
  }
  await runOnce(world.deps)
  expect(await session(id)).toMatchObject({ state: 'stopped', held: false })
  expect(host.containers.size).toBe(0)
})

test('a controller that was frozen does no harm when it comes back: its lease is another’s by then', async () => {
  const id = await launch(db, clock, { userId })
  const host = world.hostOf(agentId)
  const frozen = newGate()
  let first = true
  host.before = async (verb) => {
    if (verb !== 'ensureCreated' || !first) return
    first = false
    await frozen.promise
  }
  const old = runOnce(world.deps)
  await vi.waitFor(() => expect(host.calls).toContain('ensureCreated'))
  await db.agent.update({ where: { id: agentId }, data: { leaseUntil: new Date(0) } })
  const rival = world.rival()
  await runOnce(rival)
  const taken = await session(id)
  expect(taken.state).toBe('running')
  frozen.open()
  await old
  expect(await session(id)).toEqual(taken)
  expect(host.containers.size).toBe(1)
  expect((await runOnce(world.deps)).steps).toEqual([])
})

test.each(['find', 'ensureStopped', 'ensureRemoved'])(
  'a stop that was frozen at %s touches nothing of a later start',
  async (at) => {
    const id = await running()
    const host = world.hostOf(agentId)
    const frozen = newGate()
    let first = true
    host.before = async (verb) => {
      if (verb !== at || !first) return
      first = false
      await frozen.promise
    }
    await want(db, id, 'stopped')
    await db.session.update({ where: { id }, data: { state: 'stopping', version: { increment: 1 } } })
    const old = runOnce(world.deps, { sessionId: id })
    await vi.waitFor(() => expect(first).toBe(false))
    await db.agent.update({ where: { id: agentId }, data: { leaseUntil: new Date(0) } })
    const rival = world.rival()
    await runOnce(rival)
    await db.session.update({ where: { id }, data: { state: 'queued', wanted: 'running', version: { increment: 1 } } })
    await runOnce(rival)
    const taken = await session(id)
    expect(taken.state).toBe('running')
    frozen.open()
    await old
    expect(await session(id)).toEqual(taken)
    expect(host.containers.get(id)?.state).toBe('running')
  },
)

test('an agent whose lease another controller holds is not touched', async () => {
  await runOnce(world.rival())
  const id = await launch(db, clock, { userId })
  const before = world.hostOf(agentId).calls.length
  await runOnce(world.deps)
  expect(world.hostOf(agentId).calls.length).toBe(before)
  expect((await session(id)).state).toBe('starting')
})

test('a time limit begins when the desktop answers', async () => {
  const id = await running({ timeLimitSeconds: 3600 })
  expect((await session(id)).endsAt).toEqual(new Date(clock.now().getTime() + 3_600_000))
})

test('the home volume is mounted and outlives the session', async () => {
  const homeId = newId()
  await db.home.create({ data: { id: homeId, userId, scope: 'user', agentId, volumeName: `home-${homeId}` } })
  const id = await running({ homeId })
  expect(world.hostOf(agentId).containers.get(id)?.spec.volumes).toMatchObject([
    { name: `home-${homeId}`, target: '/home/kasm-user' },
  ])
  await want(db, id, 'deleted')
  await runOnce(world.deps)
  expect(world.hostOf(agentId).volumes.has(`home-${homeId}`)).toBe(true)
  expect(await db.home.count({ where: { id: homeId } })).toBe(1)
})
