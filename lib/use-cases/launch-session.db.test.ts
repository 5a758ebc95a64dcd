import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Actor } from '@/lib/domain/actor'
import { GiB } from '@/lib/domain/workspace-image'
import { deleteSession } from './delete-session'
import { getSession } from './get-session'
import { launchSession } from './launch-session'
import { listLaunchable } from './list-launchable'
import { resumeSession } from './resume-session'
import { stopSession } from './stop-session'
import { type TestInstallation, testInstallation } from './test-installation'

let it: TestInstallation
let alice: Actor
let mallory: Actor
let admin: Actor

beforeAll(async () => {
  it = await testInstallation()
  alice = await it.person('alice')
  mallory = await it.person('mallory')
  admin = await it.person('root', 'admin')
})
afterAll(() => it.close())
beforeEach(async () => {
  await it.db.gpuHold.deleteMany()
  await it.db.session.deleteMany()
  await it.db.home.deleteMany()
  await it.db.agent.deleteMany()
  await it.db.workspaceImage.deleteMany()
})

describe('launching', () => {
  test('a place is found and held in the transaction of the click', async () => {
    const agentId = await it.agent()
    const session = await launchSession(it.deps, alice, { imageId: await it.image() })
    expect(session).toMatchObject({ state: 'starting', wanted: 'running', verbs: ['stop', 'delete'] })
    expect(await it.db.agent.findUnique({ where: { id: agentId } })).toMatchObject({ cpuMillisHeld: 1000, memoryBytesHeld: GiB })
    expect(session.timeline.map((event) => event.code)).toEqual(['launched', 'placed'])
  })

  test('one idempotency key makes one session, also when both clicks come at once', async () => {
    await it.agent()
    const imageId = await it.image()
    const launches = await Promise.all([1, 2, 3].map(() => launchSession(it.deps, alice, { imageId, idempotencyKey: 'click-1' })))
    expect(new Set(launches.map((session) => session.id)).size).toBe(1)
    expect(await it.db.session.count()).toBe(1)
  })

  test("another user's key is his own", async () => {
    await it.agent()
    const imageId = await it.image()
    const [first, second] = await Promise.all(
      [alice, mallory].map((actor) => launchSession(it.deps, actor, { imageId, idempotencyKey: 'k' })),
    )
    expect(first?.id).not.toBe(second?.id)
  })

  test('what no agent could ever run fails at once with a reason per agent, and names only for administrators', async () => {
    await it.agent({ name: 'secret-host' })
    const imageId = await it.image({ memoryBytes: 64 * GiB })
    const session = await launchSession(it.deps, alice, { imageId })
    expect(session).toMatchObject({
      state: 'failed',
      failure: { code: 'unplaceable' },
      reasons: [{ agent: 'Agent 1', code: 'memory_too_small' }],
    })
    expect(JSON.stringify(session)).not.toContain('secret-host')
    expect((await getSession(it.deps, admin, { sessionId: session.id })).reasons[0]?.agent).toBe('secret-host')
  })

  test('a full fleet is a queue with a position, not an error', async () => {
    await it.agent({ cpuCount: 1 })
    const imageId = await it.image()
    await launchSession(it.deps, alice, { imageId })
    const second = await launchSession(it.deps, mallory, { imageId })
    expect(second).toMatchObject({ state: 'queued', queuePosition: 1, reasons: [{ code: 'cpu_busy' }] })
  })

  test('the limit of sessions holds, also for launches at the same moment', async () => {
    await it.agent()
    const imageId = await it.image()
    const results = await Promise.allSettled([1, 2, 3, 4, 5].map(() => launchSession(it.deps, alice, { imageId })))
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(3)
    const refused = results.filter((result) => result.status === 'rejected')
    for (const result of refused) expect(result.reason).toMatchObject({ code: 'session_limit' })
    expect(await it.db.session.count()).toBe(3)
  })

  test('a disabled image can be tried by administrators only, an unknown one by nobody', async () => {
    await it.agent()
    const imageId = await it.image({ enabled: false })
    await expect(launchSession(it.deps, alice, { imageId })).rejects.toMatchObject({ code: 'not_found' })
    await expect(launchSession(it.deps, alice, { imageId: 'aaaaaaaaaaaaaaaaaaaaaaaa' })).rejects.toMatchObject({
      code: 'not_found',
    })
    expect((await launchSession(it.deps, admin, { imageId })).state).toBe('starting')
  })

  test('a home on one agent pins the next session of it there', async () => {
    const [first, second] = [await it.agent({ cpuCount: 2 }), await it.agent({ cpuCount: 2 })]
    const imageId = await it.image({ homePolicy: 'perUserAndImage', cpuMillis: 2000 })
    const session = await launchSession(it.deps, alice, { imageId })
    const row = await it.db.session.findUniqueOrThrow({ where: { id: session.id }, include: { home: true } })
    expect(row.home?.agentId).toBe(row.agentId)
    const again = await launchSession(it.deps, alice, { imageId })
    expect(again).toMatchObject({ state: 'queued', reasons: [{ code: 'home_busy' }] })
    expect([first, second]).toContain(row.agentId)
  })

  test('a time limit is the shortest of those set', async () => {
    await it.agent()
    await it.db.user.update({ where: { id: alice.id }, data: { timeLimitSeconds: 3600 } })
    const session = await launchSession(it.deps, alice, { imageId: await it.image({ timeLimitSeconds: 7200 }) })
    await it.db.user.update({ where: { id: alice.id }, data: { timeLimitSeconds: null } })
    expect(await it.db.session.findUnique({ where: { id: session.id } })).toMatchObject({ timeLimitSeconds: 3600 })
  })
})

