// To whom a desktop's password may go after a start: fake engines that tell of a certificate, and a stranger who shows another one.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { answerDeadlineMs } from '@/lib/domain/plan'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import { confirmThrough } from './confirm-pin'
import { type FakeWorld, fakeWorld } from './fake-world'
import { runOnce } from './run-once'
import { addAgent, addUser, launch, type TestClock, testClock } from './test-world'

let database: TestDatabase
let db: TestDatabase['db']
let clock: TestClock
let world: FakeWorld
let userId: string
let agentId: string
/** Who was sent the password. */
let told: string[]

beforeAll(async () => {
  database = await createTestDatabase()
  db = database.db
})

afterAll(() => database.drop())

beforeEach(async () => {
  await db.session.deleteMany()
  await db.agent.deleteMany()
  clock = testClock()
  world = fakeWorld(db, clock)
  userId = await addUser(db)
  agentId = await addAgent(db)
  told = []
  world.deps.askDesktop = async ({ host, pin }) => {
    const isTheirs = typeof pin === 'string' ? pin === 'SHOWN' : await pin('SHOWN')
    if (!isTheirs) return { kind: 'foreign_certificate' }
    told.push(host)
    return { kind: 'answered', pin: 'SHOWN' }
  }
})

const session = (id: string) => db.session.findUniqueOrThrow({ where: { id } })

test('on an engine behind a socket as well, the certificate that the container made is the only one that gets the password [attack 20]', async () => {
  world.hostOf(agentId).certificate = 'MADE'
  const id = await launch(db, clock, { userId })
  await runOnce(world.deps)
  expect(await session(id)).toMatchObject({ state: 'starting', certPin: null })
  expect(told).toEqual([])
  world.hostOf(agentId).certificate = 'SHOWN'
  await runOnce(world.deps)
  expect(await session(id)).toMatchObject({ state: 'running', certPin: 'SHOWN' })
})

test('the last look before a start is given up compares too, and the failure says that another certificate was shown [attack 20]', async () => {
  world.hostOf(agentId).certificate = 'MADE'
  const id = await launch(db, clock, { userId })
  await runOnce(world.deps)
  clock.advance(answerDeadlineMs + 1000)
  await runOnce(world.deps)
  const { state, failureCode, failureParams } = await session(id)
  expect({ state, failureCode }).toEqual({ state: 'failed', failureCode: 'no_answer' })
  expect(failureParams).toMatchObject({ cause: expect.stringContaining('certificate') })
  expect(told).toEqual([])
})

test('where nothing in a container tells of a certificate, the first one counts on this machine and none across a network [attack 20]', async () => {
  const id = await launch(db, clock, { userId })
  await runOnce(world.deps)
  expect(await session(id)).toMatchObject({ state: 'running', certPin: 'SHOWN' })
  const host = world.hostOf(agentId)
  const seen = host.containers.get(id)
  if (!seen) throw new Error('no container')
  const confirm = confirmThrough(host, seen, new AbortController().signal)
  expect(await confirm('SHOWN', 'published')).toBe(false)
  host.certificate = 'SHOWN'
  expect(await confirm('SHOWN', 'published')).toBe(true)
})
