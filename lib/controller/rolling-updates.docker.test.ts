// Rolling updates with a real registry, a real engine and real desktops, driven pass by pass with a clock of the test's own.
import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type ImageRegistry, startImageRegistry } from '@/e2e/testbed/image-registry'
import { pushNewImage } from '@/e2e/testbed/pushed-image'
import { markImageUpdates } from '@/lib/db/image-updates'
import { openDockerHost } from '@/lib/docker/open-docker-host'
import { engineCleanup, testDocker, testSocketPath } from '@/lib/docker/test-engine'
import { containerName } from '@/lib/domain/container-spec'
import { newId } from '@/lib/domain/ids'
import { digestReference } from '@/lib/domain/image-reference'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import { askDesktop } from './ask-desktop'
import { pullInBackground } from './background-pulls'
import { checkDueTags } from './check-tags'
import type { ActingAgent, ControllerDeps } from './controller-deps'
import { newHostRegistry } from './host-registry'
import { takeInventory } from './inventory'
import { newLimiter } from './limiter'
import { openPullJobs } from './pull-jobs'
import { runOnce } from './run-once'
import { addAgent, addUser, launch, silentLog, type TestClock, testClock, testKeys, want } from './test-world'

const socketPath = testSocketPath(process.env.DOCKER_HOST)
const docker = testDocker(socketPath)
const base = process.env.BERTH_TEST_DESKTOP_IMAGE ?? 'berth/desktop:local'
const installId = `test-${randomBytes(4).toString('hex')}`
const signal = new AbortController().signal
const imageId = newId()
const made = new Set<string>()
let registry: ImageRegistry
let database: TestDatabase
let db: TestDatabase['db']
let clock: TestClock
let deps: ControllerDeps
let agentId: string
let reference: string
/** In the order in which they were pushed. */
const builds: string[] = []

beforeAll(async () => {
  registry = await startImageRegistry()
  reference = `${registry.address}/team/desktop:1`
  database = await createTestDatabase()
  db = database.db
  clock = testClock()
  deps = {
    db,
    keys: testKeys,
    clock,
    log: silentLog,
    installId,
    holder: newId(),
    openHost: openDockerHost,
    hostOf: newHostRegistry(openDockerHost, testKeys, installId),
    askDesktop,
    askForMs: 10_000,
    pulls: openPullJobs(() => deps),
    wakeAt: () => undefined,
  }
  agentId = await addAgent(db, { socketPath })
  await db.workspaceImage.create({ data: { id: imageId, name: 'X', reference, cpuMillis: 1000, memoryBytes: 1, shmBytes: 1 } })
  await publish()
  await settle()
})

afterEach(async () => {
  for (const { id } of await db.session.findMany({ where: { wanted: { not: 'deleted' } } })) await want(db, id, 'deleted')
  while ((await db.session.count({ where: { state: { not: 'deleted' } } })) > 0) await runOnce(deps)
})

afterAll(async () => {
  deps?.pulls.stop()
  await database?.drop()
  await engineCleanup(socketPath, installId)
  for (const id of made)
    await docker
      .getImage(id)
      .remove({ force: true })
      .catch(() => undefined)
  await registry?.remove()
})

async function publish(): Promise<void> {
  // The engine keeps what it has under the tag out of the way of what is made now.
  const held = await docker
    .getImage(reference)
    .inspect()
    .catch(() => null)
  await pushNewImage({ docker, base, layers: 1, layerBytes: 1000, references: [reference] })
  if (held) await docker.getImage(held.Id).tag({ repo: `${registry.address}/team/desktop`, tag: '1' })
  builds.push((await openDockerHost({ kind: 'socket', socketPath }, installId).checkPullable(reference, signal)).digest)
}

