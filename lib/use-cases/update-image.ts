// Changes a workspace image. Sessions that run keep what they were launched with.

import { retryPullsOf } from '@/lib/db/agent-pulls'
import { audit, lastActorName } from '@/lib/db/audit'
import type { Tx } from '@/lib/db/client'
import { askSoon } from '@/lib/db/image-tags'
import { toColumns, toFields } from '@/lib/db/image-views'
import { notify } from '@/lib/db/notify'
import { loginColumns } from '@/lib/db/registry-logins'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import { normalReference, registryOf } from '@/lib/domain/image-reference'
import { assertCan } from '@/lib/domain/permissions'
import type { RegistryLoginChange } from '@/lib/domain/registry-login'
import { differingFields, imagePrivileges, type WorkspaceImagePatch, WorkspaceImageSpec } from '@/lib/domain/workspace-image'
import type { ImageDetail } from '@/lib/domain/workspace-image-view'
import { assertIconExists } from './create-image'
import type { Deps } from './deps'
import { imageDetail } from './get-image'

/** `version`: the one the changes were made from; left out, the last writer wins. */
type UpdateImage = {
  imageId: string
  version?: number | undefined
  changes: WorkspaceImagePatch
  /** Left out: the login stays. */
  registry?: RegistryLoginChange
}

export async function updateImage(deps: Deps, actor: Actor, update: UpdateImage): Promise<ImageDetail> {
  const { imageId, version, changes, registry } = update
  assertCan(actor, 'image:manage')
  return deps.db.$transaction(async (tx) => {
    const row = await tx.workspaceImage.findUnique({ where: { id: imageId } })
    if (!row) throw new DomainError('not_found', { message: 'There is no such workspace image.' })
    const before = toFields(row)
    const fields = WorkspaceImageSpec.parse({ ...before, ...changes })
    const changed = differingFields(fields, before)
    if (version !== undefined && version !== row.version) throw await conflict(tx, row)
    if (changed.length === 0 && registry === undefined) return imageDetail(tx, imageId)
    await assertIconExists(tx, fields.iconId)
    const login = loginChange(deps, { row, reference: fields.reference, registry })
    const { count } = await tx.workspaceImage.updateMany({
      where: { id: imageId, version: row.version },
      data: {
        ...toColumns(fields),
        ...login,
        ...pinChange(row.reference, fields.reference),
        version: { increment: 1 },
      },
    })
    if (count === 0) throw await conflict(tx, row)
    if (registry !== undefined) await tryAgain(tx, fields.reference)
    const detail = {
      name: fields.name,
      changed: [...changed, ...(registry === undefined ? [] : ['registry'])],
      privileges: imagePrivileges(fields),
    }
    await notify(tx, 'ready', '')
    await audit(tx, actor, { verb: 'image.update', thingKind: 'image', thingId: imageId, detail })
    return imageDetail(tx, imageId)
  })
}

/** The new login may open what the old one did not. */
async function tryAgain(tx: Tx, reference: string): Promise<void> {
  await retryPullsOf(tx, reference)
  await askSoon(tx, normalReference(reference))
}

/** A build belongs to the repository whose tag was followed. */
function pinChange(before: string, after: string): { pinnedDigest?: null } {
  return normalReference(before) === normalReference(after) ? {} : { pinnedDigest: null }
}

type LoginChange = {
  row: { id: string; reference: string; registryUser: string | null }
  reference: string
  registry: RegistryLoginChange
}

/** A login is for one registry: under another name it would be shown to strangers. */
function loginChange(deps: Deps, { row, reference, registry }: LoginChange) {
  if (registry !== undefined) return loginColumns(deps.keys, row.id, registry)
  const [before, after] = [registryOf(row.reference), registryOf(reference)]
  if (row.registryUser === null || before === after) return {}
  throw new DomainError('invalid_input', {
    fields: { registry: `The stored login is for ${before}. Set one for ${after}, or remove it.` },
  })
}

async function conflict(tx: Tx, row: { id: string; name: string }): Promise<DomainError> {
  const who = await lastActorName(tx, 'image', row.id)
  return new DomainError('conflict', { message: `"${row.name}" was changed meanwhile${who ? ` by ${who}` : ''}.` })
}
