// Reads what placement decides on: the waiting sessions, the fleet with its holdings, and what users hold already.
// Plain SQL, one statement each: all of it is read under the placement lock, while every other launch waits.
import { isDiskLow } from '@/lib/domain/agent'
import type { SessionSpec } from '@/lib/domain/container-spec'
import { normalReference } from '@/lib/domain/image-reference'
import type { PlacementAgent, PlacementGpu, PlacementNeeds } from '@/lib/domain/placement'
import type { QueuedNeeds } from '@/lib/domain/placement-queue'
import type { Tx } from './client'
import { Prisma } from './generated/client'
import { readSettings } from './settings'

export type QueueRow = {
  needs: QueuedNeeds
  version: number
  position: number | null
  reasons: unknown
  userName: string
  imageName: string
}

type QueuedRow = {
  id: string
  userId: string
  userName: string
  imageName: string
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
    SELECT s.id, s."userId", u.name AS "userName", s."imageName", s."cpuMillis", s."memoryBytes", s."gpuCount", s."needsAllGpus", s.spec,
      s."homeId", h."agentId" AS "homeAgentId", COALESCE(s."queuedAt", s."createdAt") AS since, s.version, s."queuePosition", s.reasons
    FROM "Session" s JOIN "User" u ON u.id = s."userId" LEFT JOIN "Home" h ON h.id = s."homeId"
    WHERE s.state = 'queued' AND s.wanted IN ('running', 'paused') AND (s."nextTryAt" IS NULL OR s."nextTryAt" <= ${now})
    ORDER BY s."queuedAt", s.id`
  return rows.map((row) => ({
    version: row.version,
    position: row.queuePosition,
    reasons: row.reasons,
    userName: row.userName,
    imageName: row.imageName,
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
type SpecForNeeds = Pick<SessionSpec, 'agentGroup' | 'volumes' | 'reference' | 'gpuMemoryBytesMin' | 'gpuModelPattern'>

export function specNeeds(spec: SpecForNeeds): NeedsOfSpec {
  return {
    agentGroup: spec.agentGroup,
    gpuMemoryBytesMin: spec.gpuMemoryBytesMin ?? null,
    gpuModelPattern: spec.gpuModelPattern ?? null,
    bindSources: spec.volumes.flatMap((volume) => (volume.kind === 'bind' ? [volume.source] : [])),
    reference: normalReference(spec.reference),
  }
}

type AgentRow = Omit<PlacementAgent, 'gpus' | 'references' | 'diskLow'> & {
  cpuCount: number | null
  diskTotalBytes: number | null
}
type GpuRow = PlacementGpu & { agentId: string }

/** Every agent, or only those named. */
export async function loadFleet(tx: Tx, agentIds?: readonly string[]): Promise<PlacementAgent[]> {
  const only = (column: Prisma.Sql) => (agentIds ? Prisma.sql`AND ${column} = ANY(${[...agentIds]})` : Prisma.empty)
  const agents = await tx.$queryRaw<AgentRow[]>`
    SELECT id, name, enabled, status::text, groups, "bindPaths", "cpuCount", "diskTotalBytes", "diskFreeBytes", "cpuMillisHeld", "memoryBytesHeld",
      COALESCE("cpuMillisOverride", COALESCE("cpuCount", 0) * 1000) AS "cpuMillisTotal",
      COALESCE("memoryBytesOverride", "memoryBytes", 0) AS "memoryBytesTotal"
    FROM "Agent" WHERE "removedAt" IS NULL ${only(Prisma.sql`id`)} ORDER BY name`
  const gpus = await tx.$queryRaw<GpuRow[]>`
    SELECT g.id, g."agentId", g.uuid, g.index, g.model, g."memoryBytes", g.shares AS slots, ${assignable} AS assignable, ${busyOutside} AS "busyOutside",
      COALESCE(h.slots, '{}') AS "heldSlots"
    FROM "Gpu" g LEFT JOIN (SELECT "gpuId", array_agg(slot) AS slots FROM "GpuHold" GROUP BY "gpuId") h ON h."gpuId" = g.id
    WHERE true ${only(Prisma.sql`g."agentId"`)} ORDER BY g.index`
  const images = await tx.$queryRaw<{ agentId: string; references: string[] }[]>`
    SELECT "agentId", array_agg(reference) AS references FROM "AgentImage" WHERE true ${only(Prisma.sql`"agentId"`)} GROUP BY "agentId"`
  const gpusOf = new Map<string, PlacementGpu[]>()
  for (const { agentId, ...gpu } of gpus) {
    const own = gpusOf.get(agentId)
    if (own) own.push(gpu)
    else gpusOf.set(agentId, [gpu])
  }
  const imagesOf = new Map(images.map(({ agentId, references }) => [agentId, new Set(references)]))
  return agents.map(({ cpuCount, diskTotalBytes, ...agent }) => ({
    ...agent,
    // Capacity is known once it was seen; until then nothing can be said about its size.
    status: cpuCount === null && agent.status === 'unreachable' ? 'new' : agent.status,
    diskLow: isDiskLow({ totalBytes: diskTotalBytes, freeBytes: agent.diskFreeBytes }),
    references: imagesOf.get(agent.id) ?? new Set(),
    gpus: gpusOf.get(agent.id) ?? [],
  }))
}

/** A GPU with MIG on is handed out as its slices only. */
export const assignable = Prisma.sql`(NOT g.excluded AND g."missingSince" IS NULL AND NOT g."migEnabled")`
export const busyOutside = Prisma.sql`(g."busyOutsideSince" IS NOT NULL AND NOT g."allowBusyOutside")`

export type Load = { gpusHeld: Map<string, number>; homesInUse: Set<string>; gpuCaps: Map<string, number>; gpuCapDefault: number }

/** Of everybody, or only of these people. */
export async function loadLoad(tx: Tx, userIds?: readonly string[]): Promise<Load> {
  const only = userIds ? Prisma.sql`AND s."userId" = ANY(${[...userIds]})` : Prisma.empty
  // One after the other: a transaction has one connection.
  const held = await tx.$queryRaw<{ userId: string; gpus: number }[]>`
    SELECT s."userId", count(*)::int AS gpus FROM "GpuHold" h JOIN "Session" s ON s.id = h."sessionId" WHERE true ${only} GROUP BY s."userId"`
  const homes = await tx.$queryRaw<{ homeId: string }[]>`
    SELECT DISTINCT s."homeId" FROM "Session" s WHERE s.held AND s."homeId" IS NOT NULL ${only}`
  const capped = await tx.user.findMany({
    where: { maxGpus: { not: null }, ...(userIds ? { id: { in: [...userIds] } } : {}) },
    select: { id: true, maxGpus: true },
  })
  const settings = await readSettings(tx)
  return {
    gpusHeld: new Map(held.map(({ userId, gpus }) => [userId, gpus])),
    homesInUse: new Set(homes.map(({ homeId }) => homeId)),
    gpuCaps: new Map(capped.map((user) => [user.id, user.maxGpus ?? 0])),
    gpuCapDefault: settings.maxGpusPerUser,
  }
}
