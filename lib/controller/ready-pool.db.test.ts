// Sessions that are kept ready, over a real database: started ahead, taken once, given up for whoever needs the place.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readAdmissions } from '@/lib/db/gateway-routes'
import type { Actor } from '@/lib/domain/actor'
import { newId } from '@/lib/domain/ids'
import { GiB, type WorkspaceImageInput } from '@/lib/domain/workspace-image'
import { connectSession } from '@/lib/use-cases/connect-session'
import { deleteImage } from '@/lib/use-cases/delete-image'
import { deleteSession } from '@/lib/use-cases/delete-session'
import { drainAgent } from '@/lib/use-cases/drain-agent'
import { getSession } from '@/lib/use-cases/get-session'
import { launchSession } from '@/lib/use-cases/launch-session'
import { listMySessions, pageSessions, tableSessions } from '@/lib/use-cases/list-sessions'
import { pauseSession } from '@/lib/use-cases/pause-session'
import { retrySession } from '@/lib/use-cases/retry-session'
import { stopSession } from '@/lib/use-cases/stop-session'
import { type TestInstallation, testInstallation } from '@/lib/use-cases/test-installation'
import { updateAgent } from '@/lib/use-cases/update-agent'
import { updateImage } from '@/lib/use-cases/update-image'
import { type FakeWorld, fakeWorld, reference } from './fake-world'
import { keepSessionsReady } from './ready-pool'
import { runOnce } from './run-once'
import { clearFleet, eventCodes } from './test-world'

let it: TestInstallation
let db: TestInstallation['db']
let world: FakeWorld
let ada: Actor
let bob: Actor
let admin: Actor
let agentId: string

beforeAll(async () => {
  it = await testInstallation()
  db = it.db
  ada = await it.person('ada')
  bob = await it.person('bob')
  admin = await it.person('root', 'admin')
})
afterAll(() => it.close())

beforeEach(async () => {
  await db.grant.deleteMany()
  await clearFleet(db)
  await db.gpuUse.deleteMany()
  await db.workspaceImage.deleteMany()
  world = fakeWorld(db, { now: it.deps.clock.now, advance: (ms) => it.advance(ms / 1000) })
  agentId = await agent()
})

async function agent(over: Record<string, unknown> = {}): Promise<string> {
  const id = await it.agent({ cpuCount: 64, memoryBytes: 256 * GiB, ...over })
  await db.agentImage.create({ data: { agentId: id, reference, imageId: 'i', sizeBytes: 1, seenAt: it.deps.clock.now() } })
  return id
}

const built = (imageId: string) =>
  db.agentImage.updateMany({ where: { agentId, reference }, data: { imageId, seenAt: it.deps.clock.now() } })

async function addGpus(count: number): Promise<void> {
  for (let index = 0; index < count; index++)
    await db.gpu.create({ data: { id: newId(), agentId, uuid: `GPU-${index}`, index, model: 'Test GPU' } })
}

const pool = (readySessions: number, over: Partial<WorkspaceImageInput> = {}) => it.image({ readySessions, ...over })
const gpuPool = (count: number) => pool(count, { requireGpu: true, gpuCount: 1, readyGpus: true })
const row = (id: string) => db.session.findUniqueOrThrow({ where: { id } })
const ownerless = (state?: 'running' | 'failed') =>
  db.session.findMany({ where: { userId: null, state: state ?? { not: 'deleted' } }, orderBy: { createdAt: 'asc' } })

/** Until nothing changes any more. */
async function settle(): Promise<void> {
  for (let pass = 0; pass < 60; pass++) {
    await runOnce(world.deps)
    const { started, ended, more } = await keepSessionsReady(world.deps)
    const moving = await db.session.count({ where: { state: { in: ['starting', 'stopping', 'deleting'] } } })
    if (started.length + ended.length + moving === 0 && !more) return
  }
  throw new Error('the pool does not come to rest')
}

