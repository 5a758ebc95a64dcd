// A logical export of the whole database in one snapshot: psql's own text (COPY … FROM stdin), gzipped.
// The embedded PostgreSQL ships no pg_dump. Tables are not described in it: the migrations named in its first line make them.
import { createWriteStream, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { DomainError } from '@/lib/domain/errors'
import type { Log } from '@/lib/log'
import { aboutMark, type BackupAbout, copyTarget, endMark, forPsql, migrationsMark, sequenceStatement } from './backup-format'

type Options = { databaseUrl: string; log: Log } & ({ directory: string } | { path: string })

/** Into a new file of the directory, or into exactly this file, which must not exist yet. */
export async function exportDatabase({ databaseUrl, log, ...where }: Options): Promise<string> {
  const path = 'path' in where ? where.path : join(where.directory, nameFor(new Date()))
  const unfinished = `${path}.unfinished`
  if (existsSync(path)) {
    throw new DomainError('invalid_input', {
      message: `${path} exists already.`,
      hint: 'Name a new file: a backup never overwrites another.',
    })
  }
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000, application_name: 'berth' })
  await client.connect()
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    await pipeline(
      Readable.from(exportText(client)),
      createGzip(),
      createWriteStream(unfinished, { mode: 0o600, flags: 'w', flush: true }),
    )
    await client.query('COMMIT')
    renameSync(unfinished, path)
  } finally {
    await client.end()
    rmSync(unfinished, { force: true })
  }
  log.info({ path }, `Exported the database to ${path}`)
  return path
}

function nameFor(now: Date): string {
  return `berth-${now.toISOString().replaceAll(/[:.]/g, '-')}.sql.gz`
}

async function* exportText(client: pg.Client): AsyncGenerator<string | Buffer> {
  yield `${migrationsMark}${(await appliedMigrations(client)).join(' ')}\n`
  yield `${aboutMark}${JSON.stringify(await describeDatabase(client))}\n`
  yield `${forPsql}\n`
  let rows = 0
  for (const { name, columns } of await listTables(client)) {
    const target = copyTarget(name, columns)
    yield `COPY ${target} FROM stdin;\n`
    const copy = client.query(copyTo(`COPY ${target} TO STDOUT`))
    yield* copy
    rows += copy.rowCount
    yield '\\.\n'
  }
  yield* sequenceText(client)
  yield `${endMark}${rows}\n`
}

async function appliedMigrations(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    'SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY started_at',
  )
  return rows.map((row) => row.name)
}

async function describeDatabase(client: pg.Client): Promise<BackupAbout> {
  const { rows: found } = await client.query<{ there: boolean; postgres: string }>(
    `SELECT to_regclass('"Installation"') IS NOT NULL AS there, current_setting('server_version') AS postgres`,
  )
  const { rows } = found[0]?.there
    ? await client.query<{ installId: string; secretFingerprint: string }>(
        'SELECT "installId", "secretFingerprint" FROM "Installation"',
      )
    : { rows: [] }
  return {
    format: 2,
    takenAt: new Date().toISOString(),
    installId: rows[0]?.installId ?? null,
    secretFingerprint: rows[0]?.secretFingerprint ?? null,
    postgres: found[0]?.postgres ?? '',
  }
}

async function listTables(client: pg.Client): Promise<{ name: string; columns: string[] }[]> {
  const { rows } = await client.query<{ name: string; columns: string[] }>(`
    SELECT c.table_name AS name, array_agg(c.column_name::text ORDER BY c.ordinal_position) AS columns
    FROM information_schema.columns c
    JOIN information_schema.tables t USING (table_schema, table_name)
    WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'
      AND c.is_generated = 'NEVER' AND c.table_name <> '_prisma_migrations'
    GROUP BY c.table_name ORDER BY c.table_name`)
  return rows
}

/** Without this, rows inserted after a restore would get numbers that are taken. */
async function* sequenceText(client: pg.Client): AsyncGenerator<string> {
  const { rows } = await client.query<{ name: string; value: string }>(
    'SELECT sequencename AS name, last_value AS value FROM pg_sequences WHERE schemaname = current_schema() AND last_value IS NOT NULL',
  )
  for (const { name, value } of rows) yield `${sequenceStatement(name, value)}\n`
}
