// The two agents that placement would rank first, found by PostgreSQL: most launches find room at once, and reading a thousand agents
// to choose one would make everybody behind wait. The order is `scoreOf` in lib/domain/placement.ts; what is found is decided on by the
// same pure function. A test holds both against each other.
import type { PlacementAgent } from '@/lib/domain/placement'
import type { QueuedNeeds } from '@/lib/domain/placement-queue'
import type { Tx } from './client'
import { Prisma } from './generated/client'
import { assignable, busyOutside, loadAgentsWhere } from './placement-input'

/** Null: who asks for directories of a host is compared path by path, and not here. */
export async function loadShortlist(tx: Tx, needs: QueuedNeeds): Promise<PlacementAgent[] | null> {
  if (needs.bindSources.length > 0) return null
  return loadAgentsWhere(
    tx,
    Prisma.sql`a.id IN (
    WITH host AS (
      SELECT a.id, a.name, COALESCE(a."cpuMillisOverride", COALESCE(a."cpuCount", 0) * 1000) AS cpu, a."cpuMillisHeld"::float8 AS "cpuHeld",
        COALESCE(a."memoryBytesOverride", a."memoryBytes", 0) AS memory, a."memoryBytesHeld" AS "memoryHeld"
      FROM "Agent" a
      WHERE a."removedAt" IS NULL AND a.enabled AND a.status = 'up'
        ${needs.agentGroup === null ? Prisma.empty : Prisma.sql`AND ${needs.agentGroup} = ANY(a.groups)`}
        ${needs.homeAgentId === null ? Prisma.empty : Prisma.sql`AND a.id = ${needs.homeAgentId}`}
        AND (a."diskTotalBytes" IS NULL OR a."diskFreeBytes" IS NULL
          OR (a."diskFreeBytes" >= 5368709120 AND a."diskFreeBytes" >= a."diskTotalBytes" * 0.05::float8))
    )
    SELECT host.id FROM host ${needs.gpus === 0 ? Prisma.empty : withGpus(needs)}
    WHERE host.cpu >= ${needs.cpuMillis}::int AND host.memory >= ${needs.memoryBytes}::float8
      AND host.cpu - host."cpuHeld" >= ${needs.cpuMillis}::int AND host.memory - host."memoryHeld" >= ${needs.memoryBytes}::float8
      ${enoughGpus(needs)}
    ORDER BY EXISTS (SELECT 1 FROM "AgentImage" i WHERE i."agentId" = host.id AND i.reference = ${needs.reference}) DESC,
      ${gpusKeptFree(needs)},
      GREATEST((host."cpuHeld" + ${needs.cpuMillis}::int) / host.cpu, (host."memoryHeld" + ${needs.memoryBytes}::float8) / host.memory) DESC,
      host.name
    LIMIT 2)`,
  )
}

/** For each agent that has some: how many of its GPUs fit, and how many of those are free. */
function withGpus(needs: QueuedNeeds): Prisma.Sql {
  const { gpuModelPattern: pattern, gpuMemoryBytesMin: least } = needs
  return Prisma.sql`JOIN (
    SELECT g."agentId", count(*)::int AS fitting,
      (count(*) FILTER (WHERE NOT ${busyOutside} AND COALESCE(h.held, 0) < g.shares))::int AS free
    FROM "Gpu" g LEFT JOIN (SELECT "gpuId", count(*) AS held FROM "GpuHold" GROUP BY "gpuId") h ON h."gpuId" = g.id
    WHERE ${assignable} ${least === null ? Prisma.empty : Prisma.sql`AND g."memoryBytes" >= ${least}::float8`}
      ${pattern === null ? Prisma.empty : isOfModel(pattern)}
    GROUP BY g."agentId"
  ) gpus ON gpus."agentId" = host.id`
}

function isOfModel(pattern: string): Prisma.Sql {
  const like = pattern
    .toLowerCase()
    .replaceAll(/[\\%_]/g, String.raw`\$&`)
    .replaceAll('*', '%')
  return Prisma.sql`AND (lower(g.model) LIKE ${like} OR regexp_replace(lower(g.model), '^nvidia\\s+', '') LIKE ${like})`
}

function enoughGpus({ gpus, gpuAllowance }: QueuedNeeds): Prisma.Sql {
  if (gpus === 0) return Prisma.empty
  if (gpus !== 'all') return Prisma.sql`AND gpus.free >= ${gpus}::int`
  const room = gpuAllowance ? Prisma.sql`AND gpus.fitting <= ${gpuAllowance.cap - gpuAllowance.held}::int` : Prisma.empty
  return Prisma.sql`AND gpus.free = gpus.fitting ${room}`
}

/** Fewest left over first; for work without GPUs, agents without first. */
function gpusKeptFree({ gpus }: QueuedNeeds): Prisma.Sql {
  if (gpus === 0) return Prisma.sql`EXISTS (SELECT 1 FROM "Gpu" g WHERE g."agentId" = host.id AND ${assignable})`
  return gpus === 'all' ? Prisma.sql`gpus.free - gpus.fitting` : Prisma.sql`gpus.free`
}
