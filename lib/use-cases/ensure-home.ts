// The home of a user for an image: made when first needed, kept when sessions end.
import type { Tx } from '@/lib/db/client'
import { newId } from '@/lib/domain/ids'
import type { HomePolicy } from '@/lib/domain/workspace-image'

export async function ensureHome(tx: Tx, userId: string, image: { id: string; homePolicy: HomePolicy }): Promise<string | null> {
  if (image.homePolicy === 'none') return null
  const scope = image.homePolicy === 'perUser' ? 'user' : `image:${image.id}`
  const known = await tx.home.findUnique({ where: { userId_scope: { userId, scope } }, select: { id: true } })
  if (known) return known.id
  const id = newId()
  await tx.home.create({
    data: { id, userId, scope, imageId: image.homePolicy === 'perUser' ? null : image.id, volumeName: `berth-home-${id}` },
  })
  return id
}
