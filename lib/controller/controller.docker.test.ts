// The whole controller against a real Docker Engine, a real PostgreSQL and the starter desktop.
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openDockerHost } from '@/lib/docker/open-docker-host'
import { engineCleanup, testSocketPath } from '@/lib/docker/test-engine'
import { systemClock } from '@/lib/domain/clock'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import { type Controller, startController } from './start-controller'
import { addAgent, addUser, eventCodes, launch, silentLog, testKeys, want } from './test-world'

const socketPath = testSocketPath(process.env.DOCKER_HOST)
const installId = `test-${randomBytes(4).toString('hex')}`
const reference = process.env.BERTH_TEST_DESKTOP_IMAGE ?? 'berth/desktop:local'
let database: TestDatabase
let stop: AbortController
let controller: Controller

beforeAll(async () => {
  database = await createTestDatabase()
  stop = new AbortController()
  const { db, url } = database
  await addAgent(db, { name: 'here', socketPath })
  controller = startController({
    db,
    databaseUrl: url,
    keys: testKeys,
    clock: systemClock,
    log: silentLog,
    installId,
    openHost: openDockerHost,
    signal: stop.signal,
  })
  await controller.ready
})

afterAll(async () => {
  stop.abort()
  await controller.done
  await database.drop()
  await engineCleanup(socketPath, installId)
})

async function reach(sessionId: string, state: string): Promise<void> {
  await vi.waitFor(
    async () => {
      const row = await database.db.session.findUniqueOrThrow({ where: { id: sessionId } })
      expect({ state: row.state, failure: row.failureCode }).toEqual({ state, failure: null })
    },
    { timeout: 60_000, interval: 50 },
  )
}

test('launches, pauses, resumes, stops and resumes a real desktop', async () => {
  const { db } = database
  const userId = await addUser(db)
  const sessionId = await launch(db, systemClock, { userId, reference })
  await reach(sessionId, 'running')
  expect(await eventCodes(db, sessionId)).toEqual(['placed', 'created', 'started', 'answered'])
  const row = await db.session.findUniqueOrThrow({ where: { id: sessionId } })
  expect(row.certPin).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/)
  await want(db, sessionId, 'paused')
  await reach(sessionId, 'paused')
  await want(db, sessionId, 'running')
  await reach(sessionId, 'running')
  await want(db, sessionId, 'paused')
  await reach(sessionId, 'paused')
  await want(db, sessionId, 'deleted')
  await reach(sessionId, 'deleted')
  for (const e of await db.sessionEvent.findMany({ where: { sessionId }, orderBy: { id: 'asc' } }))
    process.stdout.write(`${e.at.toISOString()} ${e.code}\n`)
})
