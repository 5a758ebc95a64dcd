import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { takeLeases } from '@/lib/db/leases'
import { DomainError } from '@/lib/domain/errors'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import { passAgent } from './agent-pass'
import { newAgentReader } from './agent-rows'
import { actOn, fakeWorld } from './fake-world'
import { newRunReport } from './run-report'
import { addAgent, clearFleet, testClock } from './test-world'

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

test('an agent that was away for a moment between two reads counts as up at the next one', async () => {
  const { db } = database
  const id = await addAgent(db)
  const world = fakeWorld(db, testClock())
  const read = newAgentReader(db)
  const acting = await actOn(world, id)
  acting.row = (await read()).get(id) ?? acting.row
  const pass = () => passAgent(world.deps, acting, newRunReport(), new AbortController().signal)
  expect(await pass()).toBe('up')
  acting.row = (await read()).get(id) ?? acting.row
  world.hostOf(id).cut = new DomainError('agent_timeout')
  expect(await pass()).toBe('unreachable')
  expect(acting.row.status).toBe('unreachable')
  world.hostOf(id).cut = null
  expect(await pass()).toBe('cameUp')
  expect((await read()).get(id)?.status).toBe('up')
})
