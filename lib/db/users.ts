// People: rows, and what of them leaves the server.
import { DomainError } from '@/lib/domain/errors'
import type { UserRow, UserTableQuery, UserView } from '@/lib/domain/user-view'
import type { Db, Tx } from './client'
import { Prisma } from './generated/client'

export const userViewSelect = {
  id: true,
  name: true,
  displayName: true,
  role: true,
  disabledAt: true,
  mustChangePassword: true,
  createdAt: true,
  maxSessions: true,
  maxCpuMillis: true,
  maxMemoryBytes: true,
  maxGpus: true,
  timeLimitSeconds: true,
} satisfies Prisma.UserSelect

type UserViewRow = Prisma.UserGetPayload<{ select: typeof userViewSelect }>

export function toUserView({ disabledAt, createdAt, ...row }: UserViewRow): UserView {
  return { ...row, disabled: disabledAt !== null, createdAt: createdAt.toISOString() }
}

export async function getUserRow(tx: Tx, userId: string): Promise<UserViewRow> {
  const row = await tx.user.findUnique({ where: { id: userId }, select: userViewSelect })
  if (!row) throw new DomainError('not_found', { message: 'There is no such person.' })
  return row
}

export async function findUserByName(tx: Tx, name: string): Promise<UserView | null> {
  const row = await tx.user.findUnique({ where: { name: name.toLowerCase() }, select: userViewSelect })
  return row ? toUserView(row) : null
}

/** Waits for whoever else changes or deletes this person, until the transaction ends. False when there is nobody. */
export async function lockUser(tx: Tx, userId: string): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`SELECT id FROM "User" WHERE id = ${userId} FOR UPDATE`
  return rows.length > 0
}

/** Administrators who can sign in, without this one. */
export function countOtherAdmins(tx: Tx, userId: string): Promise<number> {
  return tx.user.count({ where: { role: 'admin', disabledAt: null, id: { not: userId } } })
}

export const liveSession = { state: { not: 'deleted' } } satisfies Prisma.SessionWhereInput

/** Sorted by what only SQL can count as well: sessions, and when someone was last here. */
export async function readUserTable(db: Db, query: UserTableQuery): Promise<{ items: UserRow[]; total: number }> {
  const where = matching(query)
  const direction = query.direction === 'desc' ? Prisma.sql`DESC NULLS LAST` : Prisma.sql`ASC NULLS FIRST`
  const [rows, counted] = await Promise.all([
    db.$queryRaw<{ id: string }[]>`
      SELECT u.id FROM "User" u WHERE ${where}
      ORDER BY ${orders[query.sort]} ${direction}, u."name" ASC
      LIMIT ${query.size} OFFSET ${(query.page - 1) * query.size}`,
    db.$queryRaw<{ total: bigint }[]>`SELECT count(*) AS total FROM "User" u WHERE ${where}`,
  ])
  const ids = rows.map((row) => row.id)
  return { items: await readUserRows(db, ids), total: Number(counted[0]?.total ?? 0) }
}

const orders: Record<UserTableQuery['sort'], Prisma.Sql> = {
  name: Prisma.sql`u."name"`,
  role: Prisma.sql`u."role"`,
  created: Prisma.sql`u."createdAt"`,
  sessions: Prisma.sql`(SELECT count(*) FROM "Session" s WHERE s."userId" = u.id AND s.state <> 'deleted')`,
  seen: Prisma.sql`(SELECT max(i."lastSeenAt") FROM "SignIn" i WHERE i."userId" = u.id)`,
}

function matching({ search, role, status }: UserTableQuery): Prisma.Sql {
  const pattern = `%${search.replace(/[\\%_]/g, '\\$&')}%`
  return Prisma.sql`(${search} = '' OR u."name" ILIKE ${pattern} OR u."displayName" ILIKE ${pattern})
    AND (${role} = 'any' OR u."role"::text = ${role})
    AND (${status} = 'any' OR (u."disabledAt" IS NULL) = (${status} = 'enabled'))`
}

/** In the order of the ids. */
export async function readUserRows(tx: Tx, ids: string[]): Promise<UserRow[]> {
  const rows = await tx.user.findMany({
    where: { id: { in: ids } },
    select: {
      ...userViewSelect,
      _count: { select: { sessions: { where: liveSession } } },
      signIns: { select: { lastSeenAt: true }, orderBy: { lastSeenAt: 'desc' }, take: 1 },
    },
  })
  const byId = new Map(
    rows.map(({ _count, signIns, ...row }) => [
      row.id,
      { ...toUserView(row), liveSessions: _count.sessions, lastSeenAt: signIns[0]?.lastSeenAt.toISOString() ?? null },
    ]),
  )
  return ids.flatMap((id) => byId.get(id) ?? [])
}
