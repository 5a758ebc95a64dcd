// Backup, restore and a new secret as an operator runs them, from one database and data directory into another.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDb } from '@/lib/db/client'
import { ensureInstallation, getInstallation } from '@/lib/db/installation'
import { deriveKeys } from '@/lib/secrets/keys'
import { createBareDatabase, createTestDatabase, dropDatabase, type TestDatabase } from '@/scripts/test/test-database'
import { runBerth } from './run-berth'

const secret = Buffer.alloc(32, 9).toString('base64')
const fingerprint = deriveKeys(Buffer.from(secret)).fingerprint
let source: TestDatabase
let target: string
let dataDir: string
let otherDir: string

beforeEach(async () => {
  source = await createTestDatabase()
  target = await createBareDatabase()
  dataDir = mkdtempSync(join(tmpdir(), 'berth-backup-'))
  otherDir = mkdtempSync(join(tmpdir(), 'berth-restore-'))
  writeFileSync(join(dataDir, 'secret'), `${secret}\n`, { mode: 0o600 })
  await ensureInstallation(source.db, { installLabel: 'kept', secretFingerprint: fingerprint })
})
afterEach(async () => {
  await source.drop()
  await dropDatabase(target)
  for (const directory of [dataDir, otherDir]) rmSync(directory, { recursive: true })
})

const here = () => ({ DATABASE_URL: source.url, BERTH_DATA_DIR: dataDir })
const there = () => ({ DATABASE_URL: target, BERTH_DATA_DIR: otherDir })

test('a backup says what to keep with it, and goes into a new installation once its secret is there', {
  timeout: 120_000,
}, async () => {
  const path = join(dataDir, 'mine.gz')
  const said = await runBerth(here(), 'backup', path)
  expect(said).toMatchObject({ code: 0, out: `${path}\n` })
  expect(said.err).toContain(join(dataDir, 'secret'))
  expect(statSync(path).mode & 0o777).toBe(0o600)
  const without = await runBerth(there(), 'restore', path)
  expect(without).toMatchObject({ code: 1 })
  expect(without.err).toContain(`Copy it to ${join(otherDir, 'secret')}`)
  writeFileSync(join(otherDir, 'secret'), secret, { mode: 0o600 })
  expect(await runBerth(there(), 'restore', path)).toMatchObject({ code: 0, err: '' })
  const db = openDb(target)
  expect(await getInstallation(db, fingerprint)).toMatchObject({ installId: 'kept' })
  await db.$disconnect()
})

test('what a restore replaces is exported first, and another portal at work stops it', { timeout: 120_000 }, async () => {
  const { out } = await runBerth(here(), 'backup')
  const path = out.trim()
  expect(path.startsWith(join(dataDir, 'backups'))).toBe(true)
  await source.db.$disconnect()
  const portal = new pg.Client({ connectionString: source.url, application_name: 'berth' })
  await portal.connect()
  const busy = await runBerth(here(), 'restore', path, '--replace')
  expect(busy.err).toContain('Stop every process of Berth')
  await portal.end()
  expect(await runBerth(here(), 'restore', path, '--replace')).toMatchObject({ code: 0 })
  expect(readdirSync(join(dataDir, 'backups'))).toHaveLength(3)
})

test('a new secret takes the place of the old one, and the old one lies beside it', { timeout: 120_000 }, async () => {
  await source.db.$disconnect()
  expect(await runBerth(here(), 'secret', 'rotate')).toMatchObject({ code: 0, err: '' })
  expect(readdirSync(dataDir).filter((name) => name.startsWith('secret'))).toEqual(['secret', `secret.${fingerprint}`])
  const now = readFileSync(join(dataDir, 'secret'), 'utf8').trim()
  expect(now).not.toBe(secret)
  await getInstallation(source.db, deriveKeys(Buffer.from(now)).fingerprint)
  await source.db.$disconnect()
  // As after a kill between the database's commit and the exchange of the files.
  writeFileSync(join(dataDir, 'secret.next'), `${now}\n`, { mode: 0o600 })
  writeFileSync(join(dataDir, 'secret'), `${secret}\n`, { mode: 0o600 })
  expect((await runBerth(here(), 'secret', 'rotate')).out).toContain('Finished the rotation that was interrupted')
  expect(readFileSync(join(dataDir, 'secret'), 'utf8').trim()).toBe(now)
})

test('where processes share BERTH_SECRET, the new one is named by a file and can be asked for twice', {
  timeout: 120_000,
}, async () => {
  await source.db.$disconnect()
  const next = Buffer.alloc(32, 10).toString('base64')
  writeFileSync(join(otherDir, 'next'), next)
  const environment = { ...here(), BERTH_SECRET: secret }
  expect(await runBerth(environment, 'secret', 'rotate', '--to', join(otherDir, 'next'))).toMatchObject({ code: 0, err: '' })
  expect((await runBerth(environment, 'secret', 'rotate', '--to', join(otherDir, 'next'))).out).toContain('already')
  await getInstallation(source.db, deriveKeys(Buffer.from(next)).fingerprint)
})
