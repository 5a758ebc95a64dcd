// Changes a workspace image. Sessions that run keep what they were launched with.

import { audit, lastActorName } from '@/lib/db/audit'
import type { Tx } from '@/lib/db/client'
import { toColumns, toFields } from '@/lib/db/image-views'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import { assertCan } from '@/lib/domain/permissions'
import { differingFields, imagePrivileges, type WorkspaceImagePatch, WorkspaceImageSpec } from '@/lib/domain/workspace-image'
import type { ImageDetail } from '@/lib/domain/workspace-image-view'
import { assertIconExists } from './create-image'
import type { Deps } from './deps'
import { imageDetail } from './get-image'

/** `version`: the one the changes were made from; left out, the last writer wins. */
type UpdateImage = { imageId: string; version?: number | undefined; changes: WorkspaceImagePatch }

export async function updateImage(deps: Deps, actor: Actor, { imageId, version, changes }: UpdateImage): Promise<ImageDetail> {
  assertCan(actor, 'image:manage')
  return deps.db.$transaction(async (tx) => {
    const row = await tx.workspaceImage.findUnique({ where: { id: imageId } })
    if (!row) throw new DomainError('not_found', { message: 'There is no such workspace image.' })
    const before = toFields(row)
    const fields = WorkspaceImageSpec.parse({ ...before, ...changes })
    const changed = differingFields(fields, before)
    if (version !== undefined && version !== row.version) throw await conflict(tx, row)
    if (changed.length === 0) return imageDetail(tx, imageId)
    await assertIconExists(tx, fields.iconId)
    const { count } = await tx.workspaceImage.updateMany({
      where: { id: imageId, version: row.version },
      data: { ...toColumns(fields), version: { increment: 1 } },
    })
    if (count === 0) throw await conflict(tx, row)
    const detail = { name: fields.name, changed, privileges: imagePrivileges(fields) }
    await audit(tx, actor, { verb: 'image.update', thingKind: 'image', thingId: imageId, detail })
    return imageDetail(tx, imageId)
  })
}

async function conflict(tx: Tx, row: { id: string; name: string }): Promise<DomainError> {
  const who = await lastActorName(tx, 'image', row.id)
  return new DomainError('conflict', { message: `"${row.name}" was changed meanwhile${who ? ` by ${who}` : ''}.` })
}
