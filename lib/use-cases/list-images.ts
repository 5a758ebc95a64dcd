// Lists of workspace images for administrators: a searchable table, and pages for the API.
import type { Tx } from '@/lib/db/client'
import { Prisma } from '@/lib/db/generated/client'
import { agentsHolding, imageDetailInclude, toImageDetails } from '@/lib/db/image-views'
import { afterCursor, keysetOrder, keysetPage } from '@/lib/db/keyset'
import type { Actor } from '@/lib/domain/actor'
import { normalReference } from '@/lib/domain/image-reference'
import type { CursorPage, CursorQuery, TablePage } from '@/lib/domain/page'
import { assertCan } from '@/lib/domain/permissions'
import type { ImageDetail, ImageRow, ImageTableQuery } from '@/lib/domain/workspace-image-view'
import type { Deps } from './deps'

export async function pageImages({ db }: Deps, actor: Actor, query: CursorQuery): Promise<CursorPage<ImageDetail>> {
  assertCan(actor, 'image:manage')
  const rows = await db.workspaceImage.findMany({
    where: afterCursor(query.cursor),
    include: imageDetailInclude,
    orderBy: keysetOrder,
    take: query.limit + 1,
  })
  const { items, nextCursor } = keysetPage(rows, query.limit)
  return { items: await toImageDetails(db, items), nextCursor }
}

export async function tableImages({ db }: Deps, actor: Actor, query: ImageTableQuery): Promise<TablePage<ImageRow>> {
  assertCan(actor, 'image:manage')
  const contains = { contains: query.search, mode: Prisma.QueryMode.insensitive }
  const where: Prisma.WorkspaceImageWhereInput = {
    ...(query.search
      ? { OR: [{ name: contains }, { reference: contains }, { description: contains }, { categories: { has: query.search } }] }
      : {}),
    ...(query.category ? { categories: { has: query.category } } : {}),
    ...(query.enabled === 'any' ? {} : { enabled: query.enabled === 'yes' }),
  }
  const { direction } = query
  const orders: Record<ImageTableQuery['sort'], Prisma.WorkspaceImageOrderByWithRelationInput> = {
    name: { name: direction },
    updated: { updatedAt: direction },
    reference: { reference: direction },
    cpu: { cpuMillis: direction },
    memory: { memoryBytes: direction },
    enabled: { enabled: direction },
  }
  const [rows, total] = await Promise.all([
    db.workspaceImage.findMany({
      where,
      orderBy: [orders[query.sort], { id: 'asc' }],
      skip: (query.page - 1) * query.size,
      take: query.size,
    }),
    db.workspaceImage.count({ where }),
  ])
  const [held, live] = await Promise.all([
    agentsHolding(
      db,
      rows.map((row) => row.reference),
    ),
    liveCounts(
      db,
      rows.map((row) => row.id),
    ),
  ])
  const items = rows.map((row) => ({
    id: row.id,
    name: row.name,
    reference: row.reference,
    icon: { name: row.iconName, id: row.iconId },
    categories: row.categories,
    enabled: row.enabled,
    hidden: row.hidden,
    cpuMillis: row.cpuMillis,
    memoryBytes: row.memoryBytes,
    gpus: row.requireGpu ? row.gpuCount || ('all' as const) : 0,
    agents: (held.get(normalReference(row.reference)) ?? []).map(({ id, name }) => ({ id, name })),
    liveSessions: live.get(row.id) ?? 0,
    updatedAt: row.updatedAt.toISOString(),
  }))
  return { items, total, page: query.page, size: query.size }
}

async function liveCounts(tx: Tx, imageIds: string[]): Promise<Map<string, number>> {
  const groups = await tx.session.groupBy({
    by: ['imageId'],
    where: { imageId: { in: imageIds }, userId: { not: null }, state: { notIn: ['deleted', 'stopped', 'failed', 'lost'] } },
    _count: true,
  })
  return new Map(groups.flatMap((group) => (group.imageId ? [[group.imageId, group._count] as const] : [])))
}

/** Every category in use, for the filter. */
export async function listCategories({ db }: Deps, actor: Actor): Promise<string[]> {
  assertCan(actor, 'image:view')
  const rows = await db.$queryRaw<
    { category: string }[]
  >`SELECT DISTINCT unnest(categories) AS category FROM "WorkspaceImage" ORDER BY 1 LIMIT 200`
  return rows.map((row) => row.category)
}
