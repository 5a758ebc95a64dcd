// The loop over a real database and fake engines: what wakes it, and what does not hold it up.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { notify } from '@/lib/db/notify'
import { askQuestion } from '@/lib/db/questions'
import { FakeHost } from '@/lib/docker/fake-host'
import { systemClock } from '@/lib/domain/clock'
import type { AgentConnection } from '@/lib/domain/container-host'
import { DomainError } from '@/lib/domain/errors'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import { fakeGpu, installId, reference } from './fake-world'
import { type Controller, startController } from './start-controller'
import { addAgent, addUser, clearFleet, launch, newGate, silentLog, testKeys, want } from './test-world'

let database: TestDatabase
let db: TestDatabase['db']
let hosts: Map<string, FakeHost>
let stop: AbortController
let controller: Controller
let userId: string

beforeAll(async () => {
  database = await createTestDatabase()
  db = database.db
})

afterAll(() => database.drop())

beforeEach(async () => {
  await clearFleet(db)
  await db.question.deleteMany()
  hosts = new Map()
  userId = await addUser(db)
})

afterEach(async () => {
  stop.abort()
  for (const host of hosts.values()) host.before = () => undefined
  await controller.done
})

function hostAt(socketPath: string): FakeHost {
  const known = hosts.get(socketPath) ?? new FakeHost(installId, [reference])
  hosts.set(socketPath, known)
  return known
}

async function startLoop(): Promise<void> {
  stop = new AbortController()
  controller = startController({
    db,
    databaseUrl: database.url,
    keys: testKeys,
    clock: systemClock,
    log: silentLog,
    installId,
    openHost: (connection: AgentConnection) => {
      if (connection.kind === 'tcp') throw new DomainError('agent_refused', { message: 'not an address', hint: 'another one' })
      return hostAt(connection.socketPath)
    },
    signal: stop.signal,
    ask: async ({ host }) => ({ kind: 'answered', pin: `PIN:${host}` }),
  })
  await controller.ready
}

const stateOf = async (id: string) => (await db.session.findUniqueOrThrow({ where: { id } })).state
const reach = (id: string, state: string) =>
  vi.waitFor(async () => expect(await stateOf(id)).toBe(state), { timeout: 25_000, interval: 20 })

test('a launch, a stop and a delete are served by their NOTIFY, long before any periodic pass', async () => {
  await addAgent(db, { socketPath: '/one' })
  await startLoop()
  const id = await launch(db, systemClock, { userId })
  await reach(id, 'running')
  await want(db, id, 'stopped')
  await reach(id, 'stopped')
  await want(db, id, 'deleted')
  await reach(id, 'deleted')
})

test('an agent that hangs for ever holds up no session of another', async () => {
  const gate = newGate()
  const hanging = await addAgent(db, { socketPath: '/hangs' })
  hostAt('/hangs').before = () => gate.promise
  await startLoop()
  const first = await launch(db, systemClock, { userId })
  expect((await db.session.findUniqueOrThrow({ where: { id: first } })).agentId).toBe(hanging)
  await db.agent.update({ where: { id: hanging }, data: { enabled: false } })
  await addAgent(db, { socketPath: '/works' })
  await notify(db, 'agents', '')
  const second = await launch(db, systemClock, { userId })
  await reach(second, 'running')
  expect(await stateOf(first)).toBe('starting')
  gate.open()
  await reach(first, 'running')
})

test('sessions of one agent are started side by side', async () => {
  const gate = newGate()
  await addAgent(db, { socketPath: '/one' })
  const host = hostAt('/one')
  let waiting = 0
  host.before = async (verb) => {
    if (verb !== 'ensureStarted') return
    waiting++
    await gate.promise
  }
  await startLoop()
  const ids = await Promise.all([1, 2, 3].map(() => launch(db, systemClock, { userId })))
  await vi.waitFor(() => expect(waiting).toBe(3), { timeout: 25_000 })
  gate.open()
  for (const id of ids) await reach(id, 'running')
})