describe('changing what is wanted', () => {
  test("another user's session is as unknown as none", async () => {
    await it.agent()
    const session = await launchSession(it.deps, alice, { imageId: await it.image() })
    for (const act of [getSession, stopSession, deleteSession, resumeSession]) {
      await expect(act(it.deps, mallory, { sessionId: session.id })).rejects.toMatchObject({ code: 'not_found' })
    }
    expect(await it.db.session.findUnique({ where: { id: session.id } })).toMatchObject({ wanted: 'running' })
  })

  test('an administrator stops it, and the owner reads by whom', async () => {
    await it.agent()
    const session = await launchSession(it.deps, alice, { imageId: await it.image() })
    await stopSession(it.deps, admin, { sessionId: session.id })
    const row = await it.db.sessionEvent.findFirst({ where: { sessionId: session.id, code: 'stop_asked' } })
    expect(row?.params).toEqual({ byName: 'root' })
  })

  test('stopping a queued session frees its place in the queue at once', async () => {
    const session = await launchSession(it.deps, alice, { imageId: await it.image() }).then(async (failed) => {
      await it.agent({ status: 'new', cpuCount: null, memoryBytes: null })
      return launchSession(it.deps, alice, { imageId: failed.imageId as string })
    })
    expect(session.state).toBe('queued')
    expect(await stopSession(it.deps, alice, { sessionId: session.id })).toMatchObject({ state: 'stopped', wanted: 'stopped' })
  })

  test('a hold does not end before the container is seen gone', async () => {
    const agentId = await it.agent()
    const session = await launchSession(it.deps, alice, { imageId: await it.image() })
    await deleteSession(it.deps, alice, { sessionId: session.id })
    expect(await it.db.agent.findUnique({ where: { id: agentId } })).toMatchObject({ cpuMillisHeld: 1000 })
    expect(await it.db.session.findUnique({ where: { id: session.id } })).toMatchObject({ held: true, wanted: 'deleted' })
  })

  test('deleting twice is no error, and a deleted session is gone for everyone', async () => {
    const session = await launchSession(it.deps, alice, { imageId: await it.image() })
    expect(session.state).toBe('failed')
    await deleteSession(it.deps, alice, { sessionId: session.id })
    await expect(getSession(it.deps, alice, { sessionId: session.id })).rejects.toMatchObject({ code: 'not_found' })
  })

  test('resume goes through the queue like a launch, limits included', async () => {
    await it.agent({ cpuCount: 8 })
    const imageId = await it.image()
    const session = await launchSession(it.deps, alice, { imageId })
    await it.db.session.update({ where: { id: session.id }, data: { state: 'stopped', wanted: 'stopped', held: false } })
    for (let index = 0; index < 3; index++) await launchSession(it.deps, alice, { imageId })
    await expect(resumeSession(it.deps, alice, { sessionId: session.id })).rejects.toMatchObject({ code: 'session_limit' })
    await it.db.session.updateMany({
      where: { id: { not: session.id } },
      data: { state: 'stopped', wanted: 'stopped', held: false },
    })
    expect(await resumeSession(it.deps, alice, { sessionId: session.id })).toMatchObject({ state: 'starting', wanted: 'running' })
  })
})

test('a tile says whether it would start now, and why not', async () => {
  await it.agent({ cpuCount: 2 })
  await it.image({ name: 'A small' })
  await it.image({ name: 'B large', cpuMillis: 16_000 })
  const hog = await it.image({ name: 'C hog', cpuMillis: 2000 })
  await launchSession(it.deps, mallory, { imageId: hog })
  const tiles = await listLaunchable(it.deps, alice)
  expect(tiles.map((tile) => [tile.name, tile.availability])).toEqual([
    ['A small', 'busy'],
    ['B large', 'never'],
    ['C hog', 'busy'],
  ])
})

test('in port mode each live session has a port of its own, and ended ones give theirs back', async () => {
  const ports = await testInstallation({ BERTH_SESSION_PORTS: '6100-6101', BERTH_PUBLIC_URL: 'https://localhost:7080' })
  try {
    await ports.agent()
    const bob = await ports.person('bob')
    const imageId = await ports.image()
    const launches = [await launchSession(ports.deps, bob, { imageId }), await launchSession(ports.deps, bob, { imageId })]
    const used = await ports.db.session.findMany({ select: { gatewayPort: true }, orderBy: { gatewayPort: 'asc' } })
    expect(used.map((row) => row.gatewayPort)).toEqual([6100, 6101])
    await expect(launchSession(ports.deps, bob, { imageId })).rejects.toMatchObject({ code: 'resource_limit' })
    await ports.db.session.update({
      where: { id: launches[0]?.id as string },
      data: { state: 'stopped', wanted: 'stopped', held: false },
    })
    await launchSession(ports.deps, bob, { imageId })
    const live = await ports.db.session.findMany({
      where: { held: true },
      select: { gatewayPort: true },
      orderBy: { gatewayPort: 'asc' },
    })
    expect(live.map((row) => row.gatewayPort)).toEqual([6100, 6101])
  } finally {
    await ports.close()
  }
})
