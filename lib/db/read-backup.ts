// Reads a backup line by line, without ever holding it: what it is first, then its rows into tables that are there already.
import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { DomainError } from '@/lib/domain/errors'
import { type BackupAbout, copyTarget, migrationsMark, readAbout, readStatement, sequenceStatement } from './backup-format'

type Lines = AsyncGenerator<string, void>
export type Backup = { path: string; migrations: string[]; about: BackupAbout | null; lines: Lines }

export async function openBackup(path: string): Promise<Backup> {
  const lines = readLines(path)
  // What is not gzip at all fails here already.
  const first = await lines.next().catch(() => null)
  if (!first || first.done || !first.value.startsWith(migrationsMark)) {
    throw new DomainError('misconfigured', {
      message: `${path} is not a backup of Berth.`,
      hint: 'Backups that Berth made by itself lie in the folder "backups" of the data directory.',
    })
  }
  const migrations = first.value.slice(migrationsMark.length).split(' ').filter(Boolean)
  const second = await lines.next()
  return { path, migrations, about: second.done ? null : readAbout(second.value), lines }
}

/** Every row, in the caller's transaction. Throws where the file ends early or holds anything else. */
export async function replayBackup(client: pg.Client, { path, about, lines }: Backup): Promise<void> {
  let rows = 0
  let isWhole = about === null
  for await (const line of lines) {
    const statement = readStatement(line)
    if (!statement) throw damaged(path, `it holds a line that no backup has: ${line.slice(0, 80)}`)
    if (statement.kind === 'copy') rows += await copyRows(client, copyTarget(statement.table, statement.columns), lines)
    if (statement.kind === 'sequence') await client.query(sequenceStatement(statement.sequence, statement.value))
    if (statement.kind === 'end') isWhole = statement.rows === rows
  }
  if (!isWhole) throw damaged(path, 'its end is missing, or it does not hold as many rows as it says')
}

function damaged(path: string, why: string): DomainError {
  return new DomainError('misconfigured', {
    message: `The backup ${path} is damaged: ${why}.`,
    hint: 'Nothing was changed. Use another copy of it, or an older backup.',
  })
}

/** Node's readline would also split at U+2028, which COPY does not escape. */
async function* readLines(path: string): Lines {
  const text = pipeline(createReadStream(path), createGunzip(), () => undefined).setEncoding('utf8')
  let rest = ''
  try {
    for await (const chunk of text) {
      const lines = (rest + String(chunk)).split('\n')
      rest = lines.pop() ?? ''
      yield* lines
    }
  } catch (cause) {
    throw damaged(path, cause instanceof Error ? cause.message : String(cause))
  }
  if (rest !== '') yield rest
}

async function copyRows(client: pg.Client, target: string, lines: Lines): Promise<number> {
  const copy = client.query(copyFrom(`COPY ${target} FROM STDIN`))
  const finished = once(copy, 'finish')
  // Awaited below; a refusal that comes earlier must not count as unhandled.
  finished.catch(() => undefined)
  for (let line = await lines.next(); !line.done && line.value !== '\\.'; line = await lines.next()) {
    if (!copy.write(`${line.value}\n`)) await Promise.race([once(copy, 'drain'), finished])
  }
  copy.end()
  await finished
  return copy.rowCount
}
