// Sign-ins: who is signed in where. Ending one also takes back the rights to desktops that it gave.
import type { Tx } from './client'
import type { Prisma } from './generated/client'
import { notify } from './notify'

/** A sign-in ends after this long without use. */
export const signInDays = 30
const touchEveryMs = 60_000

const person = { select: { id: true, name: true, role: true, mustChangePassword: true } } as const

/** The sign-in and its person in one query; ended, expired and disabled ones are not found. */
export async function findLiveSignIn(tx: Tx, id: string, now: Date) {
  return tx.signIn.findFirst({
    where: { id, endedAt: null, expiresAt: { gt: now }, user: { disabledAt: null } },
    select: { id: true, lastSeenAt: true, user: person },
  })
}

export function expiryFrom(now: Date): Date {
  return new Date(now.getTime() + signInDays * 86_400_000)
}

/** Slides the expiry, at most once a minute so that reading pages is not writing. */
export async function touchSignIn(tx: Tx, signIn: { id: string; lastSeenAt: Date }, now: Date): Promise<void> {
  if (now.getTime() - signIn.lastSeenAt.getTime() < touchEveryMs) return
  await tx.signIn.updateMany({
    where: { id: signIn.id, endedAt: null },
    data: { lastSeenAt: now, expiresAt: expiryFrom(now) },
  })
}

export type SignInScope = { userId: string; exceptId?: string | undefined } | { userId: string; id: string }

/** Ends sign-ins and closes the streams that they opened. Returns how many ended. */
export async function endSignIns(tx: Tx, scope: SignInScope, now: Date): Promise<number> {
  const where: Prisma.SignInWhereInput = { userId: scope.userId, endedAt: null }
  if ('id' in scope) where.id = scope.id
  else if (scope.exceptId !== undefined) where.id = { not: scope.exceptId }
  const ids = (await tx.signIn.findMany({ where, select: { id: true } })).map((row) => row.id)
  const { count } = await tx.signIn.updateMany({ where: { id: { in: ids }, endedAt: null }, data: { endedAt: now } })
  await revokeGrants(tx, { signInId: { in: ids } }, now)
  return count
}

export async function revokeGrants(tx: Tx, which: Prisma.GrantWhereInput, now: Date): Promise<void> {
  const { count } = await tx.grant.updateMany({ where: { AND: [which, { revokedAt: null }] }, data: { revokedAt: now } })
  if (count > 0) await notify(tx, 'grants', '')
}

/** Rows that nothing can use any more; without this they would outlive every other trace. */
export async function forgetOldSignIns(tx: Tx, userId: string, now: Date): Promise<void> {
  const longAgo = new Date(now.getTime() - signInDays * 86_400_000)
  await tx.signIn.deleteMany({ where: { userId, OR: [{ endedAt: { lt: longAgo } }, { expiresAt: { lt: longAgo } }] } })
}
