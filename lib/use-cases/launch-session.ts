// Launch: one row appended to the queue, then placement in the same transaction. Docker is the controller's business.
import type { Tx } from '@/lib/db/client'
import type { WorkspaceImage } from '@/lib/db/generated/client'
import { addEvent, placeWaiting } from '@/lib/db/place-queue'
import { placementTransaction } from '@/lib/db/placement-line'
import { claimReady } from '@/lib/db/ready-rows'
import { keepsReady, sessionColumns } from '@/lib/db/session-spec'
import type { Actor } from '@/lib/domain/actor'
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
  return getSession(deps, actor, { sessionId: await appendLaunch(deps, actor, input) })
}

/** Answers the id alone: whoever goes to the session's page next reads it there, and the machine has better to do at this moment. */
export async function appendLaunch(deps: Deps, actor: Actor, input: LaunchSession): Promise<string> {
  assertCan(actor, 'session:launch')
  const now = deps.clock.now()
  // Limits, idempotency and the queue's order are all decided under the placement lock.
  return placementTransaction(deps.db, async (tx) => {
    const known = await findByKey(tx, actor, input)
    if (known) return known
    const image = await launchableImage(tx, actor, input.imageId)
    const gpus = launchGpus(image, input.gpuCount, await mostGpus(tx, actor, image))
    const wanted = { cpuMillis: image.cpuMillis, memoryBytes: image.memoryBytes, gpus }
    const { limits, usage } = await assertWithinLimits(tx, actor.id, wanted)
    const common = {
      userId: actor.id,
      idempotencyKey: input.idempotencyKey ?? null,
      gatewayPort: await claimGatewayPort(tx, deps.config),
      timeLimitSeconds: shortest(image.timeLimitSeconds, limits.timeLimitSeconds),
    }
    // More GPUs than the person may hold now wait in the queue, also where they are ready.
    if (mayClaim(image, gpus) && usage.gpus + gpus <= limits.gpus) {
      const claimed = await claimReady(tx, image, common, now)
      if (claimed) return claimed
    }
    const id = newId()
    await tx.session.create({
      data: {
        ...sessionColumns(image, input.timezone ?? null),
        ...common,
        id,
        gpuCount: gpus,
        homeId: await ensureHome(tx, actor.id, image),
        timeLimitExtendable: image.timeLimitExtendable,
        queuedAt: now,
        createdAt: now,
      },
    })
    await addEvent(tx, id, now, 'launched', {})
    // Tells the controller where it was placed; one that waits concerns nobody yet.
    await placeWaiting(tx, now)
    return id
  })
}

/** Ready ones have the largest number of GPUs that there is to choose. */
function mayClaim(image: WorkspaceImage, gpus: number): boolean {
  return image.enabled && keepsReady(image) && gpus === (image.requireGpu ? image.gpuCount : 0)
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
  // An administrator may try an image before it is switched on; to everybody else it does not even exist.
  if (!image || (!image.enabled && actor.role !== 'admin'))
    throw new DomainError('not_found', {
      message: 'There is no such workspace, or it was switched off.',
      hint: 'Choose another one, or ask an administrator.',
    })
  return image
}

function shortest(...limits: (number | null)[]): number | null {
  const set = limits.filter((limit): limit is number => limit !== null)
  return set.length > 0 ? Math.min(...set) : null
}