test('what Docker’s events say is looked at at once', async () => {
  await addAgent(db, { socketPath: '/one' })
  const host = hostAt('/one')
  let tell: (sessionId: string) => void = () => undefined
  host.watch = async function* (signal) {
    yield { sessionId: null, what: 'subscribed' }
    while (!signal.aborted) {
      const sessionId = await new Promise<string>((resolve) => {
        tell = resolve
        signal.addEventListener('abort', () => resolve(''), { once: true })
      })
      if (sessionId) yield { sessionId, what: 'die' }
    }
  }
  await startLoop()
  const id = await launch(db, systemClock, { userId })
  await reach(id, 'running')
  host.exit(id, 1)
  tell(id)
  await reach(id, 'failed')
})

test('what happened while no controller ran is found at its start', async () => {
  await addAgent(db, { socketPath: '/one' })
  const id = await launch(db, systemClock, { userId })
  await startLoop()
  await reach(id, 'running')
  const host = hostAt('/one')
  stop.abort()
  await controller.done
  host.containers.clear()
  await startLoop()
  await reach(id, 'lost')
})

test('a new agent is looked at as soon as it is told of, and what waits is placed there', async () => {
  await startLoop()
  const blocked = await addAgent(db, { socketPath: '/new', unseen: true })
  const id = await launch(db, systemClock, { userId })
  expect(await stateOf(id)).toBe('queued')
  await notify(db, 'agents', blocked)
  await reach(id, 'running')
  expect(await db.agent.findUniqueOrThrow({ where: { id: blocked } })).toMatchObject({
    status: 'up',
    cpuCount: 8,
    engineVersion: '28.0.0',
  })
})

test('a new agent that misses its first calls, as on a busy machine, is looked at again within seconds', async () => {
  const missed = { list: 0, facts: 0 }
  hostAt('/new').before = (verb) => {
    if ((verb === 'list' || verb === 'facts') && ++missed[verb] <= 5) throw new DomainError('agent_timeout')
  }
  await addAgent(db, { socketPath: '/new', unseen: true })
  const id = await launch(db, systemClock, { userId })
  await startLoop()
  // Its next round would be due after twelve seconds at least, and that as the sixth.
  await vi.waitFor(async () => expect(await stateOf(id)).toBe('running'), { timeout: 20_000, interval: 20 })
})

test('a first look at GPUs that fails is made again within seconds', async () => {
  const host = hostAt('/new')
  host.gpus = [fakeGpu(0)]
  const probe = host.probe.bind(host)
  let looks = 0
  host.probe = async (...args) => {
    if (++looks <= 4) throw new DomainError('agent_timeout')
    return probe(...args)
  }
  await addAgent(db, { socketPath: '/new', unseen: true })
  await startLoop()
  await vi.waitFor(async () => expect(await db.gpu.count()).toBe(1), { timeout: 25_000, interval: 20 })
})

test('an agent that goes away and comes back is said to, and its sessions go on', async () => {
  const agentId = await addAgent(db, { socketPath: '/one' })
  await startLoop()
  const id = await launch(db, systemClock, { userId })
  await reach(id, 'running')
  const host = hostAt('/one')
  const status = async () => (await db.agent.findUniqueOrThrow({ where: { id: agentId } })).status
  host.cut = new DomainError('agent_unreachable')
  controller.wake()
  await vi.waitFor(async () => expect(await status()).toBe('unreachable'), { timeout: 25_000 })
  expect(await stateOf(id)).toBe('running')
  host.cut = null
  controller.wake()
  await vi.waitFor(async () => expect(await status()).toBe('up'), { timeout: 25_000 })
  expect(await stateOf(id)).toBe('running')
})

test('an agent whose connection cannot even be tried does not answer, with that reason, and harms nobody', async () => {
  const broken = await addAgent(db, { unseen: true })
  await db.agent.update({ where: { id: broken }, data: { kind: 'tcp', host: '169.254.169.254', keySealed: null } })
  await addAgent(db, { socketPath: '/works' })
  await startLoop()
  const id = await launch(db, systemClock, { userId })
  await reach(id, 'running')
  await vi.waitFor(
    async () =>
      expect(await db.agent.findUniqueOrThrow({ where: { id: broken } })).toMatchObject({
        status: 'unreachable',
        statusReason: 'not an address another one',
      }),
    { timeout: 25_000 },
  )
})

