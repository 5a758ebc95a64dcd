// What waits for GPUs and who is told what: sizes, holders, estimates, doing without, and the history of each GPU.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { changeSessionRow, findControlled } from '@/lib/db/controller-sessions'
import { repairLedger } from '@/lib/db/housekeeping'
import { placeWaiting } from '@/lib/db/place-queue'
import type { Actor } from '@/lib/domain/actor'
import { newId } from '@/lib/domain/ids'
import { GiB } from '@/lib/domain/workspace-image'
import { getSession } from './get-session'
import { launchSession } from './launch-session'
import { listLaunchable } from './list-launchable'
import { resumeSession } from './resume-session'
import { startWithoutGpu } from './start-without-gpu'
import { stopSession } from './stop-session'
import { type TestInstallation, testInstallation } from './test-installation'

let it: TestInstallation
let alice: Actor
let bob: Actor
let admin: Actor

beforeAll(async () => {
  it = await testInstallation()
  alice = await it.person('alice')
  bob = await it.person('bob')
  admin = await it.person('root', 'admin')
})
afterAll(() => it.close())
beforeEach(async () => {
  await it.db.gpuHold.deleteMany()
  await it.db.session.deleteMany()
  await it.db.agent.deleteMany()
  await it.db.workspaceImage.deleteMany()
})

async function host(gpus: number, over: Record<string, unknown> = {}): Promise<string> {
  const agentId = await it.agent({ cpuCount: 64, memoryBytes: 256 * GiB })
  const row = { agentId, model: 'NVIDIA H100 80GB HBM3', memoryBytes: 80 * GiB, ...over }
  await it.db.gpu.createMany({
    data: Array.from({ length: gpus }, (_, index) => ({ ...row, id: newId(), uuid: `GPU-${agentId}-${index}`, index })),
  })
  return agentId
}

const gpuImage = (over = {}) => it.image({ requireGpu: true, gpuCount: 1, ...over })
const holdsOf = (sessionId: string) => it.db.gpuHold.count({ where: { sessionId } })

/** As the controller does when it has seen the container gone. */
async function end(sessionId: string): Promise<void> {
  const session = await findControlled(it.db, sessionId)
  if (!session) throw new Error('no session')
  await changeSessionRow(
    it.db,
    null,
    session,
    { data: { state: 'stopped', wanted: 'stopped' }, release: true },
    it.deps.clock.now(),
  )
}

describe('the size of a launch', () => {
  test('is what was chosen within the range, and the largest that the person may hold where nothing was', async () => {
    await host(8)
    const imageId = await gpuImage({ gpuCount: 8, gpuCountMin: 1 })
    const two = await launchSession(it.deps, alice, { imageId, gpuCount: 2 })
    expect([two.state, await holdsOf(two.id)]).toEqual(['starting', 2])
    const most = await launchSession(it.deps, bob, { imageId })
    expect([most.state, await holdsOf(most.id)]).toEqual(['starting', 4])
  })

  test('outside the range is refused at its field, and nothing is launched', async () => {
    await host(8)
    const imageId = await gpuImage({ gpuCount: 4, gpuCountMin: 2 })
    for (const gpuCount of [1, 5]) {
      await expect(launchSession(it.deps, alice, { imageId, gpuCount })).rejects.toMatchObject({
        code: 'invalid_input',
        fields: { gpuCount: 'Choose 2 to 4 GPUs.' },
      })
    }
    expect(await it.db.session.count()).toBe(0)
  })

  test('is offered on the tile from the smallest up to what the person may hold and some agent has', async () => {
    await host(3)
    await gpuImage({ gpuCount: 8, gpuCountMin: 1 })
    expect(await listLaunchable(it.deps, alice)).toMatchObject([{ gpus: 3, gpuChoices: [1, 2, 3], availability: 'free' }])
    await host(8)
    expect(await listLaunchable(it.deps, alice)).toMatchObject([{ gpus: 4, gpuChoices: [1, 2, 3, 4] }])
    await it.db.agent.updateMany({ data: { enabled: false } })
    expect(await listLaunchable(it.deps, alice)).toMatchObject([{ gpuChoices: [1], availability: 'never' }])
  })

  test('of every GPU of an agent counts against the cap, and never fits an agent with more', async () => {
    await host(6)
    const imageId = await gpuImage({ gpuCount: 0 })
    expect(await listLaunchable(it.deps, alice)).toMatchObject([{ gpus: 'all', availability: 'never' }])
    expect(await launchSession(it.deps, alice, { imageId })).toMatchObject({
      state: 'failed',
      reasons: [{ code: 'gpu_cap_too_small', text: 'has 6 GPUs, all of which are needed; you may hold at most 4 at once' }],
    })
    await host(3)
    expect(await launchSession(it.deps, alice, { imageId })).toMatchObject({ state: 'starting', gpus: [{}, {}, {}] })
  })
})

