import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { takeLeases } from '@/lib/db/leases'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import { newAgentReader } from './agent-rows'
import { addAgent, clearFleet } from './test-world'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
beforeEach(() => clearFleet(database.db))

test('an agent is read again when anything was written about it, and not for what is written all the time', async () => {
  const { db } = database
  const id = await addAgent(db)
  const other = await addAgent(db)
  const read = newAgentReader(db)
  const first = (await read()).get(id)
  const kept = (await read()).get(other)
  await takeLeases(db, 'a holder')
  await db.agent.update({ where: { id }, data: { lastSeenAt: new Date(), latencyMs: 3, cpuMillisHeld: 1000 } })
  // Another holder of the lease is news; that it was renewed, seen and filled is none.
  const second = (await read()).get(id)
  expect(second).toMatchObject({ leaseHolder: 'a holder' })
  await takeLeases(db, 'a holder')
  await db.agent.update({ where: { id }, data: { lastSeenAt: new Date(), latencyMs: 4, cpuMillisHeld: 2000 } })
  expect((await read()).get(id)).toBe(second)
  await db.$executeRaw`UPDATE "Agent" SET "drainMessage" = 'soon' WHERE id = ${id}`
  expect((await read()).get(id)).toMatchObject({ drainMessage: 'soon' })
  expect(first?.drainMessage).toBe(null)
  expect(kept?.id).toBe(other)
  await db.agent.update({ where: { id }, data: { removedAt: new Date() } })
  expect([...(await read()).keys()]).toEqual([other])
})