async function holdings(): Promise<void> {
  for (const { id, cpuMillisHeld, cpuCount } of await db.agent.findMany()) {
    const sum = await db.session.aggregate({ where: { agentId: id, held: true }, _sum: { cpuMillis: true } })
    expect(cpuMillisHeld).toBe(sum._sum.cpuMillis ?? 0)
    expect(cpuMillisHeld).toBeLessThanOrEqual((cpuCount ?? 0) * 1000)
  }
}

describe('keeping ready', () => {
  test('as many run as the image asks for, nobody’s, one start at a time, counted as held', async () => {
    await pool(3)
    const first = await keepSessionsReady(world.deps)
    expect(first).toMatchObject({ started: [expect.any(String)], more: true })
    expect((await keepSessionsReady(world.deps)).started).toEqual([])
    await settle()
    const rows = await ownerless('running')
    expect(rows.map(({ userId, endsAt, gatewayPort, homeId }) => [userId, endsAt, gatewayPort, homeId])).toEqual(
      Array(3).fill([null, null, null, null]),
    )
    expect(await eventCodes(db, rows[0]?.id ?? '')).toEqual(['readied', 'placed', 'created', 'started', 'answered'])
    expect(await db.agent.findUnique({ where: { id: agentId } })).toMatchObject({ cpuMillisHeld: 3000, memoryBytesHeld: 3 * GiB })
    const containers = [...world.hostOf(agentId).containers.values()]
    expect(containers.map(({ spec }) => [spec.labels['berth.user'], spec.environment.TZ])).toEqual(
      Array(3).fill([undefined, undefined]),
    )
  })

  test('nothing is started where the image is not, nor while somebody waits, nor while something else starts there', async () => {
    await pool(1, { reference: 'test/elsewhere:1' })
    await settle()
    expect(await ownerless()).toEqual([])
    const imageId = await pool(1)
    await launchSession(it.deps, ada, { imageId })
    expect((await keepSessionsReady(world.deps)).started).toEqual([])
    await runOnce(world.deps)
    const waiting = await launchSession(it.deps, bob, { imageId: await it.image({ cpuMillis: 64_000 }) })
    expect(waiting.state).toBe('queued')
    expect((await keepSessionsReady(world.deps)).started).toEqual([])
    await deleteSession(it.deps, bob, { sessionId: waiting.id })
    await settle()
    expect(await ownerless('running')).toHaveLength(1)
  })

  test('one that ends by itself is replaced after a pause that grows, and what is left of it can be read', async () => {
    await pool(1)
    // Only a change after a failure would let the next one start at once.
    await db.workspaceImage.updateMany({ data: { updatedAt: new Date(0) } })
    await settle()
    for (const pauseSeconds of [30, 60, 120]) {
      const [alive] = await ownerless('running')
      it.advance(20)
      world.hostOf(agentId).exit(alive?.id ?? '', 1, { log: 'no display' })
      await runOnce(world.deps)
      expect(await row(alive?.id ?? '')).toMatchObject({ state: 'failed', held: false, logTail: 'no display' })
      it.advance(pauseSeconds - 1)
      await settle()
      expect(await ownerless('running')).toEqual([])
      it.advance(2)
      await settle()
      expect(await ownerless('running')).toHaveLength(1)
    }
  })

  test.each([
    [
      'the image is changed',
      (imageId: string) => updateImage(it.deps, admin, { imageId, changes: { environment: { A: 'b' } } }),
      2,
    ],
    ['fewer are asked for', (imageId: string) => updateImage(it.deps, admin, { imageId, changes: { readySessions: 1 } }), 1],
    ['the image is switched off', (imageId: string) => updateImage(it.deps, admin, { imageId, changes: { enabled: false } }), 0],
    ['the image is deleted', (imageId: string) => deleteImage(it.deps, admin, { imageId }), 0],
    ['the agent is drained', () => drainAgent(it.deps, admin, { agentId, message: '', deadlineAt: null }), 0],
    ['the agent is switched off', () => updateAgent(it.deps, admin, { agentId, changes: { enabled: false } }), 0],
  ])('when %s, outdated ones end and are claimed by nobody', async (_what, change, left) => {
    const imageId = await pool(2)
    await settle()
    const before = (await ownerless('running')).map(({ id }) => id)
    await change(imageId)
    await settle()
    const after = await ownerless()
    expect(after).toHaveLength(left)
    expect(after.every(({ state }) => state === 'running')).toBe(true)
    if (left !== 1) expect(after.filter(({ id }) => before.includes(id))).toEqual([])
    expect(world.hostOf(agentId).containers.size).toBe(left)
    await holdings()
  })

  test.each([
    [
      'a newer build of a tag is on its agent',
      (id: string) => db.session.update({ where: { id }, data: { imageUpdate: 'newer' } }),
      true,
    ],
    ['one is only on its way', (id: string) => db.session.update({ where: { id }, data: { imageUpdate: 'newerComing' } }), false],
    ['what has no registry was built anew', () => built('another'), true],
    ['it is listed anew as it was', () => built('made-from-this'), false],
  ])('when %s, it is replaced or not', async (_what, change, isReplaced) => {
    await pool(1)
    await settle()
    const [before] = await ownerless('running')
    await db.session.update({ where: { id: before?.id ?? '' }, data: { dockerImageId: 'made-from-this' } })
    it.advance(60)
    await change(before?.id ?? '')
    await settle()
    const [after] = await ownerless('running')
    expect(after?.id !== before?.id).toBe(isReplaced)
  })

  test('an outdated one is not handed out in the moment before it ends, and a new name alone does not make it outdated', async () => {
    const imageId = await pool(1)
    await settle()
    const [kept] = await ownerless('running')
    await updateImage(it.deps, admin, { imageId, changes: { name: 'New name', iconName: 'brain' } })
    await settle()
    expect((await ownerless('running')).map(({ id }) => id)).toEqual([kept?.id])
    await updateImage(it.deps, admin, { imageId, changes: { shmBytes: GiB / 4 } })
    expect((await launchSession(it.deps, ada, { imageId })).id).not.toBe(kept?.id)
  })
})

