// The first administrator of an installation: made once, whoever starts at the same time, and never where one exists already.
import { audit } from '@/lib/db/audit'
import { lock } from '@/lib/db/locks'
import { newId } from '@/lib/domain/ids'
import { hashPassword, newPassword } from '@/lib/secrets/password'
import type { Deps } from './deps'

export const firstAdminName = 'admin'

/** `password` is set only when it was made here: it is printed this once. */
export type FirstAdmin = { created: boolean; password: string | null }

export async function ensureFirstAdmin({ db, clock }: Deps, preset: { password?: string | null } = {}): Promise<FirstAdmin> {
  const password = preset.password ?? newPassword()
  const passwordHash = await hashPassword(password)
  const created = await db.$transaction(async (tx) => {
    await lock(tx, 'administrators')
    // Any person at all: an installation that once had people is never "first" again.
    if ((await tx.user.count()) > 0) return false
    const id = newId()
    const data = { id, name: firstAdminName, role: 'admin', passwordHash, createdAt: clock.now() } as const
    await tx.user.create({ data })
    await audit(tx, null, {
      verb: 'user.create',
      thingKind: 'user',
      thingId: id,
      detail: { name: firstAdminName, role: 'admin' },
    })
    return true
  })
  return { created, password: created && !preset.password ? password : null }
}
