// Our workspace images as one registry file, and what is left out of it.
import { createHash } from 'node:crypto'
import { audit } from '@/lib/db/audit'
import { agentsHolding, toFields } from '@/lib/db/image-views'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import { isLocalOnly } from '@/lib/domain/image-copies'
import { normalReference } from '@/lib/domain/image-reference'
import { assertCan } from '@/lib/domain/permissions'
import { type ExportRow, maxRegistryWorkspaces } from '@/lib/domain/workspace-registry'
import { type ExportedImage, leftOutOf, toKasmRegistry, toKasmWorkspace } from '@/lib/domain/write-registry'
import type { Deps } from './deps'

/** Null: all of them. */
type Chosen = { imageIds: string[] | null }

export async function exportRegistry(deps: Deps, actor: Actor, { imageIds }: Chosen): Promise<Record<string, unknown>> {
  assertCan(actor, 'image:manage')
  const images = await loadImages(deps, imageIds, true)
  if (imageIds !== null && images.length < new Set(imageIds).size)
    throw new DomainError('not_found', { message: 'One of these workspace images does not exist.' })
  const workspaces = images.map(({ image }) => {
    const workspace = toKasmWorkspace(image)
    return { ...workspace, sha: createHash('sha1').update(JSON.stringify(workspace)).digest('hex') }
  })
  const detail = { images: images.map(({ image }) => image.fields.name) }
  await audit(deps.db, actor, { verb: 'image.export', thingKind: 'image', thingId: 'registry', detail })
  return toKasmRegistry(`Workspaces of ${deps.config.publicUrl.host}`, workspaces, deps.clock.now())
}

/** For the page: what can be exported, and what of it stays here. */
export async function listExportable(deps: Deps, actor: Actor): Promise<ExportRow[]> {
  assertCan(actor, 'image:manage')
  const images = await loadImages(deps, null, false)
  return images.map(({ id, image }) => ({
    id,
    name: image.fields.name,
    reference: image.fields.reference,
    leftOut: leftOutOf(image),
  }))
}

async function loadImages(
  { db }: Deps,
  imageIds: string[] | null,
  withIcons: boolean,
): Promise<{ id: string; image: ExportedImage }[]> {
  const rows = await db.workspaceImage.findMany({
    ...(imageIds === null ? {} : { where: { id: { in: imageIds } } }),
    orderBy: [{ name: 'asc' }, { id: 'asc' }],
    take: maxRegistryWorkspaces,
  })
  const [held, icons] = await Promise.all([
    agentsHolding(
      db,
      rows.map((row) => row.reference),
    ),
    db.icon.findMany({ where: { id: { in: withIcons ? rows.flatMap((row) => row.iconId ?? []) : [] } } }),
  ])
  const iconOf = new Map(
    icons.map(({ id, mediaType, bytes }) => [id, `data:${mediaType};base64,${Buffer.from(bytes).toString('base64')}`]),
  )
  return rows.map((row) => {
    const reference = normalReference(row.reference)
    const agents = held.get(reference) ?? []
    const image = {
      fields: toFields(row),
      iconData: (row.iconId && iconOf.get(row.iconId)) || null,
      hasLogin: row.registryUser !== null,
      localOnly: isLocalOnly(
        reference,
        agents.map(({ digest }) => ({ reference, digest })),
      ),
      sizeBytes: agents[0]?.sizeBytes ?? null,
    }
    return { id: row.id, image }
  })
}
