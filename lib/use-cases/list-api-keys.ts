// One's own API keys, as far as they can be shown: never the key.
import { toApiKeyView } from '@/lib/db/api-keys'
import type { Actor } from '@/lib/domain/actor'
import { assertCan } from '@/lib/domain/permissions'
import type { ApiKeyView } from '@/lib/domain/user-view'
import type { Deps } from './deps'

export async function listApiKeys({ db }: Deps, actor: Actor): Promise<ApiKeyView[]> {
  assertCan(actor, 'account:manage', { userId: actor.id })
  const rows = await db.apiKey.findMany({ where: { userId: actor.id, revokedAt: null }, orderBy: { createdAt: 'desc' } })
  return rows.map(toApiKeyView)
}