test('of two controllers one acts, and the other takes over when the first has gone', async () => {
  await addAgent(db, { socketPath: '/one' })
  await startLoop()
  const first = { stop, controller }
  const id = await launch(db, systemClock, { userId })
  await reach(id, 'running')
  await startLoop()
  first.stop.abort()
  await first.controller.done
  await want(db, id, 'stopped')
  await reach(id, 'stopped')
})

test('a question about a connection is answered in words, and its private key does not stay', async () => {
  await startLoop()
  const asking = { db, keys: testKeys, clock: systemClock }
  const pem = '-----BEGIN X-----\nAAAA\n-----END X-----'
  const tcp = {
    kind: 'tcp' as const,
    host: '169.254.169.254',
    port: 2376,
    caPem: pem,
    certPem: pem,
    keyPem: pem,
    serverName: null,
  }
  expect(await askQuestion(asking, { input: { kind: 'agent-connection', endpoint: tcp }, askedById: null })).toEqual({
    ok: false,
    problem: 'not an address',
    hint: 'another one',
    hostKey: null,
  })
  expect(
    await askQuestion(asking, {
      input: { kind: 'agent-connection', endpoint: { kind: 'socket', socketPath: '/x' } },
      askedById: null,
    }),
  ).toMatchObject({ ok: true, facts: { engineVersion: '28.0.0' } })
  expect(await db.question.count()).toBe(0)
})

test('a question about a reference says where it is and whether it could be had', async () => {
  const agentId = await addAgent(db, { name: 'alpha', socketPath: '/one' })
  await startLoop()
  const ask = (text: string) =>
    askQuestion(
      { db, keys: testKeys, clock: systemClock },
      { input: { kind: 'image-reference', reference: text }, askedById: null },
    )
  hostAt('/one').registry.set('test/more:latest', Promise.resolve())
  expect(await ask(reference)).toMatchObject({ present: [{ agentId, agentName: 'alpha' }], pullable: false })
  expect(await ask('test/more')).toEqual({ present: [], pullable: true, problem: null, hint: null, tight: [] })
  // Whoever had that name in a public registry would be believed.
  hostAt('/one').registry.set('berth/desktop:local', Promise.resolve())
  expect(await ask('berth/desktop:local')).toMatchObject({
    present: [],
    pullable: false,
    hint: expect.stringContaining('berth/'),
  })
  expect(await ask('test/none:1')).toMatchObject({ present: [], pullable: false, problem: 'manifest unknown' })
  hostAt('/one').cut = new DomainError('agent_unreachable')
  expect(await ask(reference)).toMatchObject({ present: [], pullable: null, problem: 'No agent could be asked.' })
})

test('a question that nobody answers ends in no_controller, and leaves nothing', async () => {
  await startLoop()
  stop.abort()
  await controller.done
  const question = askQuestion(
    { db, keys: testKeys, clock: systemClock },
    { input: { kind: 'image-reference', reference: 'x:1' }, askedById: null, timeoutMs: 100 },
  )
  await expect(question).rejects.toMatchObject({ code: 'no_controller' })
  expect(await db.question.count()).toBe(0)
})

test('GPUs of an agent are found and watched at once, and nothing of ours stays where an agent was removed', async () => {
  hostAt('/one').gpus = [fakeGpu(0)]
  const agentId = await addAgent(db, { socketPath: '/one', unseen: true })
  await startLoop()
  await vi.waitFor(() => expect(hostAt('/one').gpuWatch).not.toBeNull(), { timeout: 5_000 })
  await db.$transaction(async (tx) => {
    await tx.agent.update({ where: { id: agentId }, data: { removedAt: new Date() } })
    await notify(tx, 'agents', agentId)
  })
  await vi.waitFor(() => expect(hostAt('/one').gpuWatch).toBeNull(), { timeout: 5_000 })
})
