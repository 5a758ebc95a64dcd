// An API key of one's own; only its hash is kept, so it is shown this once. An operator may make one for anybody.

import { toApiKeyView } from '@/lib/db/api-keys'
import { audit } from '@/lib/db/audit'
import { getUserRow } from '@/lib/db/users'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import { newId } from '@/lib/domain/ids'
import { assertCan } from '@/lib/domain/permissions'
import type { ApiKeyCreate, ApiKeyView } from '@/lib/domain/user-view'
import { hashToken, newToken } from '@/lib/secrets/tokens'
import type { Deps } from './deps'

const mostKeys = 100
const shownCharacters = 8

export type CreatedApiKey = { key: string; apiKey: ApiKeyView }

export async function createApiKey(
  { db, clock }: Deps,
  actor: Actor,
  { name, expiresInDays, userId = actor.id }: ApiKeyCreate & { userId?: string },
): Promise<CreatedApiKey> {
  if (actor.by.kind !== 'operator') assertCan(actor, 'account:manage', { userId })
  // A key that could make keys would outlive its own revocation.
  if (actor.by.kind === 'apiKey') throw new DomainError('forbidden', { message: 'API keys are made on the account page only.' })
  const now = clock.now()
  const key = `brt_${newToken()}`
  const row = await db.$transaction(async (tx) => {
    const user = await getUserRow(tx, userId)
    if ((await tx.apiKey.count({ where: { userId, revokedAt: null } })) >= mostKeys) {
      throw new DomainError('conflict', { message: `At most ${mostKeys} keys can exist at once.`, hint: 'Revoke one first.' })
    }
    const created = await tx.apiKey.create({
      data: {
        id: newId(),
        userId,
        name,
        prefix: key.slice(0, shownCharacters),
        hash: hashToken(key),
        createdAt: now,
        expiresAt: expiresInDays === null ? null : new Date(now.getTime() + expiresInDays * 86_400_000),
      },
    })
    const detail = { name, owner: user.name }
    await audit(tx, actor, { verb: 'api-key.create', thingKind: 'apiKey', thingId: created.id, detail })
    return created
  })
  return { key, apiKey: toApiKeyView(row) }
}
