import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import pg from 'pg'
import pino from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createBareDatabase, createTestDatabase, dropDatabase, type TestDatabase } from '@/scripts/test/test-database'
import { exportDatabase } from './export'
import { ensureInstallation } from './installation'
import { assertMigrated } from './migrate'
import { openBackup } from './read-backup'
import { restoreDatabase } from './restore'

const log = pino({ level: 'silent' })
const migrationsDir = join(process.cwd(), 'prisma', 'migrations')
const secretFingerprint = 'f1'
let directory: string
let source: TestDatabase
let target: string

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'berth-restore-test-'))
  source = await createTestDatabase()
  target = await createBareDatabase()
  await ensureInstallation(source.db, { installLabel: 'restored', secretFingerprint })
  const user = { name: 'ada', passwordHash: 'x' }
  await source.db.user.create({
    data: { id: 'u1', ...user, signIns: { create: { id: 's1', expiresAt: new Date('2100-01-01') } } },
  })
  const image = { reference: 'a:1', cpuMillis: 1, memoryBytes: 2 ** 40 + 1, shmBytes: 1 }
  // The clone comes first in the file: its parent is a row that is not there yet.
  await source.db.workspaceImage.create({ data: { id: 'b', name: 'Parent', ...image } })
  await source.db.workspaceImage.create({ data: { id: 'a', name: 'Clone', parentId: 'b', ...image } })
  await source.db.auditEntry.create({ data: { actorName: 'ada', verb: 'v', thingKind: 'k', thingId: 'i' } })
})

afterEach(async () => {
  await source.drop()
  await dropDatabase(target)
  rmSync(directory, { recursive: true })
})

const take = () => exportDatabase({ databaseUrl: source.url, path: join(directory, 'backup.gz'), log })

async function put(path: string, replace = false, fingerprint = secretFingerprint): Promise<void> {
  const backup = await openBackup(path)
  await restoreDatabase({ databaseUrl: target, migrationsDir, backup, replace, secretFingerprint: fingerprint })
}

async function query<Row extends object>(sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: target })
  await client.connect()
  try {
    return (await client.query<Row>(sql)).rows
  } finally {
    await client.end()
  }
}

const tables = () => query("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'")

test('an installation comes back whole in an empty database, with its keys, its next free numbers, and nobody signed in', async () => {
  await put(await take())
  await assertMigrated(target, migrationsDir)
  expect(await query('SELECT "installId" FROM "Installation"')).toEqual([{ installId: 'restored' }])
  expect(await query('SELECT id, "parentId", "memoryBytes" FROM "WorkspaceImage" ORDER BY id')).toEqual([
    { id: 'a', parentId: 'b', memoryBytes: 2 ** 40 + 1 },
    { id: 'b', parentId: null, memoryBytes: 2 ** 40 + 1 },
  ])
  expect(await query('SELECT "endedAt" IS NOT NULL AS ended FROM "SignIn"')).toEqual([{ ended: true }])
  const insert = `INSERT INTO "AuditEntry" ("actorName", verb, "thingKind", "thingId") VALUES ('a', 'v', 'k', 'i') RETURNING id::int`
  expect(await query(insert)).toEqual([{ id: 2 }])
  await expect(
    query(`DELETE FROM "User"; INSERT INTO "SignIn" (id, "userId", "expiresAt") VALUES ('x', 'nobody', now())`),
  ).rejects.toThrow(/foreign key/)
  expect(await query("SELECT to_regnamespace('berth_restoring') AS left")).toEqual([{ left: null }])
})

test('an installation that is there is replaced only when told to, and never while a portal is connected', async () => {
  const path = await take()
  await put(path)
  await query(`UPDATE "User" SET name = 'changed'`)
  await expect(put(path)).rejects.toThrow(/holds a Berth installation already/)
  const portal = new pg.Client({ connectionString: target, application_name: 'berth' })
  await portal.connect()
  await expect(put(path, true)).rejects.toThrow(/portal is at work/)
  await portal.end()
  expect(await query('SELECT name FROM "User"')).toEqual([{ name: 'changed' }])
  await put(path, true)
  expect(await query('SELECT name FROM "User"')).toEqual([{ name: 'ada' }])
})

test('a backup of another secret is refused before anything is changed', async () => {
  await expect(put(await take(), false, 'f2')).rejects.toThrow(/made with another secret \(f1\)/)
  expect(await tables()).toEqual([])
})

