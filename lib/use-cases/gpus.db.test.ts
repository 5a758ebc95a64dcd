import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Actor } from '@/lib/domain/actor'
import { GpuTableQuery } from '@/lib/domain/gpu-view'
import { newId } from '@/lib/domain/ids'
import { GiB } from '@/lib/domain/workspace-image'
import { editGpu } from './edit-gpu'
import { getGpu } from './get-gpu'
import { getSession } from './get-session'
import { launchSession } from './launch-session'
import { gpuDashboard, pageGpus } from './list-gpus'
import { sessionGpus } from './session-gpus'
import { type TestInstallation, testInstallation } from './test-installation'

let it: TestInstallation
let root: Actor
let ann: Actor
let bob: Actor
let agentId: string

beforeAll(async () => {
  it = await testInstallation()
  root = await it.person('root', 'admin')
  ann = await it.person('ann')
  bob = await it.person('bob')
})
afterAll(() => it.close())

beforeEach(async () => {
  await it.db.gpuHold.deleteMany()
  await it.db.session.deleteMany()
  await it.db.agent.deleteMany()
  await it.db.workspaceImage.deleteMany()
  await it.db.auditEntry.deleteMany()
  // Which GPUs of a whole fleet are idle is looked up every 20 seconds.
  it.advance(25)
  agentId = await it.agent({ name: 'gpu-1' })
})

const now = () => it.deps.clock.now()
const ago = (minutes: number) => new Date(now().getTime() - minutes * 60_000)

async function gpu(index: number, over: Record<string, unknown> = {}): Promise<string> {
  const id = newId()
  const data = { id, agentId, uuid: `GPU-${index}`, index, model: 'NVIDIA L40S', memoryBytes: 48 * GiB, ...over }
  await it.db.gpu.create({ data })
  return id
}

const gpuImage = (over = {}) => it.image({ requireGpu: true, gpuCount: 1, name: 'Train', ...over })
const dashboard = (given: object = {}) => gpuDashboard(it.deps, root, GpuTableQuery.parse(given))
const reading = (uuid: string, utilizationPercent: number | null) => ({
  uuid,
  utilizationPercent,
  memoryUsedBytes: 2 * GiB,
  temperatureCelsius: 40,
  powerWatts: 70,
})

async function measured(uuid: string, utilization: (minutesAgo: number) => number | null, minutes = 60): Promise<void> {
  await it.db.gpuSample.createMany({
    data: Array.from({ length: minutes }, (_, index) => ({
      agentId,
      minute: ago(index + 1),
      values: [reading(uuid, utilization(index + 1))],
    })),
  })
  const live = { at: now(), values: [reading(uuid, utilization(0))] }
  await it.db.gpuLive.upsert({ where: { agentId }, create: { agentId, ...live }, update: live })
}

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  )

