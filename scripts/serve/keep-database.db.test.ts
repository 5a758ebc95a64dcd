import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import pino from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { isEmbeddedPostgresRunning } from '@/lib/db/embedded-postgres'
import { type KeptDatabase, keepDatabase } from './keep-database'

const log = pino({ level: 'silent' })
let dataDir: string
let kept: KeptDatabase

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'berth-keep-'))
  chmodSync(dataDir, 0o711)
  kept = await keepDatabase({ dataDir, log })
})

afterEach(async () => {
  await kept.close()
  rmSync(dataDir, { recursive: true })
})

async function ask(): Promise<unknown> {
  const client = new pg.Client({ connectionString: kept.url, connectionTimeoutMillis: 2_000 })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query('SELECT 1 AS one')).rows
  } finally {
    await client.end()
  }
}

test('a database that is killed under a running portal comes back by itself', async () => {
  const pidOf = () => Number(readFileSync(join(dataDir, 'postgres', 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0])
  const first = pidOf()
  process.kill(first, 'SIGKILL')
  await vi.waitFor(async () => expect(pidOf()).not.toBe(first), { timeout: 40_000, interval: 200 })
  await vi.waitFor(async () => expect(await ask()).toEqual([{ one: 1 }]), { timeout: 20_000, interval: 200 })
}, 70_000)

test('a second portal on the same database is refused even when the lock file is gone', async () => {
  await expect(keepDatabase({ dataDir, log })).rejects.toThrow('Another Berth works on this database')
})

test('when the portal closes it, it stays closed', async () => {
  await kept.close()
  expect(await isEmbeddedPostgresRunning(dataDir)).toBe(false)
  kept = await keepDatabase({ dataDir, log })
})