test('what a workspace asks of its GPUs is kept from the launch on, and no agent that lacks it takes the session', async () => {
  await host(2, { model: 'Tesla T4', memoryBytes: 16 * GiB })
  const right = await host(1)
  const imageId = await gpuImage({ gpuModelPattern: 'h100*', gpuMemoryBytesMin: 40 * GiB })
  const session = await launchSession(it.deps, alice, { imageId })
  expect(await it.db.session.findUnique({ where: { id: session.id } })).toMatchObject({ agentId: right })
  await end(session.id)
  await it.db.workspaceImage.update({ where: { id: imageId }, data: { gpuModelPattern: 'Tesla*', gpuMemoryBytesMin: null } })
  await resumeSession(it.deps, alice, { sessionId: session.id })
  expect(await it.db.session.findUnique({ where: { id: session.id } })).toMatchObject({ agentId: right })
})

test('a GPU with MIG on, or used past Berth, is not handed out until an administrator allows it', async () => {
  const agentId = await host(1, { busyOutsideSince: new Date() })
  await it.db.gpu.create({ data: { id: newId(), agentId, uuid: 'GPU-mig', index: 1, model: 'A100', migEnabled: true } })
  const imageId = await gpuImage()
  const session = await launchSession(it.deps, alice, { imageId })
  expect(session).toMatchObject({ state: 'queued', reasons: [{ code: 'gpu_busy_outside' }] })
  await it.db.gpu.updateMany({ where: { busyOutsideSince: { not: null } }, data: { allowBusyOutside: true } })
  await it.db.$transaction((tx) => placeWaiting(tx, it.deps.clock.now()))
  expect((await getSession(it.deps, alice, { sessionId: session.id })).gpus).toMatchObject([{ uuid: `GPU-${agentId}-0` }])
})

