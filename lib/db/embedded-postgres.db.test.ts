import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import pino from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type EmbeddedPostgres, isEmbeddedPostgresRunning, startEmbeddedPostgres } from './embedded-postgres'

const log = pino({ level: 'silent' })
const asRoot = process.getuid?.() === 0
let parent: string
let dataDir: string
let database: EmbeddedPostgres | undefined

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'berth-pg-'))
  dataDir = join(parent, 'data')
})

afterEach(async () => {
  await database?.stop()
  database = undefined
  rmSync(parent, { recursive: true, force: true })
})

async function start(): Promise<EmbeddedPostgres['how']> {
  database = await startEmbeddedPostgres({ dataDir, log })
  return database.how
}

async function query<Row extends object>(sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: database?.url ?? '' })
  await client.connect()
  try {
    return (await client.query<Row>(sql)).rows
  } finally {
    await client.end()
  }
}

const pidFile = () => join(dataDir, 'postgres', 'cluster', 'postmaster.pid')
const serverPid = () => Number(readFileSync(pidFile(), 'utf8').split('\n')[0])

test.runIf(asRoot)('a directory that the database user may not enter is named, with the ways out', async () => {
  mkdirSync(parent, { recursive: true })
  await expect(start()).rejects.toMatchObject({
    message: expect.stringContaining(parent),
    hint: expect.stringContaining('chmod o+x'),
  })
})

test('keeps its rows over stop and start, over a killed portal and over a killed server', async () => {
  makeReachable()
  expect(await start()).toBe('created')
  await query('CREATE TABLE kept (id integer); INSERT INTO kept VALUES (1)')

  await database?.stop()
  expect(await isEmbeddedPostgresRunning(dataDir)).toBe(false)
  expect(await start()).toBe('started')

  // A killed portal stops nothing: whoever comes next finds the server running.
  expect(await start()).toBe('adopted')

  process.kill(serverPid(), 'SIGKILL')
  expect(await start()).toBe('started')
  expect(await query('SELECT id FROM kept')).toEqual([{ id: 1 }])
}, 60_000)

test('a pid file that names a process of somebody else does not keep it from starting', async () => {
  makeReachable()
  await start()
  await query('CREATE TABLE kept (id integer)')
  const pid = serverPid()
  process.kill(pid, 'SIGKILL')
  const lines = readFileSync(pidFile(), 'utf8').split('\n')
  writeFileSync(pidFile(), [String(process.pid), ...lines.slice(1)].join('\n'))
  expect(await start()).toBe('started')
  expect(await query('SELECT id FROM kept')).toEqual([])
}, 60_000)

test('nobody but this user reaches it, and so no desktop: no port, and a socket in a closed directory [attack 47]', async () => {
  makeReachable()
  await start()
  expect(await query('SHOW listen_addresses')).toEqual([{ listen_addresses: '' }])
  expect(statSync(join(dataDir, 'postgres', 'socket')).mode & 0o777).toBe(0o700)
  expect(statSync(join(dataDir, 'postgres')).mode & 0o777).toBe(0o700)
}, 60_000)

test('files of another major version are left alone, and the steps to move their data are told', async () => {
  makeReachable()
  const cluster = join(dataDir, 'postgres', 'cluster')
  mkdirSync(cluster, { recursive: true })
  writeFileSync(join(cluster, 'PG_VERSION'), '16\n')
  await expect(start()).rejects.toMatchObject({
    message: expect.stringContaining('was made by PostgreSQL 16'),
    hint: expect.stringMatching(/berth -- backup [^\n]+\n.*berth -- restore /),
  })
  expect(readdirSync(cluster)).toEqual(['PG_VERSION'])
})

/** mkdtemp makes its directory for its owner alone. */
function makeReachable(): void {
  rmSync(parent, { recursive: true, force: true })
  mkdirSync(parent, { mode: 0o711 })
}
