// What is told of a controller, which listens nowhere else, to whatever starts it anew.
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { loadConfig } from '@/lib/config'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import { type HealthListener, openHealth } from './open-health'
import { openReadiness } from './readiness'

let database: TestDatabase
let open: HealthListener | undefined

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
afterEach(async () => {
  await open?.close()
  open = undefined
})

async function serve(keepsLeases: () => boolean) {
  const config = loadConfig({ DATABASE_URL: database.url, BERTH_DATA_DIR: '/nonexistent', BERTH_ROLES: 'controller' })
  const migrationsDir = join(process.cwd(), 'prisma', 'migrations')
  const readiness = openReadiness({ deps: { db: database.db }, config, migrationsDir, keepsLeases })
  open = await openHealth({ host: '127.0.0.1', port: 0 }, readiness)
  const at = `http://127.0.0.1:${open.port}`
  const ask = async (path: string) => {
    const answer = await fetch(`${at}${path}`)
    return { status: answer.status, body: (await answer.json()) as object }
  }
  return { ask, readiness }
}

test('a controller is ready while it renews its leases, and until it is about to stop', async () => {
  let keeps = true
  const { ask, readiness } = await serve(() => keeps)
  expect(await ask('/api/health/ready')).toMatchObject({
    status: 200,
    body: { roles: ['controller'], parts: { database: 'ok', schema: 'ok', controller: 'ok', process: 'ok' } },
  })
  expect((await ask('/api/health')).status).toBe(200)
  keeps = false
  expect(await ask('/api/health/ready')).toMatchObject({
    status: 503,
    body: { parts: { controller: 'not renewing its leases' } },
  })
  keeps = true
  readiness.stop()
  expect((await ask('/api/health/ready')).status).toBe(503)
  expect((await ask('/api/health/live')).status).toBe(200)
})

test('nothing but its health is answered there, and a port that is taken is named with its variable', async () => {
  const { ask, readiness } = await serve(() => true)
  for (const path of ['/', '/api/metrics', '/api/v1/me', '/api/health/other']) expect((await ask(path)).status, path).toBe(404)
  await expect(openHealth({ host: '127.0.0.1', port: open?.port ?? 0 }, readiness)).rejects.toMatchObject({
    message: expect.stringContaining('another program uses it'),
    hint: expect.stringContaining('BERTH_HEALTH_LISTEN'),
  })
})
