// The whole controller against a real Docker Engine, a real PostgreSQL and the starter desktop.
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openDockerHost } from '@/lib/docker/open-docker-host'
import { engineCleanup, testDocker, testSocketPath } from '@/lib/docker/test-engine'
import { systemClock } from '@/lib/domain/clock'
import { containerName } from '@/lib/domain/container-spec'
import { newId } from '@/lib/domain/ids'
import { open } from '@/lib/secrets/seal'
import { sealContext } from '@/lib/secrets/seal-contexts'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import { askDesktop } from './ask-desktop'
import { type Controller, startController } from './start-controller'
import { addAgent, addUser, eventCodes, launch, silentLog, testKeys, want } from './test-world'

const socketPath = testSocketPath(process.env.DOCKER_HOST)
const docker = testDocker(socketPath)
const installId = `test-${randomBytes(4).toString('hex')}`
const reference = process.env.BERTH_TEST_DESKTOP_IMAGE ?? 'berth/desktop:local'
const signal = new AbortController().signal
let database: TestDatabase
let db: TestDatabase['db']
let stop: AbortController
let controller: Controller
let userId: string
let agentId: string

beforeAll(async () => {
  database = await createTestDatabase()
  db = database.db
  stop = new AbortController()
  agentId = await addAgent(db, { name: 'here', socketPath })
  userId = await addUser(db)
  controller = startController({
    db,
    databaseUrl: database.url,
    keys: testKeys,
    clock: systemClock,
    log: silentLog,
    installId,
    openHost: openDockerHost,
    signal: stop.signal,
  })
  await controller.ready
})

afterAll(async () => {
  stop.abort()
  await controller.done
  await database.drop()
  await engineCleanup(socketPath, installId)
})

const session = (id: string) => db.session.findUniqueOrThrow({ where: { id } })

async function reach(id: string, state: string): Promise<void> {
  await vi.waitFor(
    async () => {
      const row = await session(id)
      expect({ state: row.state, failure: row.failureCode, logTail: row.logTail }).toMatchObject({ state })
    },
    { timeout: 60_000, interval: 50 },
  )
}

async function runInside(id: string, ...command: string[]): Promise<void> {
  const exec = await docker.getContainer(containerName(id)).exec({ Cmd: command, AttachStdout: true })
  const stream = await exec.start({})
  stream.resume()
  await new Promise((resolve) => stream.once('end', resolve))
}

async function addHome(): Promise<string> {
  const id = newId()
  await db.home.create({ data: { id, userId, scope: `image:${id}`, agentId, volumeName: `berth-home-${installId}-${id}` } })
  return id
}

test('launches a real desktop that answers to its own password only, pauses it, goes on, and deletes it', async () => {
  const id = await launch(db, systemClock, { userId, reference })
  await reach(id, 'running')
  expect(await eventCodes(db, id)).toEqual(['placed', 'created', 'started', 'answered'])
  const { containerId, reachHost, reachPort, certPin, credentialSealed } = await session(id)
  // What the engine shows of the certificate is what the network shows of it.
  const host = openDockerHost({ kind: 'socket', socketPath }, installId)
  const where = { sessionId: id, containerId: containerId ?? '' }
  expect(await host.compareCertificate(where, certPin ?? '', signal)).toBe('same')
  expect(await host.compareCertificate(where, 'AB:CD', signal)).toBe('another')
  const password = open(testKeys, sealContext.credential(id), credentialSealed ?? '')
  const question = { host: reachHost ?? '', port: reachPort ?? 0, password, pin: certPin ?? '', timeoutMs: 5_000 }
  expect(await askDesktop(question, signal)).toEqual({ kind: 'answered', pin: certPin })
  expect(await askDesktop({ ...question, password: `${password}x` }, signal)).toEqual({ kind: 'refused_password' })
  expect(await askDesktop({ ...question, pin: 'AB:CD' }, signal)).toEqual({ kind: 'foreign_certificate' })
  await want(db, id, 'paused')
  await reach(id, 'paused')
  await want(db, id, 'running')
  await reach(id, 'running')
  expect(await askDesktop(question, signal)).toEqual({ kind: 'answered', pin: certPin })
  await want(db, id, 'paused')
  await reach(id, 'paused')
  await want(db, id, 'deleted')
  await reach(id, 'deleted')
  await expect(docker.getContainer(containerName(id)).inspect()).rejects.toMatchObject({ statusCode: 404 })
})

