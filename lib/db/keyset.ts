// Cursor pages, newest first: by time of creation, then id, so that rows made meanwhile shift nothing.
import { DomainError } from '@/lib/domain/errors'

export const keysetOrder = [{ createdAt: 'desc' as const }, { id: 'desc' as const }]

type Keyed = { id: string; createdAt: Date }

export function toCursor(row: Keyed): string {
  return Buffer.from(`${row.createdAt.getTime()} ${row.id}`).toString('base64url')
}

export function afterCursor(cursor: string | undefined): {
  OR?: ({ createdAt: { lt: Date } } | { createdAt: Date; id: { lt: string } })[]
} {
  if (cursor === undefined) return {}
  const match = /^(\d{1,15}) ([a-z0-9]+)$/.exec(Buffer.from(cursor, 'base64url').toString('utf8'))
  if (!match?.[1] || !match[2]) throw new DomainError('invalid_input', { fields: { cursor: 'This cursor is not one of ours.' } })
  const createdAt = new Date(Number(match[1]))
  return { OR: [{ createdAt: { lt: createdAt } }, { createdAt, id: { lt: match[2] } }] }
}

/** `rows` holds one more than asked for when there is a next page. */
export function keysetPage<T extends Keyed>(rows: T[], limit: number): { items: T[]; nextCursor: string | null } {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, nextCursor: rows.length > limit && last ? toCursor(last) : null }
}
