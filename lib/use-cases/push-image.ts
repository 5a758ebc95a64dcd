// Sends an image that an agent has to a registry that an administrator names. The engine of that agent connects there, never the portal.
import { audit } from '@/lib/db/audit'
import { loadImageHolders } from '@/lib/db/image-holders'
import { writePush } from '@/lib/db/image-pushes'
import { notify } from '@/lib/db/notify'
import { loginOfImage } from '@/lib/db/registry-logins'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import { newId } from '@/lib/domain/ids'
import { type ImageHolder, isLocalOnly, leadingBuild } from '@/lib/domain/image-copies'
import type { PushImage } from '@/lib/domain/image-push'
import { normalReference } from '@/lib/domain/image-reference'
import { assertCan } from '@/lib/domain/permissions'
import type { ImageDetail } from '@/lib/domain/workspace-image-view'
import type { Deps } from './deps'
import { imageDetail } from './get-image'

export async function pushImage(deps: Deps, actor: Actor, push: PushImage & { imageId: string }): Promise<ImageDetail> {
  assertCan(actor, 'image:manage')
  const { imageId } = push
  const reference = normalReference(push.reference)
  return deps.db.$transaction(async (tx) => {
    const row = await tx.workspaceImage.findUnique({ where: { id: imageId }, include: { push: true } })
    if (!row) throw new DomainError('not_found', { message: 'There is no such workspace image.' })
    if (row.push?.state === 'waiting' || row.push?.state === 'pushing')
      throw new DomainError('wrong_state', { message: 'It is being pushed already.', hint: 'Wait for it, or cancel it first.' })
    const name = normalReference(row.reference)
    const from = sourceOf(name, await loadImageHolders(tx, [name]))
    if (!from) {
      throw new DomainError('wrong_state', {
        message: 'No agent that answers has this image.',
        hint: 'An image is pushed from where it is. See at “On agents” where that would be.',
      })
    }
    const stored = await loginOfImage(tx, deps.keys, imageId, reference)
    const login = push.registry === undefined ? stored : push.registry
    const { agentId, imageId: dockerImageId } = from
    await writePush(tx, deps.keys, { imageId, id: newId(), agentId, dockerImageId, reference, login }, deps.clock.now())
    const detail = { name: row.name, reference, ...(login ? { registryUser: login.user } : {}) }
    await audit(tx, actor, { verb: 'image.push', thingKind: 'image', thingId: imageId, detail })
    await notify(tx, 'agents', agentId)
    return imageDetail(tx, imageId)
  })
}

/** The build that all agents follow; of one that a registry gave, whichever is there. */
function sourceOf(reference: string, holders: readonly ImageHolder[]): ImageHolder | null {
  const leading = isLocalOnly(reference, holders) ? leadingBuild(reference, holders) : null
  const able = holders.filter((holder) => holder.isUp && (leading === null || holder.imageId === leading))
  return able.find((holder) => !holder.copied) ?? able[0] ?? null
}
