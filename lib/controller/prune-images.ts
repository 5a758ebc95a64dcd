// Removes from an agent what Berth brought there and nothing needs any more: what an administrator asked for, and what has not been needed for
// as long as the settings say.
import { audit } from '@/lib/db/audit'
import {
  type BroughtRow,
  imagesElsewhere,
  loadBrought,
  writeNotRemoved,
  writeRemoved,
  writeUnneeded,
} from '@/lib/db/brought-images'
import { holdsLease } from '@/lib/db/leases'
import { loadNeededImages } from '@/lib/db/needed-images'
import { readSettings } from '@/lib/db/settings'
import { isDomainError } from '@/lib/domain/errors'
import { unneededImages } from '@/lib/domain/unneeded-images'
import type { ActingAgent, ControllerDeps } from './controller-deps'

const dayMs = 86_400_000

export async function pruneImages(deps: ControllerDeps, acting: ActingAgent, signal: AbortSignal): Promise<void> {
  const { db, clock } = deps
  const agentId = acting.row.id
  if ((await loadBrought(db, agentId)).length === 0) return
  await writeUnneeded(db, agentId, await lookFor(deps, acting, signal), clock.now())
  const { removeUnusedImagesAfterDays: days } = await readSettings(db)
  const before = days === null ? null : new Date(clock.now().getTime() - days * dayMs)
  const isDue = ({ unneededSince, removalWantedAt }: BroughtRow) =>
    unneededSince !== null && (removalWantedAt !== null || (before !== null && unneededSince <= before))
  for (const row of (await loadBrought(db, agentId)).filter(isDue)) {
    // Looked at once more for each: between two of them somebody may have launched what the next one is needed for.
    if (!(await lookFor(deps, acting, signal)).has(row.imageId)) continue
    if (!(await holdsLease(db, acting.lease))) return
    await remove(deps, acting, row, signal)
  }
}

async function lookFor({ db }: ControllerDeps, { row, host }: ActingAgent, signal: AbortSignal): Promise<Set<string>> {
  const [images, inUse] = await Promise.all([host.images(signal), host.imagesInUse(signal)])
  const [needed, brought, elsewhere] = await Promise.all([
    loadNeededImages(db, row.id),
    loadBrought(db, row.id),
    imagesElsewhere(db, row.id),
  ])
  return needed === null ? new Set() : unneededImages({ images, brought, needed, inUse, elsewhere })
}

async function remove(deps: ControllerDeps, acting: ActingAgent, image: BroughtRow, signal: AbortSignal): Promise<void> {
  const { db, log } = deps
  const { agentId, imageId } = image
  try {
    await acting.host.removeImage(imageId, signal)
  } catch (error) {
    if (!isDomainError(error)) throw error
    await writeNotRemoved(db, { agentId, imageId }, error.message)
    return
  }
  await db.$transaction(async (tx) => {
    await writeRemoved(tx, { agentId, imageId })
    const detail = { name: acting.row.name, imageId, references: image.references, sizeBytes: image.sizeBytes }
    await audit(tx, null, { verb: 'agent.image-removed', thingKind: 'agent', thingId: agentId, detail })
  })
  log.info({ agent: acting.row.name, image: imageId, references: image.references }, 'Removed an image that nothing needs')
}
