import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { newId } from '@/lib/domain/ids'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import { holdsLease, mayAct, releaseLeases, takeLeases } from './leases'

let database: TestDatabase
let db: TestDatabase['db']
let agentId: string

beforeAll(async () => {
  database = await createTestDatabase()
  db = database.db
})

afterAll(() => database.drop())

beforeEach(async () => {
  await db.session.deleteMany()
  await db.agent.deleteMany()
  agentId = newId()
  await db.agent.create({ data: { id: agentId, name: agentId, kind: 'socket', socketPath: '/x' } })
})

const expire = () => db.agent.update({ where: { id: agentId }, data: { leaseUntil: new Date(0) } })

async function take(holder: string) {
  const [lease] = await takeLeases(db, holder)
  if (!lease) throw new Error('no lease')
  return lease
}

test('one holder has it, keeps its epoch while renewing, and nobody else gets it', async () => {
  const lease = await take('a')
  expect(await take('a')).toEqual(lease)
  expect(await takeLeases(db, 'b')).toEqual([])
  expect(await holdsLease(db, lease)).toBe(true)
})

test('of many who ask at once exactly one gets it', async () => {
  const taken = await Promise.all(Array.from({ length: 8 }, (_, index) => takeLeases(db, `holder-${index}`)))
  expect(taken.flat()).toHaveLength(1)
})

test('a lease that has run out is another’s, with a higher epoch; the old one is worth nothing', async () => {
  const old = await take('a')
  await expire()
  expect(await holdsLease(db, old)).toBe(false)
  const next = await take('b')
  expect(next.epoch).toBe(old.epoch + 1)
  expect(await takeLeases(db, 'a')).toEqual([])
})

test('a holder who slept past the end gets a new epoch, so that what he began before is void', async () => {
  const old = await take('a')
  await expire()
  const again = await take('a')
  expect(again.epoch).toBe(old.epoch + 1)
  expect(await holdsLease(db, old)).toBe(false)
})

test('a released lease is free at once', async () => {
  await take('a')
  await releaseLeases(db, 'a')
  expect((await take('b')).holder).toBe('b')
})

test('a removed agent is nobody’s', async () => {
  await db.agent.update({ where: { id: agentId }, data: { removedAt: new Date() } })
  expect(await takeLeases(db, 'a')).toEqual([])
})

test('acting needs the lease, the epoch, and the row as it was planned', async () => {
  const lease = await take('a')
  const userId = newId()
  const id = newId()
  await db.user.create({ data: { id: userId, name: userId, passwordHash: '' } })
  const row = { id, userId, agentId, imageName: 'x', spec: {}, cpuMillis: 1, memoryBytes: 1, version: 4 }
  await db.session.create({ data: row })
  expect(await mayAct(db, lease, { id, version: 4 })).toBe(true)
  expect(await mayAct(db, lease, { id, version: 3 })).toBe(false)
  expect(await mayAct(db, { ...lease, epoch: lease.epoch + 1 }, { id, version: 4 })).toBe(false)
  expect(await mayAct(db, { ...lease, holder: 'b' }, { id, version: 4 })).toBe(false)
  await expire()
  expect(await mayAct(db, lease, { id, version: 4 })).toBe(false)
})
