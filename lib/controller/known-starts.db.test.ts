// What one controller saw of the start of a container spares the next one a look at it, and is never taken over from another start.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { writeEndpoints } from '@/lib/db/known-starts'
import type { KnownStart } from '@/lib/domain/container-host'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import { type FakeWorld, fakeWorld } from './fake-world'
import { runOnce } from './run-once'
import { addAgent, addUser, clearFleet, launch, testClock } from './test-world'

let database: TestDatabase
let db: TestDatabase['db']
let world: FakeWorld
let agentId: string
let id: string

beforeAll(async () => {
  database = await createTestDatabase()
  db = database.db
})
afterAll(() => database.drop())

beforeEach(async () => {
  await clearFleet(db)
  world = fakeWorld(db, testClock())
  agentId = await addAgent(db)
  id = await launch(db, world.deps.clock, { userId: await addUser(db) })
  await runOnce(world.deps)
})

const session = () => db.session.findUniqueOrThrow({ where: { id } })

/** What the next list is told beforehand. */
async function told(): Promise<readonly KnownStart[]> {
  const host = world.hostOf(agentId)
  const list = host.list.bind(host)
  let starts: readonly KnownStart[] = []
  host.list = async (signal, known?: () => Promise<readonly KnownStart[]>) => {
    starts = (await known?.()) ?? []
    return list(signal)
  }
  await runOnce(world.deps)
  return starts
}

test('a controller that comes anew is told the start that another one saw, and what a pass sees is written down', async () => {
  const { containerId, containerStartedAt: startedAt, containerEndpoint: endpointId } = await session()
  expect(endpointId).toBe(`endpoint-${startedAt}`)
  expect(await told()).toEqual([{ containerId, startedAt, endpointId }])
  await db.session.update({ where: { id }, data: { containerEndpoint: null } })
  expect(await told()).toEqual([])
  expect((await session()).containerEndpoint).toBe(endpointId)
})

test('an endpoint is written for the very container and start that it was seen with', async () => {
  const { containerId, containerStartedAt, version } = await session()
  const seen = { sessionId: id, containerId: containerId ?? '', startedAt: containerStartedAt ?? '', endpointId: 'new' }
  await writeEndpoints(db, [{ ...seen, startedAt: 'another' }])
  await writeEndpoints(db, [{ ...seen, containerId: 'another' }])
  expect((await session()).containerEndpoint).not.toBe('new')
  await writeEndpoints(db, [seen])
  expect(await session()).toMatchObject({ containerEndpoint: 'new', version })
})
