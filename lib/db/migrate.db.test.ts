import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import pg from 'pg'
import pino from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createBareDatabase, dropDatabase } from '@/scripts/test/test-database'
import { exportDatabase } from './export'
import { assertMigrated, diffMigrations, migrateDatabase } from './migrate'
import { openBackup } from './read-backup'
import { restoreDatabase } from './restore'

const log = pino({ level: 'silent' })
let directory: string
let databaseUrl: string

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'berth-migrate-test-'))
  databaseUrl = await createBareDatabase()
})

afterEach(async () => {
  await dropDatabase(databaseUrl)
  rmSync(directory, { recursive: true })
})

const migrationsDir = () => join(directory, 'migrations')
const backupsDir = () => join(directory, 'backups')
const migrate = () => migrateDatabase({ databaseUrl, migrationsDir: migrationsDir(), backupsDir: backupsDir(), log })

function addMigration(name: string, sql: string): void {
  mkdirSync(join(migrationsDir(), name), { recursive: true })
  writeFileSync(join(migrationsDir(), name, 'migration.sql'), sql)
}

async function query<Row extends object>(sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    return (await client.query<Row>(sql)).rows
  } finally {
    await client.end()
  }
}

test('applies every migration once, and none the second time', async () => {
  addMigration('1_first', 'CREATE TABLE thing (id integer PRIMARY KEY, note text);')
  expect(await migrate()).toEqual({ applied: ['1_first'], exportedTo: null })
  expect(await migrate()).toEqual({ applied: [], exportedTo: null })
  expect(await query('SELECT migration_name FROM _prisma_migrations')).toEqual([{ migration_name: '1_first' }])
})

test('writes every row of an existing database to an export before it changes anything', async () => {
  addMigration('1_first', 'CREATE TABLE thing (id integer PRIMARY KEY, note text);')
  await migrate()
  await query("INSERT INTO thing VALUES (1, E'tab\\there'), (2, NULL)")
  addMigration('2_second', 'ALTER TABLE thing DROP COLUMN note;')
  const { exportedTo } = await migrate()
  const text = gunzipSync(readFileSync(exportedTo ?? '')).toString()
  expect(text).toContain('-- migrations: 1_first\n')
  expect(text).toContain('COPY "thing" ("id", "note") FROM stdin;\n1\ttab\\there\n2\t\\N\n\\.\n')
  expect(readdirSync(backupsDir())).toHaveLength(1)
})

test('a migration that fails half-way changes nothing, and its semicolons in strings do not split it', async () => {
  addMigration('1_first', "CREATE TABLE thing (note text); INSERT INTO thing VALUES ('a;b');")
  await migrate()
  addMigration('2_broken', 'CREATE TABLE other (id integer); SELECT no_such_function();')
  await expect(migrate()).rejects.toThrow(/no_such_function/)
  expect(await query('SELECT note FROM thing')).toEqual([{ note: 'a;b' }])
  expect(await query("SELECT to_regclass('other') AS found")).toEqual([{ found: null }])
  await expect(migrate()).rejects.toThrow(/2_broken failed before/)
})

test('an export can be put back, with every strange character and the next free number', async () => {
  addMigration('1_first', 'CREATE TABLE thing (id serial PRIMARY KEY, note text, data jsonb, bytes bytea);')
  await migrate()
  const note = 'tab\\t, newline\\n, backslash \\\\, separator \u2028, emoji 🛳, \\\\.'
  await query(`INSERT INTO thing (note, data, bytes) VALUES (E'${note}', '{"a": null}', '\\x0001ff'), (NULL, NULL, NULL)`)
  const before = await query('SELECT * FROM thing ORDER BY id')
  const path = await exportDatabase({ databaseUrl, directory: backupsDir(), log })
  await query('UPDATE thing SET note = $$lost$$; CREATE TABLE later (id integer)')
  const backup = await openBackup(path)
  await restoreDatabase({ databaseUrl, migrationsDir: migrationsDir(), backup, replace: true, secretFingerprint: 'any' })
  expect(await query('SELECT * FROM thing ORDER BY id')).toEqual(before)
  expect(await query('INSERT INTO thing DEFAULT VALUES RETURNING id')).toEqual([{ id: 3 }])
  expect(await query("SELECT to_regclass('later') AS found")).toEqual([{ found: null }])
  expect((await migrate()).applied).toEqual([])
})

test('refuses a database that a newer version has migrated further', async () => {
  addMigration('1_first', 'CREATE TABLE thing (id integer);')
  addMigration('2_second', 'CREATE TABLE other (id integer);')
  await migrate()
  rmSync(join(migrationsDir(), '2_second'), { recursive: true })
  await expect(migrate()).rejects.toThrow(/newer version of Berth \(it has 2_second\)/)
})

test('two processes that start at once apply each migration once', async () => {
  addMigration('1_first', 'CREATE TABLE thing (id integer);')
  const results = await Promise.all([migrate(), migrate()])
  expect(results.map((result) => result.applied.length).sort()).toEqual([0, 1])
})

test('a process that does not migrate refuses a database that lacks migrations', async () => {
  addMigration('1_first', 'CREATE TABLE thing (id integer);')
  await expect(assertMigrated(databaseUrl, migrationsDir())).rejects.toThrow(/lacks 1 migration\(s\).*1_first/)
  await migrate()
  await expect(assertMigrated(databaseUrl, migrationsDir())).resolves.toBeUndefined()
})

test('a process that does not migrate runs on a database that a newer version has migrated further, so that an upgrade can roll', async () => {
  addMigration('1_first', 'CREATE TABLE thing (id integer);')
  addMigration('2_second', 'ALTER TABLE thing ADD COLUMN note text;')
  await migrate()
  rmSync(join(migrationsDir(), '2_second'), { recursive: true })
  await expect(assertMigrated(databaseUrl, migrationsDir())).resolves.toBeUndefined()
  addMigration('1_other', 'CREATE TABLE other (id integer);')
  await expect(assertMigrated(databaseUrl, migrationsDir())).rejects.toThrow(/newer version of Berth/)
})

test('finds what the schema has and the migrations lack, without touching the database it is given', async () => {
  const schemaPath = join(directory, 'schema.prisma')
  const schema = (field: string) =>
    `generator client {\n  provider = "prisma-client"\n}\ndatasource db {\n  provider = "postgresql"\n}\nmodel Thing {\n  id String @id\n${field}}\n`
  writeFileSync(schemaPath, schema(''))
  addMigration('1_first', await diffMigrations(databaseUrl, migrationsDir(), schemaPath))
  expect(await diffMigrations(databaseUrl, migrationsDir(), schemaPath)).toBe('')
  writeFileSync(schemaPath, schema('  note String?\n'))
  expect(await diffMigrations(databaseUrl, migrationsDir(), schemaPath)).toContain('ADD COLUMN     "note" TEXT')
  expect(await query('SELECT to_regclass(\'"Thing"\') AS found')).toEqual([{ found: null }])
  expect(await query("SELECT datname FROM pg_database WHERE datname LIKE 'berth_shadow%'")).toEqual([])
})

test("the project's own migrations make the project's own schema", async () => {
  copyFileSync('prisma/schema.prisma', join(directory, 'schema.prisma'))
  expect(await diffMigrations(databaseUrl, 'prisma/migrations', join(directory, 'schema.prisma'))).toBe('')
})
