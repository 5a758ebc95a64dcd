// What has to be done to rows from time to time: limits that are reached, what is too old, and the ledger's sums.
import type { Settings } from '@/lib/domain/settings'
import type { Db, Tx } from './client'
import { releaseStrayGpus } from './gpu-ledger'
import { purgeSamples } from './gpu-samples'
import { lock } from './locks'
import { notify } from './notify'

const nearMinutes = 15

/** Announced once for each end; an extension moves the end and so is announced again. */
export async function announceTimeLimits(db: Db, now: Date): Promise<number> {
  const from = new Date(now.getTime() + nearMinutes * 60_000)
  return db.$transaction(async (tx) => {
    const near = await tx.$queryRaw<{ id: string; endsAt: Date }[]>`
      SELECT s.id, s."endsAt" FROM "Session" s
      WHERE s.state IN ('running', 'paused') AND s.wanted IN ('running', 'paused') AND s."endsAt" > ${now} AND s."endsAt" <= ${from}
        AND NOT EXISTS (
          SELECT 1 FROM "SessionEvent" e WHERE e."sessionId" = s.id AND e.code = 'time_limit_near'
            AND e.at >= s."endsAt" - ${nearMinutes} * interval '1 minute')
      FOR UPDATE OF s SKIP LOCKED`
    for (const { id, endsAt } of near) {
      const minutes = Math.max(1, Math.round((endsAt.getTime() - now.getTime()) / 60_000))
      await tx.sessionEvent.create({ data: { sessionId: id, at: now, code: 'time_limit_near', params: { minutes } } })
      await notify(tx, 'sessions', id)
    }
    return near.length
  })
}

/** At the limit a session is stopped, never deleted. */
export async function endTimeLimits(db: Db, now: Date): Promise<string[]> {
  return db.$transaction(async (tx) => {
    const ended = await tx.$queryRaw<{ id: string }[]>`
      UPDATE "Session" SET wanted = 'stopped', version = version + 1
      WHERE state IN ('running', 'paused') AND wanted IN ('running', 'paused') AND "endsAt" <= ${now}
      RETURNING id`
    for (const { id } of ended) {
      await tx.sessionEvent.create({ data: { sessionId: id, at: now, code: 'time_limit_reached', params: {} } })
      await notify(tx, 'sessions', id)
    }
    return ended.map((row) => row.id)
  })
}

export type Purged = { sessions: number; events: number; grants: number; questions: number; gpuUses: number; gpuSamples: number }

/** Stopped sessions stay: somebody means to go on with them. */
export async function purgeOld(tx: Tx, settings: Settings, now: Date): Promise<Purged> {
  const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000)
  const sessions = await tx.session.deleteMany({
    where: {
      state: { in: ['deleted', 'failed', 'lost'] },
      held: false,
      endedAt: { lt: daysAgo(settings.endedSessionRetentionDays) },
    },
  })
  const events = await tx.sessionEvent.deleteMany({ where: { at: { lt: daysAgo(settings.eventRetentionDays) } } })
  const grants = await tx.grant.deleteMany({
    where: {
      OR: [
        { expiresAt: { lt: daysAgo(1) } },
        { revokedAt: { lt: daysAgo(1) } },
        { cookieHash: null, ticketExpiresAt: { lt: daysAgo(1) } },
      ],
    },
  })
  const questions = await tx.question.deleteMany({ where: { deadlineAt: { lt: new Date(now.getTime() - 60_000) } } })
  const gpuUses = await tx.gpuUse.deleteMany({ where: { until: { lt: daysAgo(settings.endedSessionRetentionDays) } } })
  return {
    sessions: sessions.count,
    events: events.count,
    grants: grants.count,
    questions: questions.count,
    gpuUses: gpuUses.count,
    gpuSamples: await purgeSamples(tx, now),
  }
}

export type LedgerRepair = { agentId: string; cpuMillisOff: number; memoryBytesOff: number }

/** The sums beside the rows they are sums of. They differ only by a fault or a hand in the database; then the rows are right. */
export async function repairLedger(db: Db, now: Date): Promise<{ agents: LedgerRepair[]; strayGpuHolds: number }> {
  return db.$transaction(async (tx) => {
    await lock(tx, 'placement')
    const strayGpuHolds = await releaseStrayGpus(tx, now)
    const agents = await tx.$queryRaw<LedgerRepair[]>`
      WITH sums AS (
        SELECT a.id, a."cpuMillisHeld" AS cpu, a."memoryBytesHeld" AS memory,
          COALESCE(SUM(s."cpuMillis"), 0)::int AS "cpuRight", COALESCE(SUM(s."memoryBytes"), 0) AS "memoryRight"
        FROM "Agent" a LEFT JOIN "Session" s ON s."agentId" = a.id AND s.held
        GROUP BY a.id
      )
      UPDATE "Agent" a SET "cpuMillisHeld" = sums."cpuRight", "memoryBytesHeld" = sums."memoryRight"
      FROM sums WHERE sums.id = a.id AND (sums.cpu <> sums."cpuRight" OR sums.memory <> sums."memoryRight")
      RETURNING a.id AS "agentId", sums.cpu - sums."cpuRight" AS "cpuMillisOff", sums.memory - sums."memoryRight" AS "memoryBytesOff"`
    return { agents, strayGpuHolds }
  })
}
