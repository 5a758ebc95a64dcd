// What the metrics count, each by one statement. Labels come from fixed lists, or are agents and GPUs that an administrator registered.
import type { Tx } from './client'

const windowMs = 3_600_000

export type LaunchStep = { code: string; sessions: number; quantiles: number[] }
export const launchQuantiles = [0.5, 0.95] as const

/** Of launches of the last hour: from the click to the first time that each step was reached. */
export async function launchSteps(tx: Tx, codes: readonly string[], now: Date): Promise<LaunchStep[]> {
  return tx.$queryRaw<LaunchStep[]>`
    SELECT code, count(*)::int AS sessions,
      percentile_cont(${[...launchQuantiles]}::float8[]) WITHIN GROUP (ORDER BY seconds) AS quantiles
    FROM (
      SELECT e.code, GREATEST(0, EXTRACT(EPOCH FROM min(e.at) - COALESCE(s."claimedAt", s."createdAt")))::float8 AS seconds
      FROM "Session" s JOIN "SessionEvent" e ON e."sessionId" = s.id
      WHERE s."userId" IS NOT NULL AND COALESCE(s."claimedAt", s."createdAt") > ${new Date(now.getTime() - windowMs)}
        AND s."createdAt" <= ${now} AND e.code = ANY(${[...codes]})
      GROUP BY s.id, e.code
    ) reached
    GROUP BY code`
}

export type SessionCount = { state: string; owned: boolean; sessions: number }

export async function sessionCounts(tx: Tx): Promise<SessionCount[]> {
  return tx.$queryRaw<SessionCount[]>`
    SELECT state::text, "userId" IS NOT NULL AS owned, count(*)::int AS sessions
    FROM "Session" WHERE state <> 'deleted' GROUP BY 1, 2`
}

export type UseCounts = { viewers: number; watched: number; unused: number[] }

/** Who looks at desktops, and how many sessions that run nobody has used for how long. */
export async function useCounts(tx: Tx, unusedSeconds: readonly number[], now: Date): Promise<UseCounts> {
  const sums = await tx.sessionViewers.aggregate({ _sum: { viewers: true } })
  const [row] = await tx.$queryRaw<{ watched: number; unused: number[] }[]>`
    SELECT (SELECT count(DISTINCT "sessionId")::int FROM "SessionViewers") AS watched,
      ARRAY(
        SELECT (SELECT count(*)::int FROM "Session" s WHERE s.state = 'running' AND s."userId" IS NOT NULL
          AND GREATEST(s."lastInputAt", s."startedAt", s."claimedAt", s."createdAt") < ${now}::timestamptz - each.seconds * interval '1 second')
        FROM unnest(${[...unusedSeconds]}::int[]) WITH ORDINALITY AS each(seconds, place) ORDER BY each.place
      ) AS unused`
  return { viewers: sums._sum.viewers ?? 0, watched: row?.watched ?? 0, unused: row?.unused ?? [] }
}

/** Since when the one that has waited longest waits. */
export async function oldestQueued(tx: Tx): Promise<Date | null> {
  const where = { state: 'queued' as const, userId: { not: null } }
  return (await tx.session.aggregate({ where, _min: { queuedAt: true } }))._min.queuedAt
}

export type AgentNumbers = {
  id: string
  name: string
  enabled: boolean
  status: 'new' | 'up' | 'unreachable'
  drainedAt: Date | null
  slowSince: Date | null
  latencyMs: number | null
  diskFreeBytes: number | null
  gpus: { uuid: string; holds: { slot: number }[] }[]
}

export async function agentNumbers(tx: Tx): Promise<AgentNumbers[]> {
  return tx.agent.findMany({
    where: { removedAt: null },
    select: {
      id: true,
      name: true,
      enabled: true,
      status: true,
      drainedAt: true,
      slowSince: true,
      latencyMs: true,
      diskFreeBytes: true,
      // A GPU that is cut into slices is not handed out itself.
      gpus: {
        where: { OR: [{ kind: 'mig' }, { migEnabled: false }] },
        select: { uuid: true, holds: { select: { slot: true }, take: 1 } },
      },
    },
    orderBy: { name: 'asc' },
  })
}

export type TransferCount = { kind: string; state: string; images: number }

export async function transferCounts(tx: Tx): Promise<TransferCount[]> {
  return tx.$queryRaw<TransferCount[]>`
    SELECT CASE WHEN "sourceAgentId" IS NULL THEN 'pull' ELSE 'copy' END AS kind, state::text, count(*)::int AS images
    FROM "AgentPull" GROUP BY 1, 2
    UNION ALL SELECT 'push', state::text, count(*)::int FROM "ImagePush" WHERE state <> 'done' GROUP BY 2`
}
