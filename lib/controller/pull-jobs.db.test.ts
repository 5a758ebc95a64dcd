// Pulls over a real database and fake engines.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { loginColumns } from '@/lib/db/registry-logins'
import { newId } from '@/lib/domain/ids'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import { type FakeWorld, fakeWorld } from './fake-world'
import { runOnce } from './run-once'
import { addAgent, addUser, launch, type TestClock, testClock, testKeys } from './test-world'

let database: TestDatabase
let db: TestDatabase['db']
let clock: TestClock
let world: FakeWorld
let agentId: string

beforeAll(async () => {
  database = await createTestDatabase()
  db = database.db
})

afterAll(() => database.drop())

beforeEach(async () => {
  await db.session.deleteMany()
  await db.workspaceImage.deleteMany()
  await db.agent.deleteMany()
  clock = testClock()
  world = fakeWorld(db, clock)
  agentId = await addAgent(db)
})

type Image = { reference: string; password?: string }

async function addImage({ password, ...image }: Image): Promise<string> {
  const id = newId()
  const login = loginColumns(testKeys, id, password === undefined ? null : { user: 'puller', password })
  await db.workspaceImage.create({
    data: { id, name: id, cpuMillis: 1000, memoryBytes: 1, shmBytes: 1, ...image, ...login },
  })
  return id
}

test('a pull logs in with what any workspace image of that reference has, until the registry takes it', async () => {
  const reference = 'r.example.org/private:1'
  const host = world.hostOf(agentId)
  host.registry.set(reference, Promise.resolve())
  host.locked.set(reference, 'right')
  for (const password of ['right', 'wrong']) await addImage({ reference, password })
  const id = await launch(db, clock, { userId: await addUser(db), reference })
  await runOnce(world.deps)
  await world.deps.pulls.idle()
  await runOnce(world.deps)
  expect(await db.session.findUniqueOrThrow({ where: { id } })).toMatchObject({ state: 'running' })
  expect(host.calls.filter((verb) => verb === 'pull')).toHaveLength(2)
})
