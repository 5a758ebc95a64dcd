// The two agents that placement would rank first, found by PostgreSQL: most launches find room at once, and reading a thousand agents
// to choose one would make everybody behind wait. The order is `scoreOf` in lib/domain/placement.ts; what is found is decided on by the
// same pure function. A test holds both against each other.
import { matchesGpuModel } from '@/lib/domain/gpu-model-pattern'
import type { PlacementAgent, PlacementNeeds } from '@/lib/domain/placement'
import type { Tx } from './client'
import { Prisma } from './generated/client'
import { assignable, busyOutside, loadAgentsWhere } from './placement-input'

/** Null: who asks for directories of a host is compared path by path, and not here. */
export async function loadShortlist(tx: Tx, needs: PlacementNeeds): Promise<PlacementAgent[] | null> {
  if (needs.bindSources.length > 0) return null
  const models = await modelsThatFit(tx, needs)
  // The image counts before all else: where two agents that have it fit, nobody need look at the others.
  const withImage = await loadAgentsWhere(tx, bestTwo(needs, hasImage(needs), gpusOfEach(needs, models)))
  return withImage.length === 2 ? withImage : loadAgentsWhere(tx, bestTwo(needs, Prisma.sql`true`, gpusOfAll(needs, models)))
}

function hasImage({ reference }: PlacementNeeds): Prisma.Sql {
  return Prisma.sql`a.id IN (SELECT i."agentId" FROM "AgentImage" i WHERE i.reference = ${reference})`
}

function bestTwo(needs: PlacementNeeds, among: Prisma.Sql, gpus: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`a.id IN (
    WITH host AS (
      SELECT a.id, a.name, COALESCE(a."cpuMillisOverride", COALESCE(a."cpuCount", 0) * 1000) AS cpu, a."cpuMillisHeld"::float8 AS "cpuHeld",
        COALESCE(a."memoryBytesOverride", a."memoryBytes", 0) AS memory, a."memoryBytesHeld" AS "memoryHeld"
      FROM "Agent" a
      WHERE a."removedAt" IS NULL AND a.enabled AND a."drainedAt" IS NULL AND a.status = 'up' AND ${among}
        ${needs.agentGroup === null ? Prisma.empty : Prisma.sql`AND ${needs.agentGroup} = ANY(a.groups)`}
        ${needs.homeAgentId === null ? Prisma.empty : Prisma.sql`AND a.id = ${needs.homeAgentId}`}
        AND (a."diskTotalBytes" IS NULL OR a."diskFreeBytes" IS NULL
          OR (a."diskFreeBytes" >= 5368709120 AND a."diskFreeBytes" >= a."diskTotalBytes" * 0.05::float8))
    )
    SELECT host.id FROM host ${needs.gpus === 0 ? Prisma.empty : gpus}
    WHERE host.cpu >= ${needs.cpuMillis}::int AND host.memory >= ${needs.memoryBytes}::float8
      AND host.cpu - host."cpuHeld" >= ${needs.cpuMillis}::int AND host.memory - host."memoryHeld" >= ${needs.memoryBytes}::float8
      ${enoughGpus(needs)}
    ORDER BY EXISTS (SELECT 1 FROM "AgentImage" i WHERE i."agentId" = host.id AND i.reference = ${needs.reference}) DESC,
      ${gpusKeptFree(needs)},
      GREATEST((host."cpuHeld" + ${needs.cpuMillis}::int) / host.cpu, (host."memoryHeld" + ${needs.memoryBytes}::float8) / host.memory) DESC,
      host.name
    LIMIT 2)`
}

// How many GPUs of an agent fit, and how many of those are free; looked up for each host, or counted for the whole fleet at once.
const counts = Prisma.sql`count(*)::int AS fitting,
  (count(*) FILTER (WHERE NOT ${busyOutside} AND COALESCE(h.held, 0) < g.shares))::int AS free`

function gpusOfEach(needs: PlacementNeeds, models: string[] | null): Prisma.Sql {
  return Prisma.sql`JOIN LATERAL (
    SELECT ${counts} FROM "Gpu" g
      LEFT JOIN LATERAL (SELECT count(*) AS held FROM "GpuHold" WHERE "gpuId" = g.id) h ON true
    WHERE g."agentId" = host.id AND ${fits(needs, models)}
  ) gpus ON gpus.fitting > 0`
}

function gpusOfAll(needs: PlacementNeeds, models: string[] | null): Prisma.Sql {
  return Prisma.sql`JOIN (
    SELECT g."agentId", ${counts} FROM "Gpu" g
      LEFT JOIN (SELECT "gpuId", count(*) AS held FROM "GpuHold" GROUP BY "gpuId") h ON h."gpuId" = g.id
    WHERE ${fits(needs, models)} GROUP BY g."agentId"
  ) gpus ON gpus."agentId" = host.id`
}

function fits({ gpuMemoryBytesMin: least }: PlacementNeeds, models: string[] | null): Prisma.Sql {
  return Prisma.sql`${assignable} ${least === null ? Prisma.empty : Prisma.sql`AND g."memoryBytes" >= ${least}::float8`}
    ${models === null ? Prisma.empty : Prisma.sql`AND g.model = ANY(${models})`}`
}

/** Null: any. A fleet has a handful of models, and the rule that matches them is the pure one. */
async function modelsThatFit(tx: Tx, { gpus, gpuModelPattern: pattern }: PlacementNeeds): Promise<string[] | null> {
  if (gpus === 0 || pattern === null) return null
  const rows = await tx.$queryRaw<{ model: string }[]>`SELECT DISTINCT model FROM "Gpu"`
  return rows.map(({ model }) => model).filter((model) => matchesGpuModel(pattern, model))
}

function enoughGpus({ gpus, gpuAllowance }: PlacementNeeds): Prisma.Sql {
  if (gpus === 0) return Prisma.empty
  if (gpus !== 'all') return Prisma.sql`AND gpus.free >= ${gpus}::int`
  const room = gpuAllowance ? Prisma.sql`AND gpus.fitting <= ${gpuAllowance.cap - gpuAllowance.held}::int` : Prisma.empty
  return Prisma.sql`AND gpus.free = gpus.fitting ${room}`
}

/** Fewest left over first; for work without GPUs, agents without first. */
function gpusKeptFree({ gpus }: PlacementNeeds): Prisma.Sql {
  if (gpus === 0) return Prisma.sql`EXISTS (SELECT 1 FROM "Gpu" g WHERE g."agentId" = host.id AND ${assignable})`
  return gpus === 'all' ? Prisma.sql`gpus.free - gpus.fitting` : Prisma.sql`gpus.free`
}
