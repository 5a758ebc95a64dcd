// Lists of agents for administrators: a searchable table, and pages for the API.
import { sourceNames } from '@/lib/db/agent-pulls'
import { agentDetailInclude, agentRowInclude, toAgentDetail, toAgentRow } from '@/lib/db/agent-views'
import { Prisma } from '@/lib/db/generated/client'
import { afterCursor, keysetOrder, keysetPage } from '@/lib/db/keyset'
import type { Actor } from '@/lib/domain/actor'
import type { AgentDetail, AgentRow, AgentTableQuery } from '@/lib/domain/agent-view'
import type { CursorPage, CursorQuery, TablePage } from '@/lib/domain/page'
import { assertCan } from '@/lib/domain/permissions'
import type { Deps } from './deps'

export async function pageAgents({ db }: Deps, actor: Actor, query: CursorQuery): Promise<CursorPage<AgentDetail>> {
  assertCan(actor, 'agent:view')
  const rows = await db.agent.findMany({
    where: { removedAt: null, ...afterCursor(query.cursor) },
    include: agentDetailInclude,
    orderBy: keysetOrder,
    take: query.limit + 1,
  })
  const { items, nextCursor } = keysetPage(rows, query.limit)
  const names = await sourceNames(
    db,
    items.flatMap((agent) => agent.pulls),
  )
  return { items: items.map((agent) => toAgentDetail(agent, names)), nextCursor }
}

export async function tableAgents({ db }: Deps, actor: Actor, query: AgentTableQuery): Promise<TablePage<AgentRow>> {
  assertCan(actor, 'agent:view')
  const contains = { contains: query.search, mode: Prisma.QueryMode.insensitive }
  const where: Prisma.AgentWhereInput = {
    removedAt: null,
    ...(query.search
      ? { OR: [{ name: contains }, { host: contains }, { engineName: contains }, { groups: { has: query.search } }] }
      : {}),
  }
  const { direction } = query
  const orders: Record<AgentTableQuery['sort'], Prisma.AgentOrderByWithRelationInput> = {
    name: { name: direction },
    status: { status: direction },
    cpu: { cpuMillisHeld: direction },
    memory: { memoryBytesHeld: direction },
    seen: { lastSeenAt: { sort: direction, nulls: 'last' } },
    sessions: { sessions: { _count: direction } },
  }
  const [rows, total] = await Promise.all([
    db.agent.findMany({
      where,
      include: agentRowInclude,
      orderBy: [orders[query.sort], { id: 'asc' }],
      skip: (query.page - 1) * query.size,
      take: query.size,
    }),
    db.agent.count({ where }),
  ])
  return { items: rows.map(toAgentRow), total, page: query.page, size: query.size }
}
