// Keeps an uploaded picture, and gives it back. Its bytes are checked, never its name.
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import { iconMediaType } from '@/lib/domain/icon'
import { newId } from '@/lib/domain/ids'
import { assertCan } from '@/lib/domain/permissions'
import type { Deps } from './deps'

export async function storeIcon(
  { db, clock }: Deps,
  actor: Actor,
  { bytes }: { bytes: Uint8Array },
): Promise<{ iconId: string }> {
  assertCan(actor, 'image:manage')
  const mediaType = iconMediaType(bytes)
  const iconId = newId()
  await db.icon.create({ data: { id: iconId, mediaType, bytes: new Uint8Array(bytes), createdAt: clock.now() } })
  return { iconId }
}

export async function getIcon(
  { db }: Deps,
  actor: Actor,
  { iconId }: { iconId: string },
): Promise<{ mediaType: string; bytes: Uint8Array }> {
  assertCan(actor, 'image:view')
  const icon = await db.icon.findUnique({ where: { id: iconId }, select: { mediaType: true, bytes: true } })
  if (!icon) throw new DomainError('not_found', { message: 'There is no such picture.' })
  return icon
}