test.each([
  ['was cut off within its compressed bytes', (whole: Buffer) => whole.subarray(0, whole.length - 20)],
  ['ends before its end mark', (whole: Buffer) => gzipSync(gunzipSync(whole).subarray(0, -30))],
  ['has lost a row', (whole: Buffer) => gzipSync(String(gunzipSync(whole)).replace(/^a\tClone.*\n/m, ''))],
  ['has a row that refers to nothing', (whole: Buffer) => gzipSync(String(gunzipSync(whole)).replace('\nu1\tada', '\nu2\tada'))],
  ['has a command in it', (whole: Buffer) => gzipSync(`${gunzipSync(whole)}COPY "User" ("id") FROM PROGRAM 'id';\n`)],
])('a backup that %s changes nothing', async (_what, damage) => {
  const path = await take()
  await put(path)
  await query(`UPDATE "User" SET name = 'kept'`)
  writeFileSync(path, damage(readFileSync(path)))
  await expect(put(path, true)).rejects.toThrow()
  expect(await query('SELECT name FROM "User"')).toEqual([{ name: 'kept' }])
  expect(await query("SELECT to_regnamespace('berth_restoring') AS left")).toEqual([{ left: null }])
})

test('a backup of a version that this one does not know is refused', async () => {
  const path = await take()
  writeFileSync(
    path,
    gzipSync(String(gunzipSync(readFileSync(path))).replace('-- migrations: ', '-- migrations: 29990101000000_later ')),
  )
  await expect(put(path)).rejects.toThrow(/another version of Berth: 29990101000000_later/)
  expect(await tables()).toEqual([])
})

test('a file that is no backup is told from one', async () => {
  const path = join(directory, 'other.gz')
  writeFileSync(path, gzipSync('SELECT 1;\n'))
  await expect(put(path)).rejects.toThrow(/not a backup of Berth/)
  writeFileSync(path, 'not even compressed')
  await expect(put(path)).rejects.toThrow(/not a backup of Berth/)
})

test("a database of somebody else's is never taken, and what an extension keeps beside ours stays", async () => {
  const path = await take()
  await query('CREATE TABLE theirs (id integer)')
  await expect(put(path)).rejects.toThrow(/not Berth's \(theirs\)/)
  await query('DROP TABLE theirs; CREATE FUNCTION kept() RETURNS integer LANGUAGE sql RETURN 1')
  await put(path)
  expect(await query('SELECT kept()')).toEqual([{ kept: 1 }])
})

test('a backup is one moment: a row written after it began is not in it, whichever table comes first', async () => {
  const blocker = new pg.Client({ connectionString: source.url })
  await blocker.connect()
  await blocker.query('BEGIN; LOCK TABLE "Agent"')
  const taking = take()
  const waiting = `SELECT 1 FROM pg_locks WHERE NOT granted AND relation = '"Agent"'::regclass`
  await vi.waitUntil(async () => (await blocker.query(waiting)).rowCount === 1, { timeout: 20_000 })
  await source.db.user.create({ data: { id: 'later', name: 'later', passwordHash: 'x' } })
  await blocker.query('ROLLBACK')
  await blocker.end()
  const text = String(gunzipSync(readFileSync(await taking)))
  expect(text).toContain('\nu1\tada')
  expect(text).not.toContain('\nlater\t')
})

test('a backup never overwrites another', async () => {
  const path = await take()
  const before = readFileSync(path)
  await expect(take()).rejects.toThrow(/exists already/)
  expect(readFileSync(path)).toEqual(before)
})

test('the owner of a database needs no other right to restore into it', async () => {
  const path = await take()
  const name = new URL(target).pathname.slice(1)
  await query(`CREATE ROLE ${name}_owner; ALTER DATABASE ${name} OWNER TO ${name}_owner`)
  try {
    const url = new URL(target)
    url.searchParams.set('options', `-c role=${name}_owner`)
    const backup = await openBackup(path)
    await restoreDatabase({ databaseUrl: url.href, migrationsDir, backup, replace: false, secretFingerprint })
    expect(await query('SELECT name FROM "User"')).toEqual([{ name: 'ada' }])
  } finally {
    await query(`ALTER DATABASE ${name} OWNER TO berth; REASSIGN OWNED BY ${name}_owner TO berth; DROP ROLE ${name}_owner`)
  }
})
