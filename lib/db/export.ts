// A logical export of the whole database in one snapshot: psql's own text (COPY … FROM stdin), gzipped.
// The embedded PostgreSQL ships no pg_dump. Tables are not described in it: the migrations named in its first line make them.
import { createWriteStream, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import type { Log } from '@/lib/log'

type Options = { databaseUrl: string; directory: string; log: Log }

export async function exportDatabase({ databaseUrl, directory, log }: Options): Promise<string> {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const path = join(directory, `berth-${new Date().toISOString().replaceAll(/[:.]/g, '-')}.sql.gz`)
  const unfinished = `${path}.unfinished`
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 })
  await client.connect()
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    await pipeline(Readable.from(exportText(client)), createGzip(), createWriteStream(unfinished, { mode: 0o600 }))
    await client.query('COMMIT')
    renameSync(unfinished, path)
  } finally {
    await client.end()
    rmSync(unfinished, { force: true })
  }
  log.info({ path }, `Exported the database to ${path}`)
  return path
}

export const migrationsMark = '-- migrations: '

async function* exportText(client: pg.Client): AsyncGenerator<string | Buffer> {
  yield `${migrationsMark}${(await appliedMigrations(client)).join(' ')}\n`
  yield 'SET session_replication_role = replica;\n'
  for (const { name, columns } of await listTables(client)) {
    const target = `${pg.escapeIdentifier(name)} (${columns.map(pg.escapeIdentifier).join(', ')})`
    yield `COPY ${target} FROM stdin;\n`
    yield* client.query(copyTo(`COPY ${target} TO STDOUT`))
    yield '\\.\n'
  }
  yield* sequenceText(client)
}

async function appliedMigrations(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    'SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY started_at',
  )
  return rows.map((row) => row.name)
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
  for (const { name, value } of rows) yield `SELECT setval(${pg.escapeLiteral(pg.escapeIdentifier(name))}, ${value});\n`
}
