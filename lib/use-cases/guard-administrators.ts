// Somebody must always be able to administer: checked under one lock, so that two administrators cannot remove each other at once.
import type { Tx } from '@/lib/db/client'
import { lock } from '@/lib/db/locks'
import { countOtherAdmins } from '@/lib/db/users'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'

type Target = { id: string; role: string; disabledAt: Date | null }

/** Take it before the person is read. */
export function lockAdministrators(tx: Tx): Promise<void> {
  return lock(tx, 'administrators')
}

/** Before an act after which the target can administer no more. */
export async function assertReplaceable(tx: Tx, actor: Actor, target: Target): Promise<void> {
  const administers = target.role === 'admin' && target.disabledAt === null
  if (administers && (await countOtherAdmins(tx, target.id)) === 0) throw new DomainError('last_administrator')
  if (target.id === actor.id) throw new DomainError('self_change', { hint: 'Ask another administrator.' })
}
