// The one write of the controller: all of it or nothing, and only over the row and the lease that it was decided on.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { newId } from '@/lib/domain/ids'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import { changeSessionRow, findControlled } from './controller-sessions'
import { type Lease, takeLeases } from './leases'

let database: TestDatabase
let db: TestDatabase['db']
let agentId: string
let id: string
let lease: Lease
const now = new Date('2026-01-01T00:00:00Z')

beforeAll(async () => {
  database = await createTestDatabase()
  db = database.db
})

afterAll(() => database.drop())

beforeEach(async () => {
  await db.gpuHold.deleteMany()
  await db.session.deleteMany()
  await db.gpu.deleteMany()
  await db.agent.deleteMany()
  agentId = newId()
  id = newId()
  const userId = newId()
  const gpuId = newId()
  await db.user.create({ data: { id: userId, name: userId, passwordHash: '' } })
  await db.agent.create({ data: { id: agentId, name: agentId, kind: 'socket', cpuMillisHeld: 1500, memoryBytesHeld: 3e9 } })
  await db.gpu.create({ data: { id: gpuId, agentId, uuid: 'GPU-1', index: 0, model: 'x' } })
  const needs = { cpuMillis: 1000, memoryBytes: 2e9, held: true, state: 'running' as const }
  await db.session.create({ data: { id, userId, agentId, imageName: 'x', spec: { reference: 'x:1' }, version: 7, ...needs } })
  await db.gpuHold.create({ data: { gpuId, slot: 0, sessionId: id } })
  lease = (await takeLeases(db, 'me'))[0] ?? lease
})

async function controlled() {
  const session = await findControlled(db, id)
  if (!session) throw new Error('no session')
  return session
}

const everything = async () => ({
  session: await db.session.findUniqueOrThrow({ where: { id } }),
  agent: await db.agent.findUniqueOrThrow({ where: { id: agentId } }),
  holds: await db.gpuHold.count(),
  events: await db.sessionEvent.count(),
})

const stop = { data: { state: 'stopped' as const }, events: [{ code: 'stopped' as const }], release: true, routeChanged: true }

test('a change is written with its events, and gives back what was held, once', async () => {
  expect(await changeSessionRow(db, lease, await controlled(), stop, now)).toBe(true)
  const after = await everything()
  expect(after.session).toMatchObject({ state: 'stopped', held: false, version: 8, agentId })
  expect(after.agent).toMatchObject({ cpuMillisHeld: 500, memoryBytesHeld: 1e9 })
  expect(after).toMatchObject({ holds: 0, events: 1 })
  expect(await changeSessionRow(db, lease, await controlled(), stop, now)).toBe(true)
  expect((await everything()).agent).toMatchObject({ cpuMillisHeld: 500, memoryBytesHeld: 1e9 })
})

test.each([
  ['over another version of the row', (session: { version: number }) => ({ ...session, version: session.version - 1 }), {}],
  ['under another holder’s lease', <S>(session: S) => session, { holder: 'another' }],
  ['under an earlier lease', <S>(session: S) => session, { epoch: 0 }],
])('nothing at all is written %s', async (_name, toSession, toLease) => {
  const before = await everything()
  const session = { ...(await controlled()), ...toSession(await controlled()) }
  expect(await changeSessionRow(db, { ...lease, ...toLease }, session, stop, now)).toBe(false)
  expect(await changeSessionRow(db, { ...lease, ...toLease }, session, { data: { attempts: 3 } }, now)).toBe(false)
  expect(await everything()).toEqual(before)
})

test('a session is read with its GPUs in the order of their index', async () => {
  const second = newId()
  await db.gpu.create({ data: { id: second, agentId, uuid: 'GPU-0', index: 1, model: 'x' } })
  await db.gpuHold.create({ data: { gpuId: second, slot: 0, sessionId: id } })
  expect(await controlled()).toMatchObject({
    gpuUuids: ['GPU-1', 'GPU-0'],
    hasCredential: false,
    pulling: false,
    home: null,
    spec: { reference: 'x:1' },
  })
})
