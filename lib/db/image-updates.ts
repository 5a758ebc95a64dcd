// Says of every running session whether a new start would run another build. A fact about the session and no change of it, like the
// loss of a GPU: its version stays, so that nobody's click loses against it.
import { digestReference, normalReference } from '@/lib/domain/image-reference'
import { type ImageUpdate, imageUpdateOf } from '@/lib/domain/image-update'
import type { Tx } from './client'

export async function markImageUpdates(tx: Tx): Promise<void> {
  const kinds = await loadRunningKinds(tx)
  if (kinds.length === 0) return
  const named = await loadNamed(tx)
  const { idOf, isOn } = await loadBuilds(
    tx,
    kinds.flatMap(({ reference, pinnedDigest }) => (reference === null ? [] : [{ reference, pinnedDigest }])),
    named,
  )
  for (const kind of kinds) {
    const { reference, pinnedDigest, agentId, imageUpdate } = kind
    const now =
      reference === null
        ? null
        : imageUpdateOf(
            { reference: kind.launched, imageDigest: kind.imageDigest, dockerImageId: kind.dockerImageId },
            {
              reference,
              pinnedDigest,
              named: named.get(normalReference(reference)) ?? null,
              imageIdOf: (digest) => idOf(digestReference(reference, digest)),
              isHere: (digest) => isOn(agentId ?? '', digestReference(reference, digest)),
            },
          )
    if (now !== imageUpdate) await writeImageUpdate(tx, kind, now)
  }
}

/** Sessions that are alike in everything that decides: a fleet has thousands of sessions, and few kinds of them. */
type RunningKind = {
  agentId: string | null
  imageId: string | null
  launched: string
  dockerImageId: string
  imageDigest: string | null
  imageUpdate: ImageUpdate | null
  /** Of the workspace, as it is now; null where it is gone. */
  reference: string | null
  pinnedDigest: string | null
}

async function loadRunningKinds(tx: Tx): Promise<RunningKind[]> {
  return tx.$queryRaw<RunningKind[]>`
    SELECT s."agentId", s."imageId", s.spec->>'reference' AS launched, s."dockerImageId", s."imageDigest",
      s."imageUpdate"::text AS "imageUpdate", i.reference, i."pinnedDigest"
    FROM "Session" s LEFT JOIN "WorkspaceImage" i ON i.id = s."imageId"
    WHERE s.state IN ('starting', 'running', 'paused') AND s."containerId" IS NOT NULL AND s."dockerImageId" IS NOT NULL
    GROUP BY s."agentId", s."imageId", launched, s."dockerImageId", s."imageDigest", s."imageUpdate", i.reference, i."pinnedDigest"`
}

async function writeImageUpdate(tx: Tx, kind: RunningKind, now: ImageUpdate | null): Promise<void> {
  await tx.$executeRaw`
    UPDATE "Session" s SET "imageUpdate" = ${now}::"ImageUpdate"
    WHERE s.state IN ('starting', 'running', 'paused') AND s."containerId" IS NOT NULL AND s."dockerImageId" = ${kind.dockerImageId}
      AND s."agentId" IS NOT DISTINCT FROM ${kind.agentId} AND s."imageId" IS NOT DISTINCT FROM ${kind.imageId}
      AND s.spec->>'reference' = ${kind.launched} AND s."imageDigest" IS NOT DISTINCT FROM ${kind.imageDigest}
      AND s."imageUpdate" IS NOT DISTINCT FROM ${kind.imageUpdate}::"ImageUpdate"`
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
