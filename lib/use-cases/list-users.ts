// Lists of people for administrators: a table with search and sort in SQL, and cursor pages for the API.
import { readUserRows, readUserTable } from '@/lib/db/users'
import type { Actor } from '@/lib/domain/actor'
import type { CursorPage, CursorQuery, TablePage } from '@/lib/domain/page'
import { assertCan } from '@/lib/domain/permissions'
import type { UserRow, UserTableQuery } from '@/lib/domain/user-view'
import type { Deps } from './deps'

export async function tableUsers({ db }: Deps, actor: Actor, query: UserTableQuery): Promise<TablePage<UserRow>> {
  assertCan(actor, 'user:view')
  return { ...(await readUserTable(db, query)), page: query.page, size: query.size }
}

export async function pageUsers({ db }: Deps, actor: Actor, query: CursorQuery): Promise<CursorPage<UserRow>> {
  assertCan(actor, 'user:view')
  const rows = await db.user.findMany({
    where: query.cursor === undefined ? {} : { id: { gt: query.cursor } },
    select: { id: true },
    orderBy: { id: 'asc' },
    take: query.limit + 1,
  })
  const items = await readUserRows(
    db,
    rows.slice(0, query.limit).map((row) => row.id),
  )
  return { items, nextCursor: rows.length > query.limit ? (items.at(-1)?.id ?? null) : null }
}