describe('claiming', () => {
  test('the session is its new owner’s, with its container as it was, and its time begins', async () => {
    const imageId = await pool(1, { timeLimitSeconds: 3600, name: 'Lab' })
    await settle()
    const [ready] = await ownerless('running')
    it.advance(7200)
    const calls = world.hostOf(agentId).calls.length
    const session = await launchSession(it.deps, ada, { imageId, timezone: 'Europe/Berlin', idempotencyKey: 'once' })
    expect(session).toMatchObject({
      id: ready?.id,
      state: 'running',
      owner: { name: 'ada' },
      verbs: expect.arrayContaining(['connect']),
    })
    const now = it.deps.clock.now().getTime()
    expect(Date.parse(session.endsAt ?? '') - now).toBe(3600_000)
    expect(Date.parse(session.createdAt)).toBe(now)
    expect(session.timeline.map(({ code }) => code).slice(-2)).toEqual(['launched', 'claimed'])
    const after = await row(session.id)
    expect(after).toMatchObject({
      credentialSealed: ready?.credentialSealed,
      containerId: ready?.containerId,
      certPin: ready?.certPin,
      cpuMillis: 1000,
      held: true,
    })
    expect(world.hostOf(agentId).calls.length).toBe(calls)
    expect((await launchSession(it.deps, ada, { imageId, idempotencyKey: 'once' })).id).toBe(session.id)
    await settle()
    expect(await ownerless('running')).toHaveLength(1)
    expect((await listMySessions(it.deps, ada, { filter: 'live' })).map(({ id }) => id)).toEqual([session.id])
  })

  test('fifty at once on three ready ones are three winners and forty-seven ordinary launches', async () => {
    const imageId = await pool(3)
    await settle()
    const ready = (await ownerless('running')).map(({ id }) => id)
    const people = await Promise.all(Array.from({ length: 50 }, (_, index) => it.person(`guest${index}`)))
    const sessions = await Promise.all(people.map((person) => launchSession(it.deps, person, { imageId })))
    const warm = sessions.filter(({ state }) => state === 'running')
    expect(warm.map(({ id }) => id).sort()).toEqual([...ready].sort())
    expect(sessions.filter(({ state }) => state === 'starting')).toHaveLength(47)
    expect(new Set(sessions.map(({ id }) => id)).size).toBe(50)
    for (const [index, { id }] of sessions.entries()) {
      const { userId, claimedAt } = await row(id)
      expect(userId).toBe(people[index]?.id)
      expect(claimedAt !== null).toBe(ready.includes(id))
    }
    expect(await ownerless()).toEqual([])
    await holdings()
  })

  test('limits hold as for any launch', async () => {
    const imageId = await pool(1)
    await settle()
    await db.user.update({ where: { id: bob.id }, data: { maxSessions: 0 } })
    await expect(launchSession(it.deps, bob, { imageId })).rejects.toMatchObject({ code: 'session_limit' })
    await db.user.update({ where: { id: bob.id }, data: { maxSessions: 1, maxCpuMillis: 900 } })
    await expect(launchSession(it.deps, bob, { imageId })).rejects.toMatchObject({ code: 'resource_limit' })
    await db.user.update({ where: { id: bob.id }, data: { maxCpuMillis: null, timeLimitSeconds: 60 } })
    const session = await launchSession(it.deps, bob, { imageId })
    expect(Date.parse(session.endsAt ?? '') - it.deps.clock.now().getTime()).toBe(60_000)
    await expect(launchSession(it.deps, bob, { imageId })).rejects.toMatchObject({ code: 'session_limit' })
    await db.user.update({ where: { id: bob.id }, data: { maxSessions: null, timeLimitSeconds: null } })
  })

  test('GPUs change hands in the history, and whoever holds as many as he may waits', async () => {
    await addGpus(2)
    const imageId = await gpuPool(2)
    await settle()
    await db.user.update({ where: { id: ada.id }, data: { maxGpus: 1 } })
    const session = await launchSession(it.deps, ada, { imageId })
    expect(session).toMatchObject({ state: 'running', gpus: [{ model: 'Test GPU' }] })
    const uses = await db.gpuUse.findMany({ where: { sessionId: session.id }, orderBy: { id: 'asc' } })
    expect(uses.map(({ userName, until }) => [userName, until === null])).toEqual([
      ['', false],
      ['ada', true],
    ])
    const second = await launchSession(it.deps, ada, { imageId })
    expect(second).toMatchObject({ state: 'queued', reasons: [{ code: 'gpu_cap' }] })
    expect(await ownerless('running')).toHaveLength(1)
    await db.user.update({ where: { id: ada.id }, data: { maxGpus: null } })
  })

  test.each([
    ['somebody has looked at it', { firstViewerAt: new Date() }],
    ['the way to it is not known', { reachHost: null }],
    ['it no longer sees its GPU', { gpuLostAt: new Date() }],
    ['it is told to end', { wanted: 'deleted' as const }],
  ])('it is not handed out when %s', async (_what, data) => {
    const imageId = await pool(1)
    await settle()
    const [ready] = await ownerless('running')
    await db.session.update({ where: { id: ready?.id ?? '' }, data })
    expect((await launchSession(it.deps, ada, { imageId })).state).toBe('starting')
    expect(await row(ready?.id ?? '')).toMatchObject({ userId: null })
  })
})

