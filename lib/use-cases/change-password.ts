// A person replaces his own password. Every other sign-in of his ends; this one goes on.
import { audit } from '@/lib/db/audit'
import { endSignIns } from '@/lib/db/sign-ins'
import { claimAttempt, forgetAttempts } from '@/lib/db/throttle'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import { assertCan } from '@/lib/domain/permissions'
import type { PasswordChange } from '@/lib/domain/user'
import { hashPassword, verifyPassword } from '@/lib/secrets/password'
import type { Deps } from './deps'

export async function changePassword({ db, clock }: Deps, actor: Actor, input: PasswordChange): Promise<{ ended: number }> {
  assertCan(actor, 'account:manage', { userId: actor.id })
  // Someone at an unlocked screen must not guess the password faster here than on the sign-in page.
  const scope = { kind: 'name', value: actor.name } as const
  await claimAttempt(db, scope, clock.now())
  const { passwordHash: stored } = await db.user.findUniqueOrThrow({ where: { id: actor.id }, select: { passwordHash: true } })
  if (!(await verifyPassword(stored, input.present))) {
    throw new DomainError('wrong_password', { fields: { present: 'This is not your present password.' } })
  }
  await forgetAttempts(db, scope)
  if (input.next === input.present) {
    throw new DomainError('invalid_input', { fields: { next: 'Choose another password than the present one.' } })
  }
  const passwordHash = await hashPassword(input.next)
  return db.$transaction(async (tx) => {
    // Only over the password that was proven: a reset that came in between wins.
    const { count } = await tx.user.updateMany({
      where: { id: actor.id, passwordHash: stored },
      data: { passwordHash, mustChangePassword: false },
    })
    if (count === 0) throw new DomainError('conflict')
    const exceptId = actor.by.kind === 'signIn' ? actor.by.id : undefined
    const ended = await endSignIns(tx, { userId: actor.id, exceptId }, clock.now())
    await audit(tx, actor, { verb: 'user.change-password', thingKind: 'user', thingId: actor.id })
    return { ended }
  })
}