/** What the agent does once a minute, with everything that it began. */
async function round(): Promise<void> {
  clock.advance(60_000)
  const row = await db.agent.findUniqueOrThrow({ where: { id: agentId } })
  const lease = { agentId, holder: deps.holder, epoch: 0 } as unknown as ActingAgent['lease']
  const acting = { row, lease, host: deps.hostOf(row), limit: newLimiter(8) }
  await takeInventory(deps, acting, signal, { gpus: false })
  await pullInBackground(deps, acting, signal)
  await deps.pulls.idle()
  for (const image of await docker.listImages({ all: true })) if (image.RepoDigests?.some(isOurs)) made.add(image.Id)
}

const isOurs = (digest: string) => digest.startsWith(`${registry.address}/`)

async function check(): Promise<void> {
  clock.advance(7 * 3_600_000)
  await checkDueTags(deps)
}

async function settle(): Promise<void> {
  await round()
  await check()
  await round()
}

async function start(): Promise<string> {
  const { pinnedDigest } = await db.workspaceImage.findUniqueOrThrow({ where: { id: imageId } })
  const id = await launch(db, clock, { userId: await addUser(db), reference, spec: { pinnedDigest } })
  await db.session.update({ where: { id }, data: { imageId } })
  for (let passes = 0; passes < 10; passes++) {
    await runOnce(deps)
    await deps.pulls.idle()
    const { state } = await db.session.findUniqueOrThrow({ where: { id } })
    if (state === 'running') break
  }
  return id
}

/** What the row says, held against what the engine says. */
async function runs(id: string) {
  const row = await db.session.findUniqueOrThrow({ where: { id } })
  const { Image, State } = await docker.getContainer(containerName(id)).inspect()
  expect(row).toMatchObject({ state: 'running', dockerImageId: Image })
  return { digest: row.imageDigest, update: row.imageUpdate, startedAt: State.StartedAt }
}

const pin = (pinnedDigest: string | null) => db.workspaceImage.update({ where: { id: imageId }, data: { pinnedDigest } })
const tag = () => db.imageTag.findUniqueOrThrow({ where: { reference } })

test('a tag that moved is noticed and fetched; a session of the old build is untouched, the next runs the new one', async () => {
  const old = await start()
  const before = await runs(old)
  expect(before).toMatchObject({ digest: builds[0], update: null })
  await publish()
  expect(builds[1]).not.toBe(builds[0])
  await check()
  expect(await tag()).toMatchObject({ digest: builds[1], previousDigest: builds[0], problem: null })
  await round()
  await markImageUpdates(db)
  expect(await runs(old)).toEqual({ ...before, update: 'newer' })
  const next = await start()
  expect(await runs(next)).toMatchObject({ digest: builds[1], update: null })
})

test('the way back needs no registry, and a registry that is down says neither yes nor no', async () => {
  await registry.kill()
  await check()
  const { digest, missingSince, problem, failures } = await tag()
  expect({ digest, missingSince, failures }).toEqual({ digest: builds[1], missingSince: null, failures: 1 })
  expect(problem).toMatch(/connection refused/)
  await pin(builds[0] ?? '')
  const back = await start()
  expect(await runs(back)).toMatchObject({ digest: builds[0] })
  await pin(null)
  expect(await runs(await start())).toMatchObject({ digest: builds[1] })
  await registry.start()
  await settle()
  expect(await tag()).toMatchObject({ problem: null, failures: 0 })
})

test('a pinned build comes by its digest to an agent that does not have it', async () => {
  await docker.getImage(digestReference(reference, builds[0] ?? '')).remove({ force: true })
  await pin(builds[0] ?? '')
  expect(await runs(await start())).toMatchObject({ digest: builds[0] })
  await pin(null)
})

test('a tag that is gone from its registry keeps working on the agent, and is said to be gone', async () => {
  rmSync(join(registry.data, 'docker/registry/v2/repositories/team/desktop/_manifests/tags/1'), { recursive: true })
  await check()
  expect(await tag()).toMatchObject({
    digest: builds[1],
    missingSince: clock.now(),
    problem: expect.stringContaining('manifest unknown'),
  })
  await round()
  expect(await runs(await start())).toMatchObject({ digest: builds[1] })
})
