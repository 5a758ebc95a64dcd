// What is written about an agent: facts, images, disk and GPUs. What an administrator said and what is held stays untouched.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { addAgentImage } from '@/lib/db/agents-observed'
import { takeLeases } from '@/lib/db/leases'
import type { SeenGpu } from '@/lib/domain/container-host'
import { DomainError } from '@/lib/domain/errors'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import type { ActingAgent } from './controller-deps'
import { type FakeWorld, fakeWorld, reference } from './fake-world'
import { takeInventory } from './inventory'
import { newLimiter } from './limiter'
import { recheckRoutes } from './recheck-routes'
import { runOnce } from './run-once'
import { addAgent, addUser, clearFleet, launch, testClock } from './test-world'

const signal = new AbortController().signal
let database: TestDatabase
let db: TestDatabase['db']
let world: FakeWorld
let acting: ActingAgent

beforeAll(async () => {
  database = await createTestDatabase()
  db = database.db
})

afterAll(() => database.drop())

beforeEach(async () => {
  await clearFleet(db)
  world = fakeWorld(db, testClock())
  const agentId = await addAgent(db, { unseen: true })
  acting = await actingOn(agentId)
})

async function actingOn(agentId: string): Promise<ActingAgent> {
  const [lease] = await takeLeases(db, world.deps.holder)
  const row = await db.agent.findUniqueOrThrow({ where: { id: agentId } })
  if (!lease) throw new Error('no lease')
  return { row, lease, host: world.hostOf(agentId), limit: newLimiter(8) }
}

const host = () => world.hostOf(acting.row.id)
const agent = () =>
  db.agent.findUniqueOrThrow({ where: { id: acting.row.id }, include: { images: true, gpus: { orderBy: { index: 'asc' } } } })
const gpu = (index: number): SeenGpu => ({
  uuid: `GPU-${index}`,
  index,
  kind: 'device',
  parentUuid: null,
  migProfile: null,
  migEnabled: false,
  model: 'H200',
  memoryBytes: 1e11,
  driverVersion: '570',
  pciAddress: null,
  computeCapability: '9.0',
  cdiName: null,
})

const probed = (gpus: SeenGpu[]) => ({
  diskTotalBytes: 1000,
  diskFreeBytes: 500,
  use: null,
  gpus,
  cudaVersion: '13.0',
  gpuProblem: null,
})

test('how far the clock of a host is off is known, also when it was set right', async () => {
  host().clockAheadMs = -45_000
  await takeInventory(world.deps, acting, signal)
  expect(await agent()).toMatchObject({ clockAheadMs: -45_000 })
  host().clockAheadMs = 12
  await takeInventory(world.deps, acting, signal)
  expect(await agent()).toMatchObject({ clockAheadMs: 12 })
})

function withGpus(...gpus: SeenGpu[]): void {
  host().probe = async () => probed(gpus)
}

test('an image that comes while the agent is looked at is not taken for one that is gone', async () => {
  const saved = 'berth/saved-tools:1'
  const image = { id: 'image:saved', references: [saved], digests: [], sizeBytes: 5, builtAt: null, architecture: 'amd64' }
  const later = new Date(world.deps.clock.now().getTime() + 1)
  host().probe = async () => {
    await addAgentImage(db, acting.row.id, saved, image, later)
    return probed([])
  }
  await takeInventory(world.deps, acting, signal)
  expect((await agent()).images.map((row) => row.reference).sort()).toEqual([saved, reference])
})

test('a new agent is up as soon as its size is known', async () => {
  expect((await agent()).status).toBe('new')
  await takeInventory(world.deps, acting, signal)
  expect(await agent()).toMatchObject({
    status: 'up',
    cpuCount: 8,
    memoryBytes: 32 * 1024 ** 3,
    engineVersion: '28.0.0',
    diskFreeBytes: 5e11,
    inventoriedAt: world.deps.clock.now(),
    images: [{ reference }],
  })
})

test('images that went are forgotten, images that came are known', async () => {
  await takeInventory(world.deps, acting, signal)
  host().stored.delete(reference)
  host().stored.add('test/other:1')
  await takeInventory(world.deps, acting, signal)
  expect((await agent()).images.map((image) => image.reference)).toEqual(['test/other:1'])
})

test('GPUs get rows of their own; one that is not seen any more is marked missing, and comes back as the same', async () => {
  withGpus(gpu(0), gpu(1))
  await takeInventory(world.deps, acting, signal)
  const before = (await agent()).gpus
  expect(before).toMatchObject([
    { uuid: 'GPU-0', model: 'H200', missingSince: null },
    { uuid: 'GPU-1', missingSince: null },
  ])
  withGpus(gpu(1))
  await takeInventory(world.deps, acting, signal)
  expect((await agent()).gpus).toMatchObject([{ missingSince: world.deps.clock.now() }, { missingSince: null }])
  withGpus(gpu(0), gpu(1))
  await takeInventory(world.deps, acting, signal)
  expect((await agent()).gpus).toEqual(before)
})

test('what an administrator decided about a GPU stays', async () => {
  withGpus(gpu(0))
  await takeInventory(world.deps, acting, signal)
  await db.gpu.updateMany({ data: { shares: 4, excluded: true } })
  await takeInventory(world.deps, acting, signal)
  expect((await agent()).gpus).toMatchObject([{ shares: 4, excluded: true }])
})

