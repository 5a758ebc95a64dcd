// An administrator gives someone a new random password, shown once. Until it is replaced, nothing else is possible, API keys included.
import { audit } from '@/lib/db/audit'
import { endSignIns } from '@/lib/db/sign-ins'
import { getUserRow } from '@/lib/db/users'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import { assertCan } from '@/lib/domain/permissions'
import type { UserRef } from '@/lib/domain/user-view'
import { hashPassword, newPassword } from '@/lib/secrets/password'
import type { Deps } from './deps'

export async function resetPassword({ db, clock }: Deps, actor: Actor, { userId }: UserRef): Promise<{ password: string }> {
  assertCan(actor, 'user:manage')
  if (userId === actor.id) throw new DomainError('self_change', { hint: 'Change your own password on the account page.' })
  await getUserRow(db, userId)
  const password = newPassword()
  const passwordHash = await hashPassword(password)
  await db.$transaction(async (tx) => {
    const { name } = await getUserRow(tx, userId)
    await tx.user.update({ where: { id: userId }, data: { passwordHash, mustChangePassword: true } })
    await endSignIns(tx, { userId }, clock.now())
    await audit(tx, actor, { verb: 'user.reset-password', thingKind: 'user', thingId: userId, detail: { name } })
  })
  return { password }
}