describe('who waits', () => {
  test('sees what is needed and by whom it is held, by name only where that is the viewer’s to see', async () => {
    await host(2)
    const small = await gpuImage({ name: 'Small' })
    const mine = await launchSession(it.deps, alice, { imageId: small })
    const theirs = await launchSession(it.deps, bob, { imageId: small })
    const endsAt = new Date('2026-01-01T09:30:00Z')
    await it.db.session.update({ where: { id: theirs.id }, data: { endsAt } })
    const imageId = await gpuImage({ gpuMemoryBytesMin: 40 * GiB, gpuModelPattern: 'H100*' })
    const waiting = await launchSession(it.deps, alice, { imageId })
    expect(waiting).toMatchObject({
      queuePosition: 1,
      queue: { memoryBytesMin: 40 * GiB, modelPattern: 'H100*', expectedAt: endsAt.toISOString(), canStartWithoutGpu: false },
    })
    expect(waiting.queue?.holders).toMatchObject([
      { owner: null, session: null, agent: null, gpus: 1, endsAt: endsAt.toISOString() },
      { owner: { name: 'alice' }, session: { id: mine.id, name: 'Small' }, agent: null, endsAt: null },
    ])
    expect(JSON.stringify(waiting)).not.toMatch(new RegExp(`bob|${bob.id}|${theirs.id}`))
    const seen = await getSession(it.deps, admin, { sessionId: waiting.id })
    expect(seen.queue?.holders[0]).toMatchObject({
      owner: { name: 'bob' },
      session: { id: theirs.id },
      agent: expect.any(String),
    })
  })

  test('is promised nothing where no end is known', async () => {
    await host(1)
    const imageId = await gpuImage()
    await launchSession(it.deps, bob, { imageId })
    expect((await launchSession(it.deps, alice, { imageId })).queue).toMatchObject({ expectedAt: null, holders: [{ gpus: 1 }] })
  })

  test('moves up the moment somebody ahead cancels', async () => {
    await host(1)
    const imageId = await gpuImage()
    await launchSession(it.deps, admin, { imageId })
    const first = await launchSession(it.deps, alice, { imageId })
    it.advance(1)
    const second = await launchSession(it.deps, bob, { imageId })
    expect(second.queuePosition).toBe(2)
    await stopSession(it.deps, alice, { sessionId: first.id })
    expect((await getSession(it.deps, bob, { sessionId: second.id })).queuePosition).toBe(1)
  })

  test('is not written anew while nothing changes for it: its version stays, and nobody’s click loses against it', async () => {
    await host(1)
    const imageId = await gpuImage()
    await launchSession(it.deps, admin, { imageId })
    const waiting = await launchSession(it.deps, alice, { imageId })
    it.advance(1)
    await launchSession(it.deps, bob, { imageId })
    await it.db.$transaction((tx) => placeWaiting(tx, it.deps.clock.now()))
    expect((await getSession(it.deps, alice, { sessionId: waiting.id })).version).toBe(waiting.version)
  })

  test('may go on without a GPU where the workspace can do without, and is then placed at once', async () => {
    await host(1)
    const imageId = await gpuImage({ gpuOptional: true })
    const running = await launchSession(it.deps, bob, { imageId })
    const waiting = await launchSession(it.deps, alice, { imageId })
    expect(waiting.queue?.canStartWithoutGpu).toBe(true)
    const started = await startWithoutGpu(it.deps, alice, { sessionId: waiting.id })
    expect(started).toMatchObject({ state: 'starting', gpusWanted: 0, gpus: [], queue: null })
    expect(started.timeline.map(({ code }) => code)).toContain('gpu_waived')
    // It has one, or it never asked for one: there is nothing to do without.
    for (const [actor, id] of [
      [alice, waiting.id],
      [bob, running.id],
    ] as const) {
      await expect(startWithoutGpu(it.deps, actor, { sessionId: id })).rejects.toMatchObject({ code: 'wrong_state' })
    }
    expect(await holdsOf(running.id)).toBe(1)
  })

  test('is the only one to decide that, and only where the workspace says so', async () => {
    await host(1)
    await launchSession(it.deps, bob, { imageId: await gpuImage() })
    const optional = await launchSession(it.deps, alice, { imageId: await gpuImage({ gpuOptional: true }) })
    const needed = await launchSession(it.deps, alice, { imageId: await gpuImage() })
    await expect(startWithoutGpu(it.deps, bob, { sessionId: optional.id })).rejects.toMatchObject({ code: 'not_found' })
    await expect(startWithoutGpu(it.deps, admin, { sessionId: optional.id })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(startWithoutGpu(it.deps, alice, { sessionId: needed.id })).rejects.toMatchObject({ code: 'wrong_state' })
    expect((await getSession(it.deps, admin, { sessionId: optional.id })).queue?.canStartWithoutGpu).toBe(false)
    expect(await it.db.session.count({ where: { state: 'queued', gpuCount: 1 } })).toBe(2)
  })
})

test('sixty launches in one moment: four hold a GPU each, the others wait in order, and none is lost, doubled or refused', async () => {
  for (const gpus of [2, 1, 1]) await host(gpus)
  const imageId = await gpuImage()
  const people = await Promise.all(Array.from({ length: 30 }, (_, index) => it.person(`person-${index}`)))
  const launched = await Promise.all([...people, ...people].map((actor) => launchSession(it.deps, actor, { imageId })))
  expect(new Set(launched.map(({ id }) => id)).size).toBe(60)
  const rows = await it.db.session.findMany({ include: { gpuHolds: true }, orderBy: { queuePosition: 'asc' } })
  const holders = rows.filter(({ state }) => state === 'starting')
  expect(new Set(holders.flatMap(({ gpuHolds }) => gpuHolds.map(({ gpuId }) => gpuId))).size).toBe(4)
  const waiting = rows.filter(({ state }) => state === 'queued')
  expect(waiting.map(({ queuePosition }) => queuePosition)).toEqual(Array.from({ length: 56 }, (_, index) => index + 1))
  const held = waiting.map(({ userId }) => holders.filter((holder) => holder.userId === userId).length)
  expect(held).toEqual([...held].sort((a, b) => a - b))
})

describe('the history of a GPU', () => {
  const uses = () => it.db.gpuUse.findMany({ orderBy: { id: 'asc' } })

  test('begins with the hold and ends with it, and outlives its session', async () => {
    await host(2)
    const imageId = await gpuImage({ gpuCount: 2, name: 'Training' })
    const session = await launchSession(it.deps, alice, { imageId })
    const since = it.deps.clock.now()
    expect(await uses()).toMatchObject([0, 1].map(() => ({ userName: 'alice', imageName: 'Training', since, until: null })))
    it.advance(3600)
    await end(session.id)
    const until = it.deps.clock.now()
    await it.db.session.delete({ where: { id: session.id } })
    expect(await uses()).toMatchObject([0, 1].map(() => ({ sessionId: session.id, since, until })))
  })

  test('ends where the ledger had to be put right', async () => {
    await host(1)
    const session = await launchSession(it.deps, alice, { imageId: await gpuImage() })
    await it.db.session.update({ where: { id: session.id }, data: { held: false, state: 'lost' } })
    expect(await repairLedger(it.db, it.deps.clock.now())).toMatchObject({ strayGpuHolds: 1 })
    expect(await uses()).toMatchObject([{ until: it.deps.clock.now() }])
    expect(await holdsOf(session.id)).toBe(0)
  })

  test('says nothing of a session that waits', async () => {
    await host(1)
    const imageId = await gpuImage()
    await launchSession(it.deps, bob, { imageId })
    await launchSession(it.deps, alice, { imageId })
    expect(await uses()).toMatchObject([{ userName: 'bob' }])
  })
})

test('why a place was chosen is on record, in words, without the name of the agent for its owner', async () => {
  await host(4)
  const session = await launchSession(it.deps, alice, { imageId: await it.image() })
  const placed = (detail: typeof session) => detail.timeline.find(({ code }) => code === 'placed')
  expect(placed(session)).toMatchObject({ text: 'Place found: the only place that fits now', params: { why: 'only_fit' } })
  expect(placed(await getSession(it.deps, admin, { sessionId: session.id }))?.text).toMatch(/^Placed on agent-\w+: the only/)
})
