// A new workspace image, from nothing or as a clone.

import { audit } from '@/lib/db/audit'
import type { Tx } from '@/lib/db/client'
import { toColumns, toFields } from '@/lib/db/image-views'
import { notify } from '@/lib/db/notify'
import { loginColumns, loginOfImage } from '@/lib/db/registry-logins'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import { newId } from '@/lib/domain/ids'
import { normalReference } from '@/lib/domain/image-reference'
import { assertCan } from '@/lib/domain/permissions'
import type { RegistryLogin, RegistryLoginChange } from '@/lib/domain/registry-login'
import {
  imagePrivileges,
  type WorkspaceImageFields,
  type WorkspaceImageInput,
  type WorkspaceImagePatch,
  WorkspaceImageSpec,
} from '@/lib/domain/workspace-image'
import type { ImageDetail } from '@/lib/domain/workspace-image-view'
import type { Deps } from './deps'
import { imageDetail } from './get-image'

export async function createImage(
  deps: Deps,
  actor: Actor,
  input: WorkspaceImageInput,
  registry?: RegistryLoginChange,
): Promise<ImageDetail> {
  assertCan(actor, 'image:manage')
  const fields = WorkspaceImageSpec.parse(input)
  return deps.db.$transaction((tx) => insertImage(tx, deps, actor, { fields, parentId: null, login: registry ?? null }))
}

/** `registry`: left out, the parent's login, as long as the reference stays in its registry. */
type CloneImage = { imageId: string; changes: WorkspaceImagePatch; registry?: RegistryLoginChange }

export async function cloneImage(deps: Deps, actor: Actor, { imageId, changes, registry }: CloneImage): Promise<ImageDetail> {
  assertCan(actor, 'image:manage')
  return deps.db.$transaction(async (tx) => {
    const parent = await tx.workspaceImage.findUnique({ where: { id: imageId } })
    if (!parent) throw new DomainError('not_found', { message: 'There is no such workspace image.' })
    const inherited = toFields(parent)
    const fields = WorkspaceImageSpec.parse({ ...inherited, name: `${inherited.name} (copy)`.slice(0, 80), ...changes })
    const login = registry === undefined ? await loginOfImage(tx, deps.keys, parent.id, fields.reference) : registry
    const isSame = normalReference(fields.reference) === normalReference(parent.reference)
    return insertImage(tx, deps, actor, { fields, parentId: parent.id, login, pinnedDigest: isSame ? parent.pinnedDigest : null })
  })
}

type NewImage = {
  fields: WorkspaceImageFields
  parentId: string | null
  login: RegistryLogin | null
  /** Where it comes from, for the audit. */
  from?: Record<string, string>
  /** A clone of what is pinned runs the same build. */
  pinnedDigest?: string | null
}

export async function insertImage(tx: Tx, deps: Deps, actor: Actor, image: NewImage): Promise<ImageDetail> {
  const { fields, parentId, login, from = {}, pinnedDigest = null } = image
  await assertIconExists(tx, fields.iconId)
  const id = newId()
  await tx.workspaceImage.create({
    data: {
      ...toColumns(fields),
      ...loginColumns(deps.keys, id, login),
      id,
      parentId,
      pinnedDigest,
      createdAt: deps.clock.now(),
    },
  })
  const detail = { name: fields.name, reference: fields.reference, privileges: imagePrivileges(fields), parentId, ...from }
  await notify(tx, 'ready', '')
  await audit(tx, actor, { verb: parentId ? 'image.clone' : 'image.create', thingKind: 'image', thingId: id, detail })
  return imageDetail(tx, id)
}

export async function assertIconExists(tx: Tx, iconId: string | null): Promise<void> {
  if (iconId !== null && (await tx.icon.count({ where: { id: iconId } })) === 0) {
    throw new DomainError('invalid_input', { fields: { iconId: 'There is no such picture. Upload it again.' } })
  }
}