describe('nobody’s', () => {
  test('no person finds, opens, stops, pauses or deletes it, and an administrator may only look at its history and delete it', async () => {
    await pool(1)
    await settle()
    const sessionId = (await ownerless('running'))[0]?.id ?? ''
    for (const verb of [getSession, stopSession, pauseSession, deleteSession, connectSession, retrySession]) {
      await expect(verb(it.deps, ada, { sessionId })).rejects.toMatchObject({
        code: expect.stringMatching(/not_found|forbidden/),
      })
    }
    expect(await listMySessions(it.deps, ada, { filter: 'all' })).toEqual([])
    expect((await pageSessions(it.deps, ada, { filter: 'all', limit: 10 })).items).toEqual([])
    const key = { kind: 'api-key' as const, id: 'k', keyId: 'k' }
    await expect(connectSession(it.deps, { ...admin, by: key as never }, { sessionId })).rejects.toMatchObject({
      code: 'not_found',
    })
    await expect(pauseSession(it.deps, admin, { sessionId })).rejects.toMatchObject({ code: 'forbidden' })
    const table = await tableSessions(it.deps, admin, {
      filter: 'live',
      page: 1,
      size: 10,
      search: '',
      sort: 'owner',
      direction: 'asc',
    })
    expect(table.items).toMatchObject([{ id: sessionId, owner: null, verbs: ['delete'] }])
    expect(await getSession(it.deps, admin, { sessionId })).toMatchObject({ owner: null, verbs: ['delete'] })
    await deleteSession(it.deps, admin, { sessionId })
    await runOnce(world.deps)
    expect((await row(sessionId)).state).toBe('deleted')
  })

  test('a right that was somehow made for it lets nobody in, and it is never handed out after', async () => {
    const imageId = await pool(1)
    await settle()
    const sessionId = (await ownerless('running'))[0]?.id ?? ''
    const now = it.deps.clock.now()
    const later = new Date(now.getTime() + 3600_000)
    const signInId = newId()
    await db.signIn.create({ data: { id: signInId, userId: ada.id, expiresAt: later } })
    await db.grant.create({
      data: { id: newId(), sessionId, signInId, cookieHash: 'c', ticketExpiresAt: later, expiresAt: later },
    })
    expect((await readAdmissions(db, now, null))?.rows).toEqual([])
    expect((await launchSession(it.deps, ada, { imageId })).id).not.toBe(sessionId)
  })
})