describe('the dashboard', () => {
  test('tells every state, counts them, and filters by each', async () => {
    await gpu(0)
    await gpu(1)
    await gpu(2, { excluded: true })
    await gpu(3, { missingSince: now() })
    await gpu(4, { migEnabled: true })
    await gpu(5, { kind: 'mig', parentUuid: 'GPU-4', model: 'A100 1g.10gb' })
    await gpu(6, { busyOutsideSince: now() })
    await gpu(7, { busyOutsideSince: now(), allowBusyOutside: true })
    const away = await it.agent({ status: 'unreachable', name: 'away' })
    await gpu(0, { agentId: away })
    const session = await launchSession(it.deps, ann, { imageId: await gpuImage() })
    const all = await dashboard()
    expect(all.counts).toEqual({
      free: 3,
      held: 1,
      excluded: 1,
      missing: 1,
      mig: 1,
      outside: 1,
      unreachable: 1,
      idle: 0,
      lost: 0,
    })
    expect([all.total, all.gpus.length, all.gpus[0]?.agent.name]).toEqual([9, 9, 'away'])
    expect(all.models).toEqual(['A100 1g.10gb', 'NVIDIA L40S'])
    const held = await dashboard({ state: 'held' })
    expect(held.gpus.map((one) => one.holders)).toMatchObject([
      [{ sessionId: session.id, owner: { name: 'ann' }, imageName: 'Train', lostAt: null }],
    ])
    for (const state of ['free', 'excluded', 'missing', 'mig', 'outside', 'unreachable'] as const) {
      const found = await dashboard({ state })
      expect(found.gpus.map((one) => one.state)).toEqual(Array.from({ length: all.counts[state] }, () => state))
      expect(found.total).toBe(all.counts[state])
    }
    expect((await dashboard({ agent: away })).total).toBe(1)
    expect((await dashboard({ model: 'A100 1g.10gb' })).gpus.map((one) => one.uuid)).toEqual(['GPU-5'])
    expect((await dashboard({ size: 4, page: 3 })).gpus).toHaveLength(1)
  })

  test('shows the last numbers while they are fresh, and the last hour', async () => {
    await gpu(0)
    await measured('GPU-0', (minutesAgo) => (minutesAgo <= 30 ? 80 : null), 40)
    const [fresh] = (await dashboard()).gpus
    expect(fresh?.reading).toMatchObject({ utilizationPercent: 80, memoryUsedBytes: 2 * GiB, at: now().toISOString() })
    expect(fresh?.sparkline).toEqual([...Array(30).fill(null), ...Array(30).fill(80)])
    it.advance(120)
    expect((await dashboard()).gpus[0]?.reading).toBeNull()
  })

  test('marks what is held and idle, also for longer than it looks at, and finds it by that', async () => {
    await gpu(0)
    const session = await launchSession(it.deps, ann, { imageId: await gpuImage() })
    await it.db.gpuHold.updateMany({ where: { sessionId: session.id }, data: { since: ago(300) } })
    await measured('GPU-0', (minutesAgo) => (minutesAgo > 200 ? 95 : 0), 240)
    const idle = await dashboard({ state: 'idle' })
    expect(idle.gpus.map((one) => one.idleSince)).toEqual([ago(200).toISOString()])
    expect(idle.counts).toMatchObject({ held: 1, idle: 1 })
    await it.db.gpuSample.updateMany({ where: { minute: { gt: ago(8) } }, data: { values: [reading('GPU-0', 60)] } })
    it.advance(25)
    expect((await dashboard({ state: 'idle' })).gpus).toEqual([])
  })

  test('shows who waits for what, in order, and when it may begin where an end is known', async () => {
    await gpu(0)
    const imageId = await gpuImage()
    const first = await launchSession(it.deps, ann, { imageId })
    const waiting = await launchSession(it.deps, bob, { imageId })
    expect((await dashboard()).queue.map((one) => one.expectedAt)).toEqual([null])
    const endsAt = ago(-45)
    await it.db.session.update({ where: { id: first.id }, data: { endsAt } })
    expect((await dashboard()).queue).toMatchObject([
      {
        sessionId: waiting.id,
        position: 1,
        owner: { name: 'bob' },
        imageName: 'Train',
        needs: { gpus: 1 },
        expectedAt: endsAt.toISOString(),
      },
    ])
  })
})

test('the list pages by cursor and loses none', async () => {
  for (let index = 0; index < 5; index++) await gpu(index)
  const first = await pageGpus(it.deps, root, { limit: 3 })
  const second = await pageGpus(it.deps, root, { limit: 3, cursor: first.nextCursor ?? '' })
  expect(new Set([...first.items, ...second.items].map((one) => one.id)).size).toBe(5)
  expect(second.nextCursor).toBeNull()
  expect(await code(pageGpus(it.deps, root, { limit: 3, cursor: "' OR 1=1" }))).toBe('invalid_input')
})

test('one GPU is told with who held it and its day', async () => {
  const gpuId = await gpu(0)
  const use = { gpuId, sessionId: newId(), userId: ann.id, userName: 'ann', imageName: 'Old' }
  await it.db.gpuUse.create({ data: { ...use, since: ago(90), until: ago(60) } })
  await measured('GPU-0', () => 12, 3)
  const detail = await getGpu(it.deps, root, { gpuId })
  expect(detail.history).toMatchObject([{ imageName: 'Old', owner: { name: 'ann' }, until: ago(60).toISOString() }])
  expect(detail.samples.map((sample) => sample.utilizationPercent)).toEqual([12, 12, 12])
})

