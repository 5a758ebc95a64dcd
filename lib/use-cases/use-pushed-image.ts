// Points a workspace image at what was pushed of it, with the login of the push: from then on agents pull it from that registry.
import { loginOfPush } from '@/lib/db/image-pushes'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import { assertCan } from '@/lib/domain/permissions'
import type { ImageDetail } from '@/lib/domain/workspace-image-view'
import type { Deps } from './deps'
import { updateImage } from './update-image'

export async function usePushedImage(deps: Deps, actor: Actor, { imageId }: { imageId: string }): Promise<ImageDetail> {
  assertCan(actor, 'image:manage')
  const push = await deps.db.imagePush.findUnique({ where: { imageId } })
  if (push?.state !== 'done') throw new DomainError('wrong_state', { message: 'Nothing was pushed of it yet.' })
  return updateImage(deps, actor, { imageId, changes: { reference: push.reference }, registry: loginOfPush(deps.keys, push) })
}
