// How sessions are used, as several gateways write it into one database: nothing is lost, nothing counted twice, nobody waited for.
import pg from 'pg'
import pino from 'pino'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { forgetSilentGateways } from '@/lib/db/session-activity'
import { newId } from '@/lib/domain/ids'
import { deriveKeys } from '@/lib/secrets/keys'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import { type Activity, watchActivity } from './activity'
import { maskedFrame } from './test-client'
import { insertSession, insertUser } from './test-rows'
import { until } from './test-until'

let database: TestDatabase
let sessionId: string
let gateways: Activity[]
const clock = { at: new Date('2026-01-01T12:00:00Z'), now: () => clock.at }

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

beforeEach(async () => {
  const rows = { db: database.db, keys: deriveKeys(Buffer.alloc(32, 7)), clock }
  sessionId = await insertSession(rows, await insertUser(rows), { host: '127.0.0.1', port: 1, pin: null }, {})
  await database.db.gatewayProcess.deleteMany()
  // Their own turns are far away: each test says when they write.
  gateways = [1, 2].map(() => watchActivity({ db: database.db, clock, log: pino({ level: 'silent' }), writeEveryMs: 3_600_000 }))
})

const handshake = [Buffer.from('RFB 003.008\n'), Buffer.from([2]), Buffer.alloc(16, 4), Buffer.from([1])].map((part) =>
  maskedFrame(part),
)
const keyPress = maskedFrame(Uint8Array.from([4, 1, 0, 0, 0, 0, 0, 0x61]))
const upOf = (...sent: Buffer[]) => sent.reduce((sum, { length }) => sum + length, 0)

function gateway(index: number): Activity {
  const found = gateways[index]
  if (!found) throw new Error('no such gateway')
  return found
}

function viewer(of: Activity, id = sessionId) {
  const stream = of.watch(id, 'first')
  stream.begin()
  for (const part of handshake) stream.fromClient(part)
  return stream
}

async function row(id = sessionId) {
  const found = await database.db.session.findUniqueOrThrow({ where: { id }, include: { viewers: true } })
  return { ...found, viewers: found.viewers.reduce((sum, { viewers }) => sum + viewers, 0) }
}

test('of several gateways bytes are added, viewers summed, and the last input is the latest of any', async () => {
  const [first, second] = [gateway(0), gateway(1)]
  const streams = [viewer(first), viewer(first), viewer(second)]
  clock.at = new Date('2026-01-01T12:00:10Z')
  streams[2]?.fromClient(keyPress)
  clock.at = new Date('2026-01-01T12:00:05Z')
  streams[0]?.fromClient(keyPress)
  streams[1]?.fromUpstream(Buffer.alloc(5_000))
  const before = await row()
  await second.flush()
  await first.flush()
  const after = await row()
  expect(after).toMatchObject({
    viewers: 3,
    bytesUp: 3 * upOf(...handshake) + 2 * keyPress.length,
    bytesDown: 5_000,
    lastInputAt: new Date('2026-01-01T12:00:10Z'),
  })
  // No change of the session: whoever waits for one is not woken.
  expect([after.version, after.updatedAt]).toEqual([before.version, before.updatedAt])
})

test('what was written is not written again, and what a stream ended with is not lost', async () => {
  const stream = viewer(gateway(0))
  await gateway(0).flush()
  await gateway(0).flush()
  stream.fromUpstream(Buffer.alloc(700))
  stream.end()
  stream.end()
  await gateway(0).flush()
  await gateway(0).flush()
  expect(await row()).toMatchObject({ viewers: 0, bytesUp: upOf(...handshake), bytesDown: 700 })
})

test('a stream whose desktop never agreed is no viewer', async () => {
  const stream = gateway(0).watch(sessionId, 'first')
  await gateway(0).flush()
  expect((await row()).viewers).toBe(0)
  stream.end()
  stream.begin()
  await gateway(0).flush()
  expect((await row()).viewers).toBe(0)
})

