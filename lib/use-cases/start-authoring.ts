// An authoring session: an administrator changes a workspace image by hand in it. Nothing outside of it is mounted, it is never ready in
// advance, and it counts as no launch of the image.
import { audit } from '@/lib/db/audit'
import { notify } from '@/lib/db/notify'
import { addEvent, placeWaiting } from '@/lib/db/place-queue'
import { placementTransaction } from '@/lib/db/placement-line'
import { sessionColumns, specOf } from '@/lib/db/session-spec'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import { newId } from '@/lib/domain/ids'
import { authoringSpec } from '@/lib/domain/image-save'
import { assertCan } from '@/lib/domain/permissions'
import type { SessionDetail } from '@/lib/domain/session'
import { claimGatewayPort } from './claim-gateway-port'
import type { Deps } from './deps'
import { getSession } from './get-session'
import { assertWithinLimits } from './user-limits'

export async function startAuthoring(deps: Deps, actor: Actor, { imageId }: { imageId: string }): Promise<SessionDetail> {
  assertCan(actor, 'image:manage')
  const now = deps.clock.now()
  const sessionId = await placementTransaction(deps.db, async (tx) => {
    const image = await tx.workspaceImage.findUnique({ where: { id: imageId } })
    if (!image) throw new DomainError('not_found', { message: 'There is no such workspace image.' })
    const gpuCount = image.requireGpu ? image.gpuCount : 0
    await assertWithinLimits(tx, actor.id, { cpuMillis: image.cpuMillis, memoryBytes: image.memoryBytes, gpus: gpuCount })
    const id = newId()
    await tx.session.create({
      data: {
        ...sessionColumns(image, null),
        id,
        userId: actor.id,
        spec: authoringSpec(specOf(image, null)),
        authoring: true,
        gpuCount,
        gatewayPort: await claimGatewayPort(tx, deps.config),
        queuedAt: now,
        createdAt: now,
      },
    })
    await addEvent(tx, id, now, 'launched', {})
    await addEvent(tx, id, now, 'authoring', {})
    await audit(tx, actor, { verb: 'image.author', thingKind: 'session', thingId: id, detail: { image: image.name, imageId } })
    await notify(tx, 'sessions', id)
    await placeWaiting(tx, now)
    return id
  })
  return getSession(deps, actor, { sessionId })
}
