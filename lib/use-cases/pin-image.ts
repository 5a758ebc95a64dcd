// Pins a workspace image to one build of its history, which also is the way back to the one before; or lets it follow its tag again.
import { retryPullsOf } from '@/lib/db/agent-pulls'
import { audit } from '@/lib/db/audit'
import type { Tx } from '@/lib/db/client'
import { markImageUpdates } from '@/lib/db/image-updates'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import { digestReference, isTag, normalReference } from '@/lib/domain/image-reference'
import { assertCan } from '@/lib/domain/permissions'
import type { ImageDetail } from '@/lib/domain/workspace-image-view'
import type { Deps } from './deps'
import { imageDetail } from './get-image'

/** `digest`: null follows the tag. `version`: of the image whose builds were looked at; left out, the last writer wins. */
type PinImage = { imageId: string; digest: string | null; version?: number | undefined }

export async function pinImage(deps: Deps, actor: Actor, { imageId, digest, version }: PinImage): Promise<ImageDetail> {
  assertCan(actor, 'image:manage')
  return deps.db.$transaction(async (tx) => {
    const row = await tx.workspaceImage.findUnique({ where: { id: imageId } })
    if (!row) throw new DomainError('not_found', { message: 'There is no such workspace image.' })
    if (version !== undefined && version !== row.version)
      throw new DomainError('conflict', { message: `"${row.name}" was changed meanwhile.` })
    if (row.pinnedDigest === digest) return imageDetail(tx, imageId)
    if (digest !== null) await assertKnown(tx, row.reference, digest)
    // The fields of the form are not touched, so its version stays: nobody who edits them has to start over.
    const { count } = await tx.workspaceImage.updateMany({
      where: { id: imageId, version: row.version, pinnedDigest: row.pinnedDigest },
      data: { pinnedDigest: digest },
    })
    if (count === 0) throw new DomainError('conflict', { message: `"${row.name}" was changed meanwhile.` })
    if (digest !== null) await retryPullsOf(tx, row.reference)
    await markImageUpdates(tx)
    const detail = { name: row.name, digest, before: row.pinnedDigest }
    await audit(tx, actor, { verb: digest === null ? 'image.unpin' : 'image.pin', thingKind: 'image', thingId: imageId, detail })
    return imageDetail(tx, imageId)
  })
}

/** A build that nobody has seen would leave the workspace without a working image. */
async function assertKnown(tx: Tx, reference: string, digest: string): Promise<void> {
  if (!isTag(reference))
    throw new DomainError('wrong_state', { message: 'This reference names one build for ever: there is nothing to pin.' })
  const [named, held] = await Promise.all([
    tx.imageDigest.count({ where: { reference: normalReference(reference), digest } }),
    tx.agentImage.count({ where: { reference: digestReference(reference, digest), agent: { removedAt: null } } }),
  ])
  if (named + held > 0) return
  throw new DomainError('invalid_input', { fields: { digest: 'This build was never seen under this name.' } })
}