test('a GPU that one look missed is looked for once more before it is called missing', async () => {
  withGpus(gpu(0), gpu(1))
  await takeInventory(world.deps, acting, signal)
  const whole = host().probe
  let looks = 0
  host().probe = async (...args) => {
    const result = await whole(...args)
    return ++looks === 1 ? { ...result, gpus: [gpu(1)] } : result
  }
  await takeInventory(world.deps, acting, signal)
  expect(looks).toBe(2)
  expect((await agent()).gpus).toMatchObject([{ missingSince: null }, { missingSince: null }])
})

test('a look at the disk alone says nothing about GPUs', async () => {
  host().gpus = [gpu(0)]
  await takeInventory(world.deps, acting, signal)
  expect(await agent()).toMatchObject({ cudaVersion: '13.0', gpus: [{ uuid: 'GPU-0', computeCapability: '9.0' }] })
  host().gpus = []
  await takeInventory(world.deps, acting, signal, { gpus: false })
  expect(await agent()).toMatchObject({ cudaVersion: '13.0', gpus: [{ missingSince: null }] })
})

test('why GPUs are not there is written, and forgotten when they are back', async () => {
  host().gpus = [gpu(0)]
  await takeInventory(world.deps, acting, signal)
  expect((await agent()).gpuDiagnoses).toEqual([])
  host().gpus = []
  await takeInventory(world.deps, acting, signal)
  expect((await agent()).gpuDiagnoses).toEqual([{ code: 'no_runtime', params: {} }])
  host().gpus = [gpu(0)]
  await db.agent.updateMany({ data: { gpusExpected: 2 } })
  await takeInventory(world.deps, acting, signal)
  expect((await agent()).gpuDiagnoses).toEqual([{ code: 'fewer_than_expected', params: { seen: 1, expected: 2 } }])
})

test('CDI devices are GPUs where no runtime lists any, one for each UUID', async () => {
  const facts = await host().facts(signal)
  host().facts = async () => ({ ...facts, cdiDevices: ['nvidia.com/gpu=0', 'nvidia.com/gpu=GPU-7', 'nvidia.com/gpu=all'] })
  await takeInventory(world.deps, acting, signal)
  expect((await agent()).gpus).toMatchObject([{ uuid: 'GPU-7', cdiName: 'nvidia.com/gpu=GPU-7' }])
})

test('a GPU that is handed out by CDI is asked for by the name that the engine lists', async () => {
  const facts = await host().facts(signal)
  host().facts = async () => ({ ...facts, cdiDevices: ['nvidia.com/gpu=0', 'nvidia.com/gpu=all'] })
  host().gpus = [gpu(0)]
  await takeInventory(world.deps, acting, signal)
  expect((await agent()).gpus).toMatchObject([{ uuid: 'GPU-0', cdiName: 'nvidia.com/gpu=0' }])
  const id = await launch(db, world.deps.clock, { userId: await addUser(db), gpuCount: 1 })
  await runOnce(world.deps)
  expect(host().containers.get(id)?.spec.gpuUuids).toEqual(['nvidia.com/gpu=0'])
})

test('a probe that cannot be made leaves what was known of disk and GPUs', async () => {
  withGpus(gpu(0))
  await takeInventory(world.deps, acting, signal)
  host().probe = async () => Promise.reject(new DomainError('container_failed'))
  await takeInventory(world.deps, acting, signal)
  expect(await agent()).toMatchObject({ diskFreeBytes: 500, gpus: [{ uuid: 'GPU-0', missingSince: null }] })
})

test('an inventory holds nothing and gives nothing back', async () => {
  await takeInventory(world.deps, acting, signal)
  await launch(db, world.deps.clock, { userId: await addUser(db) })
  await takeInventory(world.deps, acting, signal)
  expect(await agent()).toMatchObject({ cpuMillisHeld: 1000 })
})

test('a desktop that fell silent where it was found is found by another way, and one that is silent everywhere is left alone', async () => {
  await takeInventory(world.deps, acting, signal)
  const id = await launch(db, world.deps.clock, { userId: await addUser(db) })
  await runOnce(world.deps)
  const container = host().containers.get(id)
  if (!container) throw new Error('no container')
  host().containers.set(id, { ...container, published: { address: '127.0.0.1', port: 40_000 } })
  const before = await db.session.findUniqueOrThrow({ where: { id } })
  world.deps.askDesktop = async () => ({ kind: 'silent', why: 'unreachable' })
  await recheckRoutes(world.deps, acting, signal)
  expect(await db.session.findUniqueOrThrow({ where: { id } })).toEqual(before)
  const pins: unknown[] = []
  world.deps.askDesktop = async ({ port, pin }) => {
    pins.push(pin)
    return port === 40_000 ? { kind: 'answered', pin: String(pin) } : { kind: 'silent', why: 'unreachable' }
  }
  await recheckRoutes(world.deps, acting, signal)
  expect(await db.session.findUniqueOrThrow({ where: { id } })).toMatchObject({
    state: 'running',
    reachHost: '127.0.0.1',
    reachPort: 40_000,
    certPin: before.certPin,
  })
  // The password goes to nobody whose certificate is not the one of this start.
  expect(pins).toEqual([before.certPin, before.certPin])
})
