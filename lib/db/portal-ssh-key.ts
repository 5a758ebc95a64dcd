// The portal's own key for ssh: made when it is first needed, encrypted at rest.
import type { Keys } from '@/lib/secrets/keys'
import { open, seal } from '@/lib/secrets/seal'
import { sealContext } from '@/lib/secrets/seal-contexts'
import { makeSshKey, type SshKeyPair } from '@/lib/secrets/ssh-keys'
import type { Tx } from './client'

/** There is one row. */
const only = 'this'

/** Two processes at once make one: whoever comes second finds it. */
export async function ensurePortalSshKey(tx: Tx, keys: Keys, now: Date): Promise<SshKeyPair> {
  const known = await tx.portalSshKey.findUnique({ where: { id: only } })
  if (!known) {
    const { publicKey, privateKey } = makeSshKey('berth portal')
    const keySealed = seal(keys, sealContext.portalSshKey(only), privateKey)
    await tx.portalSshKey.createMany({ data: { id: only, publicKey, keySealed, createdAt: now }, skipDuplicates: true })
  }
  const row = known ?? (await tx.portalSshKey.findUniqueOrThrow({ where: { id: only } }))
  return { publicKey: row.publicKey, privateKey: open(keys, sealContext.portalSshKey(only), row.keySealed) }
}
