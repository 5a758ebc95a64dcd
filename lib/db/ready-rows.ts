// Rows of sessions that are nobody's: which of them a launch could take, what they hold, and how they are told to end.

import { runReference } from '@/lib/domain/image-tag'
import type { ReadyHolding } from '@/lib/domain/ready-room'
import type { ReadyRow } from '@/lib/domain/ready-sessions'
import type { SessionEventCode } from '@/lib/domain/session-events'
import type { Tx } from './client'
import { Prisma, type WorkspaceImage } from './generated/client'
import { channels } from './notify'
import { specOf } from './session-spec'

/** Started from what the image is now, by the one schema in which images are stored: any change of it that a session would notice. */
function isOfImage(image: WorkspaceImage): Prisma.Sql {
  const gpus = image.requireGpu ? image.gpuCount : 0
  return Prisma.sql`(s."imageId" = ${image.id} AND s."cpuMillis" = ${image.cpuMillis}::int AND s."memoryBytes" = ${image.memoryBytes}::float8
    AND s."gpuCount" = ${gpus}::int AND s.spec = ${JSON.stringify(specOf(image, null))}::jsonb AND ${isLatestBuild(image)})`
}

/** A newer build that is on its way only is no reason to have none ready meanwhile. What was built on its agent has no digest to compare. */
function isLatestBuild(image: WorkspaceImage): Prisma.Sql {
  return Prisma.sql`(s."imageUpdate" IS NULL OR s."imageUpdate" IN ('newerComing', 'otherComing')) AND NOT EXISTS (
    SELECT 1 FROM "AgentImage" i WHERE i."agentId" = s."agentId" AND i.reference = ${runReference(image)} AND i.digest IS NULL
      AND i."imageId" <> s."dockerImageId" AND i."seenAt" > s."createdAt")`
}

/** Its agent takes launches of its kind, nobody has ever seen it, and it sees its GPUs. */
const isFresh = Prisma.sql`(s."userId" IS NULL AND s."firstViewerAt" IS NULL AND s."gpuLostAt" IS NULL AND a.enabled AND a."drainedAt" IS NULL AND a."removedAt" IS NULL
  AND (s.spec->>'agentGroup' IS NULL OR s.spec->>'agentGroup' = ANY(a.groups)) AND (s."readyGroup" IS NULL OR s."readyGroup" = ANY(a.groups)))`

export type PoolRow = ReadyRow & { imageId: string | null; readyGroup: string | null }

/** Every row that is nobody's, with whether a launch of its image would get just this. */
export async function loadPoolRows(tx: Tx, images: readonly WorkspaceImage[]): Promise<PoolRow[]> {
  const isCurrent = images.length === 0 ? Prisma.sql`false` : Prisma.join(images.map(isOfImage), ' OR ')
  return tx.$queryRaw<PoolRow[]>`
    SELECT s.id, s."imageId", s."readyGroup", s.state::text, s.wanted::text, s."createdAt", s."endedAt", COALESCE((${isCurrent}) AND ${isFresh}, false) AS "isCurrent"
    FROM "Session" s LEFT JOIN "Agent" a ON a.id = s."agentId"
    WHERE s."userId" IS NULL AND s.state <> 'deleted' ORDER BY s."createdAt", s.id`
}

/** What they hold, also while they are on their way out. */
export async function loadReadyHoldings(tx: Tx): Promise<ReadyHolding[]> {
  return tx.$queryRaw<ReadyHolding[]>`
    SELECT s.id AS "sessionId", s."agentId", s."cpuMillis", s."memoryBytes",
      (s.wanted <> 'running' OR s.state NOT IN ('starting', 'running')) AS leaving,
      COALESCE((SELECT json_agg(json_build_object('gpuId', h."gpuId", 'slot', h.slot)) FROM "GpuHold" h WHERE h."sessionId" = s.id), '[]') AS gpus
    FROM "Session" s WHERE s."userId" IS NULL AND s.held AND s."agentId" IS NOT NULL ORDER BY s."createdAt", s.id`
}

/** Only what is still nobody's. Whoever calls it holds the placement lock, as a claim does. */
export async function endReady(tx: Tx, ids: readonly string[], code: SessionEventCode, now: Date): Promise<void> {
  if (ids.length === 0) return
  await tx.$queryRaw`
    WITH ended AS (
      UPDATE "Session" SET wanted = 'deleted', version = version + 1, "updatedAt" = ${now}
      WHERE id = ANY(${[...ids]}) AND "userId" IS NULL AND wanted <> 'deleted' RETURNING id
    ), event AS (
      INSERT INTO "SessionEvent" ("sessionId", at, code) SELECT id, ${now}, ${code} FROM ended
    )
    SELECT pg_notify(${channels.sessions}, id)::text FROM ended`
}

type Claim = {
  userId: string
  idempotencyKey: string | null
  gatewayPort: number | null
  timeLimitSeconds: number | null
}

/**
 * One ready session becomes somebody's, by one compare-and-set; null where there is none. Its container is left alone: its password is known
 * to nobody but the gateway, and no right to it exists before this. What it holds is its new owner's from now on.
 */
export async function claimReady(tx: Tx, image: WorkspaceImage, claim: Claim, now: Date): Promise<string | null> {
  const endsAt = claim.timeLimitSeconds === null ? null : new Date(now.getTime() + claim.timeLimitSeconds * 1000)
  const [row] = await tx.$queryRaw<{ id: string }[]>`
    UPDATE "Session" SET "userId" = ${claim.userId}, "idempotencyKey" = ${claim.idempotencyKey}, "gatewayPort" = ${claim.gatewayPort}::int,
      "timeLimitSeconds" = ${claim.timeLimitSeconds}::int, "timeLimitExtendable" = ${image.timeLimitExtendable}, "endsAt" = ${endsAt},
      "imageName" = ${image.name}, "iconName" = ${image.iconName}, "iconId" = ${image.iconId},
      "claimedAt" = ${now}, "createdAt" = ${now}, "startedAt" = ${now}, version = version + 1, "updatedAt" = ${now}
    WHERE "userId" IS NULL AND id = (
      SELECT s.id FROM "Session" s JOIN "Agent" a ON a.id = s."agentId"
      WHERE ${isOfImage(image)} AND ${isFresh} AND a.status = 'up' AND s.state = 'running' AND s.wanted = 'running' AND s.held
        AND s."reachHost" IS NOT NULL AND s."credentialSealed" IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM "Grant" g WHERE g."sessionId" = s.id)
      ORDER BY s."startedAt", s.id LIMIT 1 FOR UPDATE OF s SKIP LOCKED)
    RETURNING id`
  if (!row) return null
  await tx.$executeRaw`
    WITH before AS (UPDATE "GpuUse" SET until = ${now} WHERE "sessionId" = ${row.id} AND until IS NULL)
    INSERT INTO "GpuUse" ("gpuId", "sessionId", "userId", "userName", "imageName", since)
    SELECT h."gpuId", h."sessionId", u.id, u.name, ${image.name}, ${now} FROM "GpuHold" h, "User" u
    WHERE h."sessionId" = ${row.id} AND u.id = ${claim.userId}`
  await tx.sessionEvent.createMany({
    data: (['launched', 'claimed'] as const).map((code) => ({ sessionId: row.id, at: now, code, params: {} })),
  })
  await tx.$executeRaw`SELECT pg_notify(${channels.ready}, '')`
  return row.id
}