describe('giving way', () => {
  test('a launch that needs the place has it as soon as the fewest that are in its way have gone', async () => {
    await db.agent.update({ where: { id: agentId }, data: { cpuCount: 4 } })
    await pool(2)
    await pool(1, { cpuMillis: 2000, name: 'Large' })
    await settle()
    expect(await db.agent.findUnique({ where: { id: agentId } })).toMatchObject({ cpuMillisHeld: 4000 })
    const other = await it.image({ cpuMillis: 2000, name: 'Other' })
    const session = await launchSession(it.deps, ada, { imageId: other })
    expect(session).toMatchObject({ state: 'queued', queuePosition: 1, reasons: [{ code: 'ready_gives_way' }] })
    const leaving = await db.session.findMany({ where: { userId: null, wanted: 'deleted' } })
    expect(leaving.map(({ imageName }) => imageName)).toEqual(['Large'])
    expect(await eventCodes(db, leaving[0]?.id ?? '')).toContain('gave_way')
    await holdings()
    await runOnce(world.deps)
    expect((await row(session.id)).state).not.toBe('queued')
    await holdings()
    await settle()
    // There is no room for it now, and nobody is in anybody's way.
    expect((await ownerless('running')).map(({ imageName }) => imageName)).toEqual(['Desktop', 'Desktop'])
  })

  test('one that holds a GPU gives it up, and comes back when the GPU is free', async () => {
    await addGpus(1)
    await gpuPool(1)
    await settle()
    const session = await launchSession(it.deps, ada, { imageId: await it.image({ requireGpu: true, gpuCount: 1 }) })
    expect(session.state).toBe('queued')
    expect(session.queue?.holders).toMatchObject([{ owner: null, gpus: 1 }])
    await settle()
    expect(await row(session.id)).toMatchObject({ state: 'running' })
    expect(await ownerless()).toEqual([])
    await deleteSession(it.deps, ada, { sessionId: session.id })
    await settle()
    expect(await ownerless('running')).toHaveLength(1)
  })
})
