// What is told to whoever stands in front of a process, over a real database and over one that is away.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { loadConfig } from '@/lib/config'
import { type Db, openDb } from '@/lib/db/client'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import { openReadiness, type Readiness } from './readiness'

let database: TestDatabase
const closings: (() => void)[] = []
const migrations = join(process.cwd(), 'prisma', 'migrations')
const away = openDb('postgresql://nobody@127.0.0.1:1/berth')

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
afterEach(() => {
  for (const close of closings.splice(0)) close()
})

/** Those of this build, and one that no database has. */
function newerMigrations(): string {
  const folder = mkdtempSync(join(tmpdir(), 'berth-readiness-test-'))
  closings.push(() => rmSync(folder, { recursive: true }))
  cpSync(migrations, folder, { recursive: true })
  mkdirSync(join(folder, '99990101000000_next'))
  writeFileSync(join(folder, '99990101000000_next', 'migration.sql'), 'SELECT 1')
  return folder
}

async function serving(db: Db, roles: string, migrationsDir = migrations): Promise<{ url: string; readiness: Readiness }> {
  const config = loadConfig({ DATABASE_URL: database.url, BERTH_DATA_DIR: '/nonexistent', BERTH_ROLES: roles })
  const readiness = openReadiness({ deps: { db }, config, migrationsDir })
  const server = createServer(async (req, res) => {
    if (!(await readiness.answer(req, res)) && !(await readiness.answerWithoutDatabase(req, res))) res.end('page')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closings.push(() => server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, readiness }
}

const html = { headers: { accept: 'text/html' } }

test('a process whose database answers is live and ready, until it is about to stop', async () => {
  const { url, readiness } = await serving(database.db, 'web')
  expect((await fetch(`${url}/api/health/live`)).status).toBe(200)
  const ready = await fetch(`${url}/api/health/ready`)
  expect([ready.status, await ready.json()]).toMatchObject([
    200,
    { status: 'ready', parts: { database: 'ok', schema: 'ok', process: 'ok' } },
  ])
  expect(await (await fetch(url, html)).text()).toBe('page')
  readiness.stop()
  expect((await fetch(`${url}/api/health/ready`)).status).toBe(503)
  expect((await fetch(`${url}/api/health/live`)).status).toBe(200)
})

test('where there are pages they answer the old address, but not while the process is stopping or its schema is old', async () => {
  const { url, readiness } = await serving(database.db, 'web')
  const old = async (at: string) => {
    const answer = await fetch(`${at}/api/health`)
    return [answer.status, await answer.text()]
  }
  expect(await old(url)).toEqual([200, 'page'])
  readiness.stop()
  expect(await old(url)).toEqual([503, expect.stringContaining('stopping')])
  const newer = await serving(database.db, 'web', newerMigrations())
  expect(await old(newer.url)).toEqual([503, expect.stringContaining('old schema')])
})

test('without its database it is live and not ready, and its pages say why; a program gets no page', async () => {
  const { url } = await serving(away, 'web')
  expect((await fetch(`${url}/api/health/live`)).status).toBe(200)
  const ready = await fetch(`${url}/api/health/ready`)
  expect([ready.status, await ready.json()]).toMatchObject([503, { parts: { database: 'unreachable' } }])
  const page = await fetch(`${url}/admin/health`, html)
  expect(page.status).toBe(503)
  expect(await page.text()).toContain('database_unreachable')
  expect(await (await fetch(`${url}/api/v1/me`)).text()).toBe('page')
})

test('a gateway answers the old address as well, and nothing is done by a POST', async () => {
  const { url } = await serving(database.db, 'gateway')
  expect((await fetch(`${url}/api/health`)).status).toBe(200)
  expect((await fetch(`${url}/api/health/ready`, { method: 'POST' })).status).toBe(405)
})
