// API keys: found by the hash of what was sent.
import type { ApiKeyView } from '@/lib/domain/user-view'
import type { Tx } from './client'
import type { ApiKey } from './generated/client'

const touchEveryMs = 60_000

/** The key and its person in one query; revoked and expired keys and disabled people are not found. */
export async function findLiveApiKey(tx: Tx, hash: string, now: Date) {
  return tx.apiKey.findFirst({
    where: { hash, revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }], user: { disabledAt: null } },
    select: { id: true, lastUsedAt: true, user: { select: { id: true, name: true, role: true, mustChangePassword: true } } },
  })
}

export async function touchApiKey(tx: Tx, key: { id: string; lastUsedAt: Date | null }, now: Date): Promise<void> {
  if (key.lastUsedAt !== null && now.getTime() - key.lastUsedAt.getTime() < touchEveryMs) return
  await tx.apiKey.updateMany({ where: { id: key.id }, data: { lastUsedAt: now } })
}

export function toApiKeyView(row: ApiKey): ApiKeyView {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    expiresAt: row.expiresAt?.toISOString() ?? null,
  }
}
