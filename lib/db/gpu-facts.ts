// Every GPU of the fleet with its state, in SQL: what is counted, filtered and paged must not be carried out of the database first.
import { idleAfterMs, idleBelowPercent } from '@/lib/domain/gpu-idle'
import type { GpuFilter, GpuState } from '@/lib/domain/gpu-state'
import type { Tx } from './client'
import { Prisma } from './generated/client'

/** Which GPUs: of an agent, of a model, one by its id. */
export type GpuScope = { agentId?: string; model?: string; gpuId?: string }

export type GpuFacts = {
  id: string
  agentId: string
  agentName: string
  agentEnabled: boolean
  agentDrained: boolean
  uuid: string
  index: number
  kind: 'device' | 'mig'
  parentUuid: string | null
  migProfile: string | null
  model: string
  memoryBytes: number | null
  driverVersion: string | null
  pciAddress: string | null
  computeCapability: string | null
  shares: number
  excluded: boolean
  allowBusyOutside: boolean
  busyOutsideSince: Date | null
  missingSince: Date | null
  heldSince: Date | null
  state: GpuState
}

function facts({ agentId, model, gpuId }: GpuScope): Prisma.Sql {
  const conditions = [Prisma.sql`a."removedAt" IS NULL`]
  if (agentId !== undefined) conditions.push(Prisma.sql`g."agentId" = ${agentId}`)
  if (model !== undefined) conditions.push(Prisma.sql`g.model = ${model}`)
  if (gpuId !== undefined) conditions.push(Prisma.sql`g.id = ${gpuId}`)
  return Prisma.sql`
    SELECT g.id, g."agentId", a.name AS "agentName", a.enabled AS "agentEnabled",
      a."drainedAt" IS NOT NULL AS "agentDrained", g.uuid, g.index, g.kind::text, g."parentUuid",
      g."migProfile", g.model, g."memoryBytes", g."driverVersion", g."pciAddress", g."computeCapability", g.shares, g.excluded,
      g."allowBusyOutside", g."busyOutsideSince", g."missingSince", h."heldSince", coalesce(h.lost, false) AS lost,
      CASE
        WHEN g."missingSince" IS NOT NULL THEN 'missing'
        WHEN a.status = 'unreachable' THEN 'unreachable'
        WHEN h."heldSince" IS NOT NULL THEN 'held'
        WHEN g.excluded THEN 'excluded'
        WHEN g."migEnabled" AND g.kind = 'device' THEN 'mig'
        WHEN g."busyOutsideSince" IS NOT NULL AND NOT g."allowBusyOutside" THEN 'outside'
        ELSE 'free'
      END AS state
    FROM "Gpu" g
    JOIN "Agent" a ON a.id = g."agentId"
    LEFT JOIN (
      SELECT gh."gpuId", min(gh.since) AS "heldSince", bool_or(s."gpuLostAt" IS NOT NULL) AS lost
      FROM "GpuHold" gh JOIN "Session" s ON s.id = gh."sessionId"
      GROUP BY gh."gpuId"
    ) h ON h."gpuId" = g.id
    WHERE ${Prisma.join(conditions, ' AND ')}`
}

function matches(filter: GpuFilter | undefined, idleIds: string[]): Prisma.Sql {
  if (filter === undefined) return Prisma.sql`true`
  if (filter === 'idle') return Prisma.sql`f.id = ANY(${idleIds})`
  return filter === 'lost' ? Prisma.sql`f.lost` : Prisma.sql`f.state = ${filter}`
}

type Page = { filter: GpuFilter | undefined; idleIds: string[]; skip: number; take: number }

export async function pageGpuFacts(tx: Tx, scope: GpuScope, { filter, idleIds, skip, take }: Page): Promise<GpuFacts[]> {
  return tx.$queryRaw<GpuFacts[]>`
    SELECT f.* FROM (${facts(scope)}) f WHERE ${matches(filter, idleIds)}
    ORDER BY f."agentName", f.index, f.kind, f.id LIMIT ${take} OFFSET ${skip}`
}

/** In the order of ids, which never changes: for cursors. */
export async function gpuFactsAfter(
  tx: Tx,
  scope: GpuScope,
  { filter, idleIds, after, take }: Omit<Page, 'skip'> & { after: string },
): Promise<GpuFacts[]> {
  return tx.$queryRaw<GpuFacts[]>`
    SELECT f.* FROM (${facts(scope)}) f WHERE f.id > ${after} AND ${matches(filter, idleIds)} ORDER BY f.id LIMIT ${take}`
}

export async function countGpus(tx: Tx, scope: GpuScope, idleIds: string[]): Promise<Map<GpuFilter, number>> {
  const rows = await tx.$queryRaw<{ state: GpuState; all: number; idle: number; lost: number }[]>`
    SELECT f.state, count(*)::int AS all, (count(*) FILTER (WHERE f.id = ANY(${idleIds})))::int AS idle,
      (count(*) FILTER (WHERE f.lost))::int AS lost
    FROM (${facts(scope)}) f GROUP BY f.state`
  const counts = new Map<GpuFilter, number>(rows.map((row) => [row.state, row.all]))
  for (const extra of ['idle', 'lost'] as const)
    counts.set(
      extra,
      rows.reduce((sum, row) => sum + row[extra], 0),
    )
  return counts
}

/**
 * Held GPUs that have done nearly nothing for a quarter of an hour. Most are ruled out by their last reading, so that the samples of
 * few agents are opened.
 */
export async function idleGpuIds(tx: Tx, { agentId }: Pick<GpuScope, 'agentId'>, now: Date): Promise<string[]> {
  const recent = new Date(now.getTime() - 60_000)
  const began = new Date(now.getTime() - idleAfterMs)
  const window = new Date(began.getTime() - 2 * 60_000)
  const where = agentId === undefined ? Prisma.sql`true` : Prisma.sql`g."agentId" = ${agentId}`
  const rows = await tx.$queryRaw<{ id: string }[]>`
    WITH quiet AS MATERIALIZED (
      SELECT held.id, held.uuid, held."agentId"
      FROM (
        SELECT g.id, g.uuid, g."agentId" FROM "Gpu" g JOIN "GpuHold" gh ON gh."gpuId" = g.id WHERE ${where}
        GROUP BY g.id HAVING min(gh.since) <= ${began}
      ) held
      JOIN "GpuLive" l ON l."agentId" = held."agentId" AND l.at > ${recent}
      JOIN LATERAL jsonb_to_recordset(l.values) AS v(uuid text, "utilizationPercent" float8) ON v.uuid = held.uuid
      WHERE v."utilizationPercent" < ${idleBelowPercent}
    )
    SELECT quiet.id FROM quiet JOIN (
      SELECT s."agentId", v.uuid FROM "GpuSample" s,
        LATERAL jsonb_to_recordset(s.values) AS v(uuid text, "utilizationPercent" float8)
      WHERE s."agentId" IN (SELECT DISTINCT "agentId" FROM quiet) AND s.minute > ${window}
      GROUP BY s."agentId", v.uuid
      HAVING bool_and(coalesce(v."utilizationPercent", 100) < ${idleBelowPercent}) AND min(s.minute) <= ${began} AND count(*) >= 10
    ) still ON still."agentId" = quiet."agentId" AND still.uuid = quiet.uuid`
  return rows.map((row) => row.id)
}
