// Revokes an API key of one's own at once, with the streams that it opened.
import { audit } from '@/lib/db/audit'
import { revokeGrants } from '@/lib/db/sign-ins'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import { assertCan } from '@/lib/domain/permissions'
import type { ApiKeyRef } from '@/lib/domain/user-view'
import type { Deps } from './deps'

export async function revokeApiKey({ db, clock }: Deps, actor: Actor, { apiKeyId }: ApiKeyRef): Promise<{ id: string }> {
  assertCan(actor, 'account:manage', { userId: actor.id })
  await db.$transaction(async (tx) => {
    const now = clock.now()
    const where = { id: apiKeyId, userId: actor.id, revokedAt: null }
    const { count } = await tx.apiKey.updateMany({ where, data: { revokedAt: now } })
    if (count === 0) throw new DomainError('not_found', { message: 'There is no such key, or it is revoked already.' })
    await revokeGrants(tx, { apiKeyId }, now)
    await audit(tx, actor, { verb: 'api-key.revoke', thingKind: 'apiKey', thingId: apiKeyId })
  })
  return { id: apiKeyId }
}
