// One person, with what stands in the way of deleting him.
import { getUserRow, liveSession, readUserRows } from '@/lib/db/users'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import { assertCan } from '@/lib/domain/permissions'
import type { UserDetail, UserRef } from '@/lib/domain/user-view'
import type { Deps } from './deps'
import { homesOf } from './homes-of'

const mostShown = 100

export async function getUser({ db }: Deps, actor: Actor, { userId }: UserRef): Promise<UserDetail> {
  assertCan(actor, 'user:view')
  await getUserRow(db, userId)
  const [rows, sessions, homes, apiKeys] = await Promise.all([
    readUserRows(db, [userId]),
    db.session.findMany({
      where: { userId, ...liveSession },
      select: { id: true, imageName: true, state: true },
      orderBy: { createdAt: 'desc' },
      take: mostShown,
    }),
    homesOf(db, userId),
    db.apiKey.count({ where: { userId, revokedAt: null } }),
  ])
  const [row] = rows
  if (!row) throw new DomainError('not_found', { message: 'There is no such person.' })
  return { ...row, sessions, homes, apiKeys }
}
