// Agents whose port is open and says nothing: the worst way to fail, because nothing that is under way is told. The loop is real, and so is the
// connection to them.
import { createServer, type Server, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { FakeHost } from '@/lib/docker/fake-host'
import { openDockerHost } from '@/lib/docker/open-docker-host'
import { systemClock } from '@/lib/domain/clock'
import { newId } from '@/lib/domain/ids'
import { seal } from '@/lib/secrets/seal'
import { sealContext } from '@/lib/secrets/seal-contexts'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import { installId, reference } from './fake-world'
import { type Controller, startController } from './start-controller'
import { addAgent, addUser, clearFleet, launch, silentLog, testKeys } from './test-world'

let database: TestDatabase
let db: TestDatabase['db']
let server: Server
let stop: AbortController
let controller: Controller
const open = new Set<Socket>()

beforeAll(async () => {
  database = await createTestDatabase()
  db = database.db
  server = createServer((socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    socket.on('error', () => undefined)
    socket.resume()
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
})

afterAll(async () => {
  for (const socket of open) socket.destroy()
  await new Promise((resolve) => server.close(resolve))
  await database.drop()
})

beforeEach(() => clearFleet(db))

afterEach(async () => {
  stop.abort()
  await controller.done
})

async function addSilentAgent(): Promise<string> {
  const id = newId()
  const { port } = server.address() as { port: number }
  const tcp = { kind: 'tcp' as const, host: '127.0.0.1', port, keySealed: seal(testKeys, sealContext.agentKey(id), '') }
  const known = { status: 'up' as const, cpuCount: 8, memoryBytes: 32 * 1024 ** 3 }
  await db.agent.create({ data: { id, name: id, ...tcp, ...known } })
  return id
}

async function startLoop(works: FakeHost): Promise<void> {
  stop = new AbortController()
  controller = startController({
    db,
    databaseUrl: database.url,
    keys: testKeys,
    clock: systemClock,
    log: silentLog,
    installId,
    openHost: (connection, install) => (connection.kind === 'socket' ? works : openDockerHost(connection, install)),
    signal: stop.signal,
    ask: async ({ host }) => ({ kind: 'answered', pin: `PIN:${host}` }),
  })
  await controller.ready
}

test('agents that accept and never answer delay nobody else, and what is on them is kept and called unreachable [attack 39]', async () => {
  const userId = await addUser(db)
  const silent = await Promise.all([1, 2, 3].map(addSilentAgent))
  const kept = await launch(db, systemClock, { userId })
  await db.session.update({
    where: { id: kept },
    data: { state: 'running', containerId: 'one', reachHost: '127.0.0.1', reachPort: 1 },
  })
  await db.agent.updateMany({ where: { id: { in: silent } }, data: { enabled: false } })
  await addAgent(db, { name: 'works' })
  await startLoop(new FakeHost(installId, [reference]))
  await vi.waitFor(() => expect(open.size).toBeGreaterThanOrEqual(silent.length), { timeout: 20_000 })

  const id = await launch(db, systemClock, { userId })
  const stateOf = async (sessionId: string) => (await db.session.findUniqueOrThrow({ where: { id: sessionId } })).state
  await vi.waitFor(async () => expect(await stateOf(id)).toBe('running'), { timeout: 25_000, interval: 20 })
  // All that time nobody gave up on them.
  expect(open.size).toBeGreaterThanOrEqual(silent.length)

  await vi.waitFor(
    async () => {
      for (const agentId of silent) {
        const agent = await db.agent.findUniqueOrThrow({ where: { id: agentId } })
        expect(agent).toMatchObject({ status: 'unreachable', unreachableSince: expect.any(Date) })
        expect(agent.statusReason).toContain('nothing answers there')
      }
    },
    { timeout: 40_000, interval: 100 },
  )
  expect(await db.session.findUniqueOrThrow({ where: { id: kept } })).toMatchObject({ state: 'running', held: true })
}, 90_000)
