// The public half of the key that the portal shows to ssh servers: what goes into authorized_keys.
import { ensurePortalSshKey } from '@/lib/db/portal-ssh-key'
import type { Actor } from '@/lib/domain/actor'
import { assertCan } from '@/lib/domain/permissions'
import type { Deps } from './deps'

export async function readSshKey({ db, keys, clock }: Deps, actor: Actor): Promise<{ publicKey: string }> {
  assertCan(actor, 'agent:manage')
  const { publicKey } = await ensurePortalSshKey(db, keys, clock.now())
  return { publicKey }
}
