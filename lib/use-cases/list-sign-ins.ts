// Where a person is signed in now.
import type { Actor } from '@/lib/domain/actor'
import { assertCan } from '@/lib/domain/permissions'
import type { SignInView } from '@/lib/domain/user-view'
import type { Deps } from './deps'

const mostShown = 100

export async function listSignIns({ db, clock }: Deps, actor: Actor): Promise<SignInView[]> {
  assertCan(actor, 'account:manage', { userId: actor.id })
  const rows = await db.signIn.findMany({
    where: { userId: actor.id, endedAt: null, expiresAt: { gt: clock.now() } },
    orderBy: { lastSeenAt: 'desc' },
    take: mostShown,
  })
  return rows.map((row) => ({
    id: row.id,
    createdAt: row.createdAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
    userAgent: row.userAgent,
    address: row.address,
    current: actor.by.kind === 'signIn' && actor.by.id === row.id,
  }))
}
