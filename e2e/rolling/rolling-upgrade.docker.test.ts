// An upgrade that rolls: an older commit's code and today's work on one database, whose schema is today's, with a real engine.
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { loadConfig } from '@/lib/config'
import { startController } from '@/lib/controller/start-controller'
import { addAgent, addUser, eventCodes, silentLog } from '@/lib/controller/test-world'
import { ensureInstallation } from '@/lib/db/installation'
import { openDockerHost } from '@/lib/docker/open-docker-host'
import { engineCleanup, testDocker, testSocketPath } from '@/lib/docker/test-engine'
import type { Actor } from '@/lib/domain/actor'
import { systemClock } from '@/lib/domain/clock'
import { containerName } from '@/lib/domain/container-spec'
import { MiB } from '@/lib/domain/workspace-image'
import { deriveKeys } from '@/lib/secrets/keys'
import { createImage } from '@/lib/use-cases/create-image'
import { deleteSession } from '@/lib/use-cases/delete-session'
import type { Deps } from '@/lib/use-cases/deps'
import { launchSession } from '@/lib/use-cases/launch-session'
import { operatorActor } from '@/lib/use-cases/operator-actor'
import { pauseSession } from '@/lib/use-cases/pause-session'
import { resumeSession } from '@/lib/use-cases/resume-session'
import { defaultDesktopTag } from '@/scripts/images/build-desktop-image'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import { type OlderCheckout, olderCommit, openOlderCheckout } from './older-checkout'
import type { OlderTask } from './older-portal'

const socketPath = testSocketPath(process.env.DOCKER_HOST)
const installId = `rolling-${randomBytes(4).toString('hex')}`
const secret = randomBytes(32)
let database: TestDatabase
let older: OlderCheckout
let deps: Deps
let owner: Actor
let imageId: string

beforeAll(async () => {
  older = await openOlderCheckout()
  database = await createTestDatabase()
  const { db, url } = database
  const config = loadConfig({ DATABASE_URL: url, BERTH_DATA_DIR: '/nonexistent' })
  deps = { db, clock: systemClock, keys: deriveKeys(secret), config }
  await ensureInstallation(db, { installLabel: installId, secretFingerprint: deps.keys.fingerprint })
  await addAgent(db, { name: 'here', socketPath })
  owner = { id: await addUser(db), name: 'owner', role: 'user', by: { kind: 'operator' }, mustChangePassword: false }
  const size = { cpuMillis: 500, memoryBytes: 512 * MiB, shmBytes: 64 * MiB, homePolicy: 'none' as const }
  const reference = process.env.BERTH_TEST_DESKTOP_IMAGE ?? defaultDesktopTag
  imageId = (await createImage(deps, operatorActor(), { name: 'Desktop', reference, ...size })).id
})
afterAll(async () => {
  older?.remove()
  await database?.drop()
  await engineCleanup(socketPath, installId)
})

const byOlder = (...wanted: OlderTask['wanted']) =>
  older.run({ databaseUrl: database.url, secret: secret.toString('hex'), installId, userId: owner.id, imageId, wanted })

async function byToday<R>(work: () => Promise<R>): Promise<R> {
  const stopping = new AbortController()
  const options = { ...deps, databaseUrl: database.url, installId, log: silentLog, openHost: openDockerHost }
  const controller = startController({ ...options, signal: stopping.signal })
  await controller.ready
  try {
    return await work()
  } finally {
    stopping.abort()
    await controller.done
  }
}

const row = (id: string) => deps.db.session.findUniqueOrThrow({ where: { id } })
async function reach(id: string, state: string): Promise<void> {
  await vi.waitFor(async () => expect(await row(id)).toMatchObject({ state }), { timeout: 60_000, interval: 50 })
}

test(`what ${olderCommit.slice(0, 7)} launches, stops and deletes on today’s schema, today’s code goes on with, and the other way round`, async () => {
  const [kept = '', stopped = '', gone = ''] = await byOlder('running', 'stopped', 'deleted')
  const docker = testDocker(socketPath)
  const before = await docker.getContainer(containerName(kept)).inspect()
  const launched = await byToday(async () => {
    // What the older one wrote is read, found at the engine, and changed.
    expect(await row(gone)).toMatchObject({ state: 'deleted', held: false })
    await pauseSession(deps, owner, { sessionId: kept })
    await reach(kept, 'paused')
    await resumeSession(deps, owner, { sessionId: kept })
    await resumeSession(deps, owner, { sessionId: stopped })
    await reach(kept, 'running')
    await reach(stopped, 'running')
    expect((await docker.getContainer(containerName(kept)).inspect()).Id).toBe(before.Id)
    for (const sessionId of [kept, stopped]) await deleteSession(deps, owner, { sessionId })
    const { id } = await launchSession(deps, owner, { imageId })
    for (const sessionId of [kept, stopped]) await reach(sessionId, 'deleted')
    await reach(id, 'running')
    return id
  })
  // Back again: what today's code wrote, the older one ends.
  await byOlder({ sessionId: launched, state: 'deleted' })
  expect(await row(launched)).toMatchObject({ state: 'deleted', held: false })
  expect(await eventCodes(deps.db, launched)).toContain('deleted')
  const filters = { label: [`berth.install=${installId}`, 'berth.session'] }
  expect(await docker.listContainers({ all: true, filters })).toEqual([])
  const agent = await deps.db.agent.findFirstOrThrow()
  expect([agent.cpuMillisHeld, agent.memoryBytesHeld]).toEqual([0, 0])
})