test('the home is there again after stop and resume, in another container', async () => {
  const id = await launch(db, systemClock, { userId, reference, homeId: await addHome() })
  await reach(id, 'running')
  const before = await session(id)
  await runInside(id, 'sh', '-c', 'echo mine > ~/note')
  await want(db, id, 'stopped')
  await reach(id, 'stopped')
  await db.session.update({ where: { id }, data: { state: 'queued', wanted: 'running', version: { increment: 1 } } })
  controller.wake()
  await reach(id, 'running')
  expect((await session(id)).containerId).not.toBe(before.containerId)
  await runInside(id, 'sh', '-c', 'cat ~/note > /proc/1/fd/1')
  const host = openDockerHost({ kind: 'socket', socketPath }, installId)
  await vi.waitFor(async () => expect(await host.logTail(id, 50, signal)).toMatch(/^mine$/m), { timeout: 10_000 })
  await want(db, id, 'deleted')
  await reach(id, 'deleted')
})

test('a container that is killed on the agent makes the session failed, with its exit code and output', async () => {
  const id = await launch(db, systemClock, { userId, reference })
  await reach(id, 'running')
  await docker.getContainer(containerName(id)).kill()
  await reach(id, 'failed')
  expect(await session(id)).toMatchObject({ failureCode: 'exited', exitCode: 137, held: false })
  expect((await session(id)).logTail).toContain('6901')
})

test('a container that is removed by hand makes the session lost', async () => {
  const id = await launch(db, systemClock, { userId, reference })
  await reach(id, 'running')
  await docker.getContainer(containerName(id)).remove({ force: true })
  // Killed first, then gone: which of the two is seen is a matter of the moment.
  await vi.waitFor(async () => expect(['lost', 'failed']).toContain((await session(id)).state), { timeout: 30_000 })
  expect((await session(id)).held).toBe(false)
})

test('a container that is restarted by hand gets another certificate, and is found again', async () => {
  const id = await launch(db, systemClock, { userId, reference })
  await reach(id, 'running')
  const before = await session(id)
  const gone = docker.getContainer(containerName(id))
  await gone.restart({ t: 5 })
  await vi.waitFor(
    async () => {
      const row = await session(id)
      // Between its end and its start it may be seen as ended; then the session has failed, and that is as true.
      expect(row.state === 'failed' || (row.reachHost !== null && row.certPin !== before.certPin)).toBe(true)
    },
    { timeout: 60_000, interval: 50 },
  )
  await want(db, id, 'deleted')
  await reach(id, 'deleted')
})

test('an image whose program ends at once says so', async () => {
  const id = await launch(db, systemClock, {
    userId,
    reference,
    spec: { dockerOptions: { entrypoint: ['/bin/sh', '-c', 'echo nothing to do; exit 3'], command: [] } },
  })
  await reach(id, 'failed')
  expect(await session(id)).toMatchObject({ failureCode: 'exited', exitCode: 3, logTail: 'nothing to do' })
})

test('an image that is nowhere to be had says what the registry said', async () => {
  const id = await launch(db, systemClock, { userId, reference: 'localhost:1/nothing:1' })
  await reach(id, 'failed')
  expect(await session(id)).toMatchObject({ failureCode: 'pull_failed', held: false })
})

test('the inventory tells what the agent is, holds and has left', async () => {
  controller.wake()
  await vi.waitFor(
    async () => {
      const agent = await db.agent.findUniqueOrThrow({ where: { id: agentId }, include: { images: true } })
      expect(agent).toMatchObject({ status: 'up', engineVersion: expect.any(String), inventoriedAt: expect.any(Date) })
      expect(agent.diskFreeBytes).toBeGreaterThan(0)
      expect(agent.images.map((image) => image.reference)).toContain(reference)
    },
    { timeout: 60_000, interval: 200 },
  )
})

test('in the end nothing is held', async () => {
  await vi.waitFor(
    async () =>
      expect(await db.agent.findUniqueOrThrow({ where: { id: agentId } })).toMatchObject({
        cpuMillisHeld: 0,
        memoryBytesHeld: 0,
      }),
    { timeout: 30_000 },
  )
})