test('a session that somebody else changes is not waited for, and gets all of it the next time', async () => {
  const busy = new pg.Client({ connectionString: database.url })
  await busy.connect()
  try {
    await busy.query('BEGIN')
    await busy.query('SELECT 1 FROM "Session" WHERE id = $1 FOR UPDATE', [sessionId])
    const other = await viewerOfAnotherSession()
    viewer(gateway(0)).fromUpstream(Buffer.alloc(100))
    await gateway(0).flush()
    expect([(await row()).bytesDown, (await row(other)).viewers]).toEqual([0, 1])
    await busy.query('COMMIT')
  } finally {
    await busy.end()
  }
  // It comes by itself, soon.
  await until(async () => expect(await row()).toMatchObject({ viewers: 1, bytesDown: 100 }))
})

async function viewerOfAnotherSession(): Promise<string> {
  const rows = { db: database.db, keys: deriveKeys(Buffer.alloc(32, 7)), clock }
  const id = await insertSession(rows, await insertUser(rows), { host: '127.0.0.1', port: 1, pin: null }, {})
  viewer(gateway(0), id)
  return id
}

test('while the database is away nothing is lost or counted twice', async () => {
  const stream = viewer(gateway(0))
  stream.fromUpstream(Buffer.alloc(10))
  await database.db.$executeRawUnsafe('ALTER TABLE "SessionViewers" RENAME TO "Away"')
  await gateway(0).flush()
  await database.db.$executeRawUnsafe('ALTER TABLE "Away" RENAME TO "SessionViewers"')
  stream.fromUpstream(Buffer.alloc(1))
  await gateway(0).flush()
  expect(await row()).toMatchObject({ viewers: 1, bytesDown: 11, bytesUp: upOf(...handshake) })
})

test('the viewers of a gateway that died are gone with it, and one that was only taken for dead brings its own back', async () => {
  viewer(gateway(0))
  viewer(gateway(1))
  // Both write by themselves as well when a viewer comes, and one that meets the other at the same session passes over it.
  await vi.waitFor(async () => {
    await gateway(0).flush()
    await gateway(1).flush()
    expect((await row()).viewers).toBe(2)
  })
  const silent = () => database.db.$executeRaw`UPDATE "GatewayProcess" SET "heardAt" = now() - interval '46 seconds'`
  await silent()
  // The one that still writes is heard, and finds the other silent.
  await gateway(1).flush()
  expect((await row()).viewers).toBe(1)
  await gateway(0).flush()
  expect((await row()).viewers).toBe(2)
  await silent()
  expect(await forgetSilentGateways(database.db)).toBe(2)
  expect((await row()).viewers).toBe(0)
})

test('thousands of sessions are written in pieces, each of them once', { timeout: 60_000 }, async () => {
  const common = { imageName: 'Desktop', spec: {}, cpuMillis: 1000, memoryBytes: 1e9, state: 'running' as const }
  const ids = Array.from({ length: 2_500 }, newId)
  await database.db.session.createMany({ data: ids.map((id) => ({ id, ...common })) })
  for (const id of ids) viewer(gateway(0), id).fromUpstream(Buffer.alloc(3))
  await gateway(0).flush()
  await gateway(0).flush()
  const where = { id: { in: ids } }
  const { _sum, _min, _max } = await database.db.session.aggregate({
    where,
    _sum: { bytesDown: true },
    _min: { bytesDown: true },
    _max: { bytesDown: true },
  })
  expect([_sum.bytesDown, _min.bytesDown, _max.bytesDown]).toEqual([7_500, 3, 3])
  expect(await database.db.sessionViewers.count({ where: { sessionId: { in: ids } } })).toBe(2_500)
})

test('a gateway that ends leaves no viewers and no trace of itself', async () => {
  viewer(gateway(0)).fromUpstream(Buffer.alloc(9))
  await gateway(0).close()
  expect(await row()).toMatchObject({ viewers: 0, bytesDown: 9 })
  expect(await database.db.gatewayProcess.count()).toBe(0)
})

test('a session that was removed meanwhile takes nothing else along', async () => {
  const other = await viewerOfAnotherSession()
  viewer(gateway(0), newId()).end()
  viewer(gateway(0)).fromUpstream(Buffer.alloc(4))
  await gateway(0).flush()
  expect([(await row()).bytesDown, (await row(other)).viewers]).toEqual([4, 1])
})

test('who came or went is written within a second or so, without anybody asking', async () => {
  const stream = viewer(gateway(0))
  await until(async () => expect((await row()).viewers).toBe(1))
  stream.end()
  await until(async () => expect((await row()).viewers).toBe(0))
})
