// One workspace image with its parent, its holders and what it may do; administrators only.

import type { Tx } from '@/lib/db/client'
import { imageDetailInclude, toImageDetails } from '@/lib/db/image-views'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import { assertCan } from '@/lib/domain/permissions'
import type { ImageDetail } from '@/lib/domain/workspace-image-view'
import type { Deps } from './deps'

export async function getImage({ db }: Deps, actor: Actor, { imageId }: { imageId: string }): Promise<ImageDetail> {
  assertCan(actor, 'image:manage')
  return imageDetail(db, imageId)
}

export async function imageDetail(tx: Tx, imageId: string): Promise<ImageDetail> {
  const row = await tx.workspaceImage.findUnique({ where: { id: imageId }, include: imageDetailInclude })
  const [detail] = row ? await toImageDetails(tx, [row]) : []
  if (!detail) throw new DomainError('not_found', { message: 'There is no such workspace image.' })
  return detail
}
