// Deletes a workspace image. Refused while sessions of it hold anything; stopped ones go on without it.
import { audit } from '@/lib/db/audit'
import { lock } from '@/lib/db/locks'
import { endReady } from '@/lib/db/ready-rows'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import { assertCan } from '@/lib/domain/permissions'
import type { Deps } from './deps'
import { imageDetail } from './get-image'

export async function deleteImage(deps: Deps, actor: Actor, { imageId }: { imageId: string }): Promise<{ id: string }> {
  assertCan(actor, 'image:manage')
  return deps.db.$transaction(async (tx) => {
    // No launch of it may slip in between the check and the deletion.
    await lock(tx, 'placement')
    const image = await imageDetail(tx, imageId)
    if (image.liveSessions.length > 0) {
      const holders = [...new Set(image.liveSessions.map((session) => session.owner))].sort()
      throw new DomainError('image_in_use', {
        message: `${image.liveSessions.length} sessions of "${image.name}" still run, held by ${holders.join(', ')}.`,
        hint: 'Stop or delete these sessions first, or switch the workspace off so that no new one starts.',
      })
    }
    const ready = await tx.session.findMany({ where: { imageId, userId: null, state: { not: 'deleted' } }, select: { id: true } })
    await endReady(
      tx,
      ready.map(({ id }) => id),
      'renewed',
      deps.clock.now(),
    )
    await tx.workspaceImage.delete({ where: { id: imageId } })
    const detail = { name: image.name, reference: image.reference }
    await audit(tx, actor, { verb: 'image.delete', thingKind: 'image', thingId: imageId, detail })
    return { id: imageId }
  })
}
