// Lists of people for administrators: a table with search and sort in SQL, and cursor pages for the API.
import { afterCursor, keysetOrder, keysetPage } from '@/lib/db/keyset'
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
    where: afterCursor(query.cursor),
    select: { id: true, createdAt: true },
    orderBy: keysetOrder,
    take: query.limit + 1,
  })
  const { items, nextCursor } = keysetPage(rows, query.limit)
  const ids = items.map((row) => row.id)
  return { items: await readUserRows(db, ids), nextCursor }
}
