// Ends one sign-in of one's own: from the list on the account page, or by signing out. Its streams close with it.
import { audit } from '@/lib/db/audit'
import { endSignIns } from '@/lib/db/sign-ins'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import { assertCan } from '@/lib/domain/permissions'
import type { SignInRef } from '@/lib/domain/user-view'
import type { Deps } from './deps'

export async function endSignIn({ db, clock }: Deps, actor: Actor, { signInId }: SignInRef): Promise<{ id: string }> {
  assertCan(actor, 'account:manage', { userId: actor.id })
  await db.$transaction(async (tx) => {
    const ended = await endSignIns(tx, { userId: actor.id, id: signInId }, clock.now())
    if (ended === 0) throw new DomainError('not_found', { message: 'There is no such sign-in, or it has ended already.' })
    await audit(tx, actor, { verb: 'sign-in.end', thingKind: 'signIn', thingId: signInId })
  })
  return { id: signInId }
}

/** Signing out: whoever holds the cookie may end what it stands for. Ending it twice is no error. */
export async function signOut({ db, clock }: Deps, signInId: string): Promise<void> {
  await db.$transaction(async (tx) => {
    const row = await tx.signIn.findUnique({
      where: { id: signInId },
      select: { userId: true, user: { select: { name: true } } },
    })
    if (!row) return
    const ended = await endSignIns(tx, { userId: row.userId, id: signInId }, clock.now())
    if (ended === 0) return
    const actor = { id: row.userId, name: row.user.name, by: { kind: 'signIn', id: signInId } } as const
    await audit(tx, actor, { verb: 'sign-out', thingKind: 'signIn', thingId: signInId })
  })
}
