// What a backup looks like: the migrations that make its tables in the first line, what it belongs to in the second, then psql's own COPY
// blocks, and an end mark with the number of rows. Only these statements are taken from a file: nothing in it is ever run as SQL.
import pg from 'pg'
import { z } from 'zod'
import { DomainError } from '@/lib/domain/errors'

export const migrationsMark = '-- migrations: '
export const aboutMark = '-- backup: '
export const endMark = '-- end of backup, rows: '
/** For psql, as a superuser: rows come in the order of the tables' names. Berth's own restore takes foreign keys away meanwhile. */
export const forPsql = 'SET session_replication_role = replica;'

const about = z.object({
  format: z.literal(2),
  takenAt: z.iso.datetime(),
  installId: z.string().nullable(),
  secretFingerprint: z.string().nullable(),
  postgres: z.string(),
})
export type BackupAbout = z.infer<typeof about>

/** Null where it is none; exports of format 1 have no such line. */
export function readAbout(line: string): BackupAbout | null {
  if (!line.startsWith(aboutMark)) return null
  const read = about.safeParse(JSON.parse(line.slice(aboutMark.length)))
  if (read.success) return read.data
  throw new DomainError('misconfigured', {
    message: 'The backup was written in a form that this version of Berth does not know.',
    hint: 'Restore it with the version that wrote it, or a newer one.',
  })
}

export type Statement =
  | { kind: 'copy'; table: string; columns: string[] }
  | { kind: 'sequence'; sequence: string; value: string }
  | { kind: 'end'; rows: number }
  | { kind: 'nothing' }

const identifier = '"((?:[^"]|"")+)"'
const copyLine = new RegExp(`^COPY ${identifier} \\((${identifier}(?:, ${identifier})*)\\) FROM stdin;$`)
const sequenceLine = new RegExp(`^SELECT setval\\('${identifier}', (\\d+)\\);$`)

/** Null for anything that a backup does not contain. */
export function readStatement(line: string): Statement | null {
  if (line === forPsql || line === '') return { kind: 'nothing' }
  if (line.startsWith(endMark)) return { kind: 'end', rows: Number(line.slice(endMark.length)) }
  const [, table, columns] = copyLine.exec(line) ?? []
  if (table && columns) {
    const names = columns.slice(1, -1).split('", "').map(unquote)
    return { kind: 'copy', table: unquote(table), columns: names }
  }
  const [, sequence, value] = sequenceLine.exec(line) ?? []
  return sequence && value ? { kind: 'sequence', sequence: unquote(sequence), value } : null
}

export function copyTarget(table: string, columns: readonly string[]): string {
  return `${pg.escapeIdentifier(table)} (${columns.map((name) => pg.escapeIdentifier(name)).join(', ')})`
}

export function sequenceStatement(sequence: string, value: string): string {
  return `SELECT setval(${pg.escapeLiteral(pg.escapeIdentifier(sequence))}, ${value});`
}

function unquote(name: string): string {
  return name.replaceAll('""', '"')
}