test('only administrators see or change GPUs, and to others an unknown one is as forbidden as a known one', async () => {
  const gpuId = await gpu(0)
  const patch = { excluded: true }
  for (const id of [gpuId, newId()]) {
    expect(await code(getGpu(it.deps, ann, { gpuId: id }))).toBe('forbidden')
    expect(await code(editGpu(it.deps, ann, { gpuId: id, patch }))).toBe('forbidden')
  }
  expect(await code(pageGpus(it.deps, ann, { limit: 1 }))).toBe('forbidden')
  expect(await code(gpuDashboard(it.deps, ann, GpuTableQuery.parse({})))).toBe('forbidden')
  expect(await code(getGpu(it.deps, root, { gpuId: newId() }))).toBe('not_found')
  expect(await code(editGpu(it.deps, root, { gpuId: newId(), patch }))).toBe('not_found')
  expect(await it.db.gpu.count({ where: { excluded: true } })).toBe(0)
})

describe('editing', () => {
  test('is put on record once, and saying it again is not', async () => {
    const gpuId = await gpu(0)
    expect(await editGpu(it.deps, root, { gpuId, patch: { excluded: true } })).toMatchObject({ state: 'excluded' })
    await editGpu(it.deps, root, { gpuId, patch: { excluded: true } })
    await editGpu(it.deps, root, { gpuId, patch: {} })
    const entries = await it.db.auditEntry.findMany({ where: { thingKind: 'gpu' } })
    expect(entries).toMatchObject([{ verb: 'gpu.edit', thingId: gpuId, actorName: 'root', detail: { excluded: true } }])
  })

  test('what becomes free is given in the same moment to who waits', async () => {
    const gpuId = await gpu(0)
    const imageId = await gpuImage()
    await launchSession(it.deps, ann, { imageId })
    const waiting = await launchSession(it.deps, bob, { imageId })
    expect(waiting.state).toBe('queued')
    await editGpu(it.deps, root, { gpuId, patch: { shares: 2 } })
    expect(await getSession(it.deps, bob, { sessionId: waiting.id })).toMatchObject({ state: 'starting' })
  })

  test('fewer shares than sessions hold are refused with their names, and nothing is changed', async () => {
    const gpuId = await gpu(0, { shares: 3 })
    const imageId = await gpuImage()
    await launchSession(it.deps, ann, { imageId })
    await launchSession(it.deps, bob, { imageId })
    const error = await editGpu(it.deps, root, { gpuId, patch: { shares: 1, excluded: true } }).catch((reason) => reason)
    expect([error.code, error.status]).toEqual(['gpu_held', 409])
    expect(error.message).toContain('Train of ann')
    expect(error.message).toContain('Train of bob')
    expect(await it.db.gpu.findUnique({ where: { id: gpuId } })).toMatchObject({ shares: 3, excluded: false })
  })

  test('who holds a slot that goes is moved to one that stays', async () => {
    const gpuId = await gpu(0, { shares: 3 })
    const imageId = await gpuImage()
    const first = await launchSession(it.deps, ann, { imageId })
    await launchSession(it.deps, bob, { imageId })
    await it.db.gpuHold.deleteMany({ where: { sessionId: first.id } })
    await editGpu(it.deps, root, { gpuId, patch: { shares: 1 } })
    expect(await it.db.gpuHold.findMany({ where: { gpuId } })).toMatchObject([{ slot: 0 }])
  })
})

test('an owner sees the numbers of his own GPUs and nobody of others’', async () => {
  await gpu(0)
  await gpu(1)
  const session = await launchSession(it.deps, ann, { imageId: await gpuImage() })
  await measured('GPU-0', () => 55, 1)
  const mine = await sessionGpus(it.deps, ann, { sessionId: session.id })
  expect(mine).toMatchObject([{ uuid: 'GPU-0', lost: false, reading: { utilizationPercent: 55 } }])
  expect(JSON.stringify(mine)).not.toContain(agentId)
  expect(await code(sessionGpus(it.deps, bob, { sessionId: session.id }))).toBe('not_found')
  expect(await code(sessionGpus(it.deps, bob, { sessionId: newId() }))).toBe('not_found')
})
