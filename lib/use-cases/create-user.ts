// A new person. Whoever gave the password, it is replaced at the first sign-in.
import { audit } from '@/lib/db/audit'
import { isUniqueViolation } from '@/lib/db/client'
import { toUserView, userViewSelect } from '@/lib/db/users'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import { newId } from '@/lib/domain/ids'
import { assertCan } from '@/lib/domain/permissions'
import type { UserCreate } from '@/lib/domain/user'
import type { UserView } from '@/lib/domain/user-view'
import { hashPassword, newPassword } from '@/lib/secrets/password'
import type { Deps } from './deps'

/** `password` is set when it was made here, and is shown this once. */
export type CreatedUser = { user: UserView; password: string | null }

export async function createUser({ db, clock }: Deps, actor: Actor, input: UserCreate): Promise<CreatedUser> {
  assertCan(actor, 'user:manage')
  const { password: given, ...fields } = input
  const password = given ?? newPassword()
  const passwordHash = await hashPassword(password)
  try {
    const row = await db.$transaction(async (tx) => {
      const user = await tx.user.create({
        data: { ...fields, id: newId(), passwordHash, mustChangePassword: true, createdAt: clock.now() },
        select: userViewSelect,
      })
      await audit(tx, actor, {
        verb: 'user.create',
        thingKind: 'user',
        thingId: user.id,
        detail: { name: user.name, role: user.role },
      })
      return user
    })
    return { user: toUserView(row), password: given === undefined ? password : null }
  } catch (cause) {
    if (!isUniqueViolation(cause)) throw cause
    throw new DomainError('name_taken', { fields: { name: 'That name is already in use.' }, cause })
  }
}
