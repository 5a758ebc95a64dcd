// Reads what placement decides on: the waiting sessions, the fleet with its holdings, and what users hold already.
// Plain SQL, one statement each: all of it is read under the placement lock, while every other launch waits.
import { isDiskLow } from '@/lib/domain/agent'
import type { SessionSpec } from '@/lib/domain/container-spec'
import { fits } from '@/lib/domain/disk-room'
import { runReference } from '@/lib/domain/image-tag'
import type { PlacementAgent, PlacementGpu, PlacementNeeds } from '@/lib/domain/placement'
import type { QueuedNeeds } from '@/lib/domain/placement-queue'
import { StoredSettings } from '@/lib/domain/settings'
import type { Tx } from './client'
import { Prisma } from './generated/client'

export type QueueRow = {
  needs: QueuedNeeds
  version: number
  position: number | null
  reasons: unknown
}

type QueuedRow = {
  id: string
  userId: string
  cpuMillis: number
  memoryBytes: number
  gpuCount: number
  needsAllGpus: boolean
  spec: SessionSpec
  homeId: string | null
  homeAgentId: string | null
  since: Date
  version: number
  queuePosition: number | null
  reasons: unknown
}

export async function loadQueue(tx: Tx, now: Date): Promise<QueueRow[]> {
  const rows = await tx.$queryRaw<QueuedRow[]>`
    SELECT s.id, s."userId", s."cpuMillis", s."memoryBytes", s."gpuCount", s."needsAllGpus", s.spec,
      s."homeId", h."agentId" AS "homeAgentId", COALESCE(s."queuedAt", s."createdAt") AS since, s.version, s."queuePosition", s.reasons
    FROM "Session" s LEFT JOIN "Home" h ON h.id = s."homeId"
    WHERE s."userId" IS NOT NULL AND s.state = 'queued' AND s.wanted IN ('running', 'paused') AND (s."nextTryAt" IS NULL OR s."nextTryAt" <= ${now})
    ORDER BY s."queuedAt", s.id`
  return rows.map((row) => ({
    version: row.version,
    position: row.queuePosition,
    reasons: row.reasons,
    needs: {
      sessionId: row.id,
      userId: row.userId,
      cpuMillis: row.cpuMillis,
      memoryBytes: row.memoryBytes,
      gpus: row.needsAllGpus ? ('all' as const) : row.gpuCount,
      homeId: row.homeId,
      homeAgentId: row.homeAgentId,
      queuedAt: row.since,
      ...specNeeds(row.spec),
    },
  }))
}

type NeedsOfSpec = Pick<PlacementNeeds, 'agentGroup' | 'bindSources' | 'reference' | 'gpuMemoryBytesMin' | 'gpuModelPattern'>
type SpecForNeeds = Pick<
  SessionSpec,
  'agentGroup' | 'volumes' | 'reference' | 'pinnedDigest' | 'gpuMemoryBytesMin' | 'gpuModelPattern'
>

export function specNeeds(spec: SpecForNeeds): NeedsOfSpec {
  return {
    agentGroup: spec.agentGroup,
    gpuMemoryBytesMin: spec.gpuMemoryBytesMin ?? null,
    gpuModelPattern: spec.gpuModelPattern ?? null,
    bindSources: spec.volumes.flatMap((volume) => (volume.kind === 'bind' ? [volume.source] : [])),
    reference: runReference(spec),
  }
}

type AgentRow = Omit<PlacementAgent, 'references' | 'tooLarge' | 'diskLow' | 'gpus'> & {
  refused: [string, number][] | null
  gpus: string | null
  cpuCount: number | null
  diskTotalBytes: number | null
  references: string[]
}

/** A GPU with MIG on is handed out as its slices only. */
export const assignable = Prisma.sql`(NOT g.excluded AND g."missingSince" IS NULL AND NOT g."migEnabled")`
const missing = Prisma.sql`(NOT g.excluded AND g."missingSince" IS NOT NULL AND NOT g."migEnabled")`
export const busyOutside = Prisma.sql`(g."busyOutsideSince" IS NOT NULL AND NOT g."allowBusyOutside")`

/** Every agent, or those named. */
export function loadFleet(tx: Tx, agentIds?: readonly string[]): Promise<PlacementAgent[]> {
  return agentIds ? loadAgentsWhere(tx, Prisma.sql`a.id = ANY(${[...agentIds]})`) : loadAgents(tx, gpusOfAll, Prisma.sql`true`)
}

/** A few agents: each one's GPUs are looked up by themselves. */
export function loadAgentsWhere(tx: Tx, condition: Prisma.Sql): Promise<PlacementAgent[]> {
  return loadAgents(tx, gpusOfEach, condition)
}

const cells = Prisma.sql`json_agg(json_build_array(g.id, g.uuid, g.index, g.model, g."memoryBytes", g.shares, COALESCE(h.slots, '{}'),
  ${assignable}, ${busyOutside}, ${missing}) ORDER BY g.index)::text`
const gpusOfEach = Prisma.sql`LEFT JOIN LATERAL (
  SELECT ${cells} AS cells FROM "Gpu" g
    LEFT JOIN LATERAL (SELECT array_agg(slot) AS slots FROM "GpuHold" WHERE "gpuId" = g.id) h ON true
  WHERE g."agentId" = a.id) gpus ON true`
