// Cancels a push that is under way, or puts away what became of one. What the registry has taken stays there.
import { audit } from '@/lib/db/audit'
import type { Actor } from '@/lib/domain/actor'
import { assertCan } from '@/lib/domain/permissions'
import type { ImageDetail } from '@/lib/domain/workspace-image-view'
import type { Deps } from './deps'
import { imageDetail } from './get-image'

export async function forgetPush({ db }: Deps, actor: Actor, { imageId }: { imageId: string }): Promise<ImageDetail> {
  assertCan(actor, 'image:manage')
  return db.$transaction(async (tx) => {
    const { count } = await tx.imagePush.deleteMany({ where: { imageId } })
    const detail = await imageDetail(tx, imageId)
    if (count > 0)
      await audit(tx, actor, { verb: 'image.forget-push', thingKind: 'image', thingId: imageId, detail: { name: detail.name } })
    return detail
  })
}
