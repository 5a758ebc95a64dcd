// Launch: one row appended to the queue, then placement in the same transaction. Docker is the controller's business.
import type { Tx } from '@/lib/db/client'
import type { WorkspaceImage } from '@/lib/db/generated/client'
import { notify } from '@/lib/db/notify'
import { addEvent, placeWaiting } from '@/lib/db/place-queue'
import { placementTransaction } from '@/lib/db/placement-line'
import type { Actor } from '@/lib/domain/actor'
import type { SessionSpec } from '@/lib/domain/container-spec'
import { DomainError } from '@/lib/domain/errors'
import { newId } from '@/lib/domain/ids'
import { gpuChoices, launchGpus } from '@/lib/domain/launch-gpus'
import { assertCan } from '@/lib/domain/permissions'
import type { LaunchSession, SessionDetail } from '@/lib/domain/session'
import { claimGatewayPort } from './claim-gateway-port'
import type { Deps } from './deps'
import { ensureHome } from './ensure-home'
import { getSession } from './get-session'
import { assertWithinLimits, effectiveLimits } from './user-limits'

export async function launchSession(deps: Deps, actor: Actor, input: LaunchSession): Promise<SessionDetail> {
  assertCan(actor, 'session:launch')
  const now = deps.clock.now()
  // Limits, idempotency and the queue's order are all decided under the placement lock.
  const sessionId = await placementTransaction(deps.db, async (tx) => {
    const known = await findByKey(tx, actor, input)
    if (known) return known
    const image = await launchableImage(tx, actor, input.imageId)
    const gpus = launchGpus(image, input.gpuCount, await mostGpus(tx, actor, image))
    const limits = await assertWithinLimits(tx, actor.id, { cpuMillis: image.cpuMillis, memoryBytes: image.memoryBytes, gpus })
    const id = newId()
    await tx.session.create({
      data: {
        id,
        userId: actor.id,
        imageId: image.id,
        imageName: image.name,
        iconName: image.iconName,
        iconId: image.iconId,
        spec: specOf(image, input.timezone ?? null),
        cpuMillis: image.cpuMillis,
        memoryBytes: image.memoryBytes,
        gpuCount: gpus,
        needsAllGpus: image.requireGpu && image.gpuCount === 0,
        idempotencyKey: input.idempotencyKey ?? null,
        homeId: await ensureHome(tx, actor.id, image),
        gatewayPort: await claimGatewayPort(tx, deps.config),
        timeLimitSeconds: shortest(image.timeLimitSeconds, limits.timeLimitSeconds),
        timeLimitExtendable: image.timeLimitExtendable,
        queuedAt: now,
        createdAt: now,
      },
    })
    await addEvent(tx, id, now, 'launched', {})
    await notify(tx, 'sessions', id)
    await placeWaiting(tx, now)
    return id
  })
  return getSession(deps, actor, { sessionId })
}

/** Asked only where there is a choice: everybody behind waits for each question. */
async function mostGpus(tx: Tx, actor: Actor, image: WorkspaceImage): Promise<number> {
  return gpuChoices(image).length > 0 ? (await effectiveLimits(tx, actor.id)).gpus : 0
}

async function findByKey(tx: Tx, actor: Actor, { idempotencyKey }: LaunchSession): Promise<string | null> {
  if (idempotencyKey === undefined) return null
  const row = await tx.session.findUnique({
    where: { userId_idempotencyKey: { userId: actor.id, idempotencyKey } },
    select: { id: true, state: true },
  })
  if (row?.state === 'deleted') {
    throw new DomainError('conflict', { message: 'The session of this idempotency key was deleted.', hint: 'Use a new key.' })
  }
  return row?.id ?? null
}

async function launchableImage(tx: Tx, actor: Actor, imageId: string): Promise<WorkspaceImage> {
  const image = await tx.workspaceImage.findUnique({ where: { id: imageId } })
  if (!image) throw new DomainError('not_found', { message: 'There is no such workspace.' })
  // An administrator may try an image before it is switched on.
  if (!image.enabled && actor.role !== 'admin') throw new DomainError('image_disabled')
  return image
}

export function specOf(image: WorkspaceImage, timezone: string | null): SessionSpec {
  return {
    reference: image.reference,
    pinnedDigest: image.pinnedDigest,
    shmBytes: image.shmBytes,
    environment: image.environment as SessionSpec['environment'],
    homePolicy: image.homePolicy,
    volumes: image.volumes as SessionSpec['volumes'],
    dockerOptions: image.dockerOptions as SessionSpec['dockerOptions'],
    agentGroup: image.agentGroup,
    gpuMemoryBytesMin: image.gpuMemoryBytesMin,
    gpuModelPattern: image.gpuModelPattern,
    gpuOptional: image.requireGpu && image.gpuOptional,
    timezone,
  }
}

function shortest(...limits: (number | null)[]): number | null {
  const set = limits.filter((limit): limit is number => limit !== null)
  return set.length > 0 ? Math.min(...set) : null
}