const gpusOfAll = Prisma.sql`LEFT JOIN (
  SELECT g."agentId", ${cells} AS cells FROM "Gpu" g
    LEFT JOIN (SELECT "gpuId", array_agg(slot) AS slots FROM "GpuHold" GROUP BY "gpuId") h ON h."gpuId" = g.id
  GROUP BY g."agentId") gpus ON gpus."agentId" = a.id`

async function loadAgents(tx: Tx, gpusOf: Prisma.Sql, condition: Prisma.Sql): Promise<PlacementAgent[]> {
  const rows = await tx.$queryRaw<AgentRow[]>`
    SELECT a.id, a.name, a.enabled, a."drainedAt" IS NOT NULL AS drained, a.status::text, a.groups, a."bindPaths", a."gpusUnseen", a."cpuCount", a."diskTotalBytes", a."diskFreeBytes",
      a."cpuMillisHeld", a."memoryBytesHeld", COALESCE(a."cpuMillisOverride", COALESCE(a."cpuCount", 0) * 1000) AS "cpuMillisTotal",
      COALESCE(a."memoryBytesOverride", a."memoryBytes", 0) AS "memoryBytesTotal", gpus.cells AS gpus,
      ARRAY(SELECT i.reference FROM "AgentImage" i WHERE i."agentId" = a.id) AS references,
      (SELECT json_agg(json_build_array(p.reference, p."needBytes")) FROM "AgentPull" p
        WHERE p."agentId" = a.id AND p."needBytes" IS NOT NULL) AS refused
    FROM "Agent" a ${gpusOf} WHERE a."removedAt" IS NULL AND ${condition} ORDER BY a.name`
  return rows.map(({ cpuCount, diskTotalBytes, references, refused, gpus, ...agent }) => ({
    ...agent,
    // Capacity is known once it was seen; until then nothing can be said about its size.
    status: cpuCount === null && agent.status === 'unreachable' ? 'new' : agent.status,
    diskLow: isDiskLow({ totalBytes: diskTotalBytes, freeBytes: agent.diskFreeBytes }),
    references: new Set(references),
    ...(refused ? { tooLarge: stillTooLarge(refused, { totalBytes: diskTotalBytes, freeBytes: agent.diskFreeBytes }) } : {}),
    gpus: gpus === null ? [] : (JSON.parse(gpus) as GpuCells[]).map(toGpu),
  }))
}

function stillTooLarge(refused: [string, number][], disk: { totalBytes: number | null; freeBytes: number | null }) {
  return new Map(refused.filter(([, needBytes]) => !fits(needBytes, disk)))
}

/** Cells and not objects, in one text per agent: eight thousand rows would cost the driver more than the whole decision. */
type GpuCells = [string, string, number, string, number | null, number, number[], boolean, boolean, boolean]

function toGpu([
  id,
  uuid,
  index,
  model,
  memoryBytes,
  slots,
  heldSlots,
  assignable,
  busyOutside,
  missing,
]: GpuCells): PlacementGpu {
  return { id, uuid, index, model, memoryBytes, slots, heldSlots, assignable, busyOutside, missing }
}

export type Load = { gpusHeld: Map<string, number>; homesInUse: Set<string>; gpuCaps: Map<string, number>; gpuCapDefault: number }
type LoadRow = { userId: string; gpus: number; homes: string[]; cap: number | null; settings: unknown }

/** Of everybody who has or may have something, or only of these people. */
export async function loadLoad(tx: Tx, userIds?: readonly string[]): Promise<Load> {
  const rows = await tx.$queryRaw<LoadRow[]>`
    SELECT u.id AS "userId", u."maxGpus" AS cap, COALESCE(held.gpus, 0) AS gpus, COALESCE(held.homes, '{}') AS homes,
      (SELECT value FROM "Setting" WHERE key = 'settings') AS settings
    FROM "User" u LEFT JOIN (
      SELECT s."userId", count(h."gpuId")::int AS gpus, array_agg(DISTINCT s."homeId") FILTER (WHERE s.held AND s."homeId" IS NOT NULL) AS homes
      FROM "Session" s LEFT JOIN "GpuHold" h ON h."sessionId" = s.id
      WHERE (s.held OR h."gpuId" IS NOT NULL) ${userIds ? Prisma.sql`AND s."userId" = ANY(${[...userIds]})` : Prisma.empty}
      GROUP BY s."userId"
    ) held ON held."userId" = u.id
    ${userIds ? Prisma.sql`WHERE u.id = ANY(${[...userIds]})` : Prisma.empty}`
  return {
    gpusHeld: new Map(rows.map(({ userId, gpus }) => [userId, gpus])),
    homesInUse: new Set(rows.flatMap(({ homes }) => homes)),
    gpuCaps: new Map(rows.flatMap(({ userId, cap }) => (cap === null ? [] : [[userId, cap]]))),
    gpuCapDefault: StoredSettings.parse(rows[0]?.settings ?? {}).maxGpusPerUser,
  }
}
