// Lists of sessions: mine for the launcher, pages for the API, a searchable table for administrators.
import type { Prisma } from '@/lib/db/generated/client'
import { afterCursor, keysetOrder, keysetPage } from '@/lib/db/keyset'
import { sessionViewSelect, toSessionView } from '@/lib/db/session-views'
import type { Actor } from '@/lib/domain/actor'
import type { SessionTableQuery } from '@/lib/domain/agent-view'
import type { CursorPage, CursorQuery, TablePage } from '@/lib/domain/page'
import { assertCan } from '@/lib/domain/permissions'
import type { SessionFilter, SessionView } from '@/lib/domain/session'
import type { Deps } from './deps'

// Stopped, failed and lost ones can still be taken up again, so they are not ended.
const filters: Record<SessionFilter, Prisma.SessionWhereInput> = {
  live: { state: { not: 'deleted' } },
  ended: { state: 'deleted' },
  all: {},
}

const mostShown = 200

export async function listMySessions({ db }: Deps, actor: Actor, { filter }: { filter: SessionFilter }): Promise<SessionView[]> {
  const rows = await db.session.findMany({
    where: { userId: actor.id, ...filters[filter] },
    select: sessionViewSelect,
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: mostShown,
  })
  return rows.map((row) => toSessionView(row, actor))
}

type SessionPageQuery = CursorQuery & { filter: SessionFilter; all?: boolean }

export async function pageSessions({ db }: Deps, actor: Actor, query: SessionPageQuery): Promise<CursorPage<SessionView>> {
  if (query.all) assertCan(actor, 'session:list-all')
  const rows = await db.session.findMany({
    where: { AND: [query.all ? {} : { userId: actor.id }, filters[query.filter], afterCursor(query.cursor)] },
    select: sessionViewSelect,
    orderBy: keysetOrder,
    take: query.limit + 1,
  })
  const { items, nextCursor } = keysetPage(rows, query.limit)
  return { items: items.map((row) => toSessionView(row, actor)), nextCursor }
}

export async function tableSessions({ db }: Deps, actor: Actor, query: SessionTableQuery): Promise<TablePage<SessionView>> {
  assertCan(actor, 'session:list-all')
  const contains = { contains: query.search, mode: 'insensitive' as const }
  const where: Prisma.SessionWhereInput = {
    ...filters[query.filter],
    ...(query.search
      ? { OR: [{ imageName: contains }, { user: { name: contains } }, { agent: { name: contains } }, { id: query.search }] }
      : {}),
  }
  const { direction } = query
  const orders: Record<SessionTableQuery['sort'], Prisma.SessionOrderByWithRelationInput> = {
    created: { createdAt: direction },
    owner: { user: { name: direction } },
    image: { imageName: direction },
    state: { state: direction },
    agent: { agent: { name: direction } },
    // Those that nobody ever used come with the longest unused.
    input: { lastInputAt: { sort: direction, nulls: direction === 'asc' ? 'first' : 'last' } },
  }
  const [rows, total] = await Promise.all([
    db.session.findMany({
      where,
      select: sessionViewSelect,
      orderBy: [orders[query.sort], { id: 'desc' }],
      skip: (query.page - 1) * query.size,
      take: query.size,
    }),
    db.session.count({ where }),
  ])
  return { items: rows.map((row) => toSessionView(row, actor)), total, page: query.page, size: query.size }
}
