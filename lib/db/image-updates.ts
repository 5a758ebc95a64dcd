// Says of every running session whether a new start would run another build. A fact about the session and no change of it, like the
// loss of a GPU: its version stays, so that nobody's click loses against it.
import type { SessionSpec } from '@/lib/domain/container-spec'
import { digestReference, normalReference } from '@/lib/domain/image-reference'
import { type ImageUpdate, imageUpdateOf } from '@/lib/domain/image-update'
import type { Tx } from './client'

export async function markImageUpdates(tx: Tx): Promise<void> {
  const sessions = await tx.session.findMany({
    where: { state: { in: ['starting', 'running', 'paused'] }, containerId: { not: null }, dockerImageId: { not: null } },
    select: {
      id: true,
      agentId: true,
      spec: true,
      dockerImageId: true,
      imageDigest: true,
      imageUpdate: true,
      image: { select: { reference: true, pinnedDigest: true } },
    },
  })
  if (sessions.length === 0) return
  const named = await loadNamed(tx)
  const { idOf, isOn } = await loadBuilds(
    tx,
    sessions.map(({ image }) => image).filter((image) => image !== null),
    named,
  )
  const changed = new Map<ImageUpdate | null, string[]>()
  for (const { id, agentId, spec, image, dockerImageId, imageDigest, imageUpdate } of sessions) {
    const running = { reference: (spec as SessionSpec).reference, imageDigest, dockerImageId: dockerImageId ?? '' }
    const now =
      image &&
      imageUpdateOf(running, {
        ...image,
        named: named.get(normalReference(image.reference)) ?? null,
        imageIdOf: (digest) => idOf(digestReference(image.reference, digest)),
        isHere: (digest) => isOn(agentId ?? '', digestReference(image.reference, digest)),
      })
    if (now !== imageUpdate) changed.set(now, [...(changed.get(now) ?? []), id])
  }
  for (const [imageUpdate, ids] of changed)
    await tx.session.updateMany({ where: { id: { in: ids }, containerId: { not: null } }, data: { imageUpdate } })
}

async function loadNamed(tx: Tx): Promise<Map<string, string>> {
  const tags = await tx.imageTag.findMany({ where: { digest: { not: null } }, select: { reference: true, digest: true } })
  return new Map(tags.flatMap(({ reference, digest }) => (digest ? [[reference, digest]] : [])))
}

type Named = { reference: string; pinnedDigest: string | null }

/** Where the builds are that these workspaces would run now. */
async function loadBuilds(tx: Tx, images: Named[], named: Map<string, string>) {
  const wanted = images.flatMap(({ reference, pinnedDigest }) => {
    const digest = pinnedDigest ?? named.get(normalReference(reference))
    return digest ? [digestReference(reference, digest)] : []
  })
  const held = await tx.agentImage.findMany({
    where: { reference: { in: [...new Set(wanted)] }, agent: { removedAt: null } },
    select: { agentId: true, reference: true, imageId: true },
  })
  const ids = new Map(held.map((row) => [row.reference, row.imageId]))
  const places = new Set(held.map((row) => `${row.agentId} ${row.reference}`))
  return {
    idOf: (reference: string) => ids.get(reference) ?? null,
    isOn: (agentId: string, reference: string) => places.has(`${agentId} ${reference}`),
  }
}
