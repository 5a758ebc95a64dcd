// Puts an export back: the tables as the migrations of that time made them, then every row, in one transaction.

import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { DomainError } from '@/lib/domain/errors'
import { migrationsMark } from './export'
import { applyNamedMigrations } from './migrate'

type Options = { databaseUrl: string; migrationsDir: string; path: string }

/** Replaces everything in the database. What the export lacks of newer migrations is applied by the next `up`. */
export async function restoreDatabase({ databaseUrl, migrationsDir, path }: Options): Promise<void> {
  const lines = readLines(path)
  // What is not gzip at all fails here already.
  const first = await lines.next().catch(() => null)
  if (!first || first.done || !first.value.startsWith(migrationsMark)) {
    throw new DomainError('misconfigured', {
      message: `${path} is not an export of Berth.`,
      hint: 'Exports lie in the folder "backups" of the data directory.',
    })
  }
  const names = first.value.slice(migrationsMark.length).split(' ').filter(Boolean)
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 })
  await client.connect()
  try {
    await client.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public')
    await applyNamedMigrations(databaseUrl, migrationsDir, names)
    await client.query('BEGIN')
    await replay(client, lines)
    await client.query('COMMIT')
  } finally {
    await client.end()
  }
}

/** Node's readline would also split at U+2028, which COPY does not escape. */
async function* readLines(path: string): AsyncGenerator<string, void> {
  const text = pipeline(createReadStream(path), createGunzip(), () => undefined).setEncoding('utf8')
  let rest = ''
  for await (const chunk of text) {
    const lines = (rest + String(chunk)).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  if (rest !== '') yield rest
}

async function replay(client: pg.Client, lines: AsyncGenerator<string, void>): Promise<void> {
  for await (const statement of lines) {
    if (!statement.endsWith(' FROM stdin;')) await client.query(statement)
    else await copyRows(client, statement.replace(/ FROM stdin;$/, ' FROM STDIN'), lines)
  }
}

async function copyRows(client: pg.Client, statement: string, lines: AsyncGenerator<string, void>): Promise<void> {
  const copy = client.query(copyFrom(statement))
  const finished = once(copy, 'finish')
  for (let line = await lines.next(); !line.done && line.value !== '\\.'; line = await lines.next()) {
    if (!copy.write(`${line.value}\n`)) await once(copy, 'drain')
  }
  copy.end()
  await finished
}
