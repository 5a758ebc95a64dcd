// Agents that are taken out of service: whoever is left there is told, and stopped when the time is over.
import type { SessionEventCode, SessionEventParams } from '@/lib/domain/session-events'
import type { Db, Tx } from './client'
import { withRequestId } from './event-params'
import { notify } from './notify'

const nearMinutes = 15

type Told = { code: SessionEventCode; params: SessionEventParams }

/** One line in the history of each session that is there; the pages that show them hear of it by that. */
export async function tellDrained(tx: Tx, agentId: string, { code, params }: Told, at: Date): Promise<void> {
  const left = await tx.session.findMany({
    where: { agentId, state: { in: ['starting', 'running', 'paused'] } },
    select: { id: true },
  })
  const all = withRequestId(params)
  await tx.sessionEvent.createMany({ data: left.map(({ id }) => ({ sessionId: id, at, code, params: all })) })
}

/** Once for each deadline, like a time limit; a deadline that is moved is announced again. */
export async function announceDrains(db: Db, now: Date): Promise<number> {
  const from = new Date(now.getTime() + nearMinutes * 60_000)
  return db.$transaction(async (tx) => {
    const near = await tx.$queryRaw<{ id: string; deadlineAt: Date }[]>`
      SELECT s.id, a."drainDeadlineAt" AS "deadlineAt" FROM "Session" s JOIN "Agent" a ON a.id = s."agentId"
      WHERE s.state IN ('starting', 'running', 'paused') AND s.wanted IN ('running', 'paused')
        AND a."drainedAt" IS NOT NULL AND a."drainDeadlineAt" > ${now} AND a."drainDeadlineAt" <= ${from}
        AND NOT EXISTS (
          SELECT 1 FROM "SessionEvent" e WHERE e."sessionId" = s.id AND e.code = 'drain_near'
            AND e.at >= a."drainDeadlineAt" - ${nearMinutes} * interval '1 minute')
      FOR UPDATE OF s SKIP LOCKED`
    for (const { id, deadlineAt } of near) {
      const minutes = Math.max(1, Math.round((deadlineAt.getTime() - now.getTime()) / 60_000))
      await tx.sessionEvent.create({ data: { sessionId: id, at: now, code: 'drain_near', params: { minutes } } })
      await notify(tx, 'sessions', id)
    }
    return near.length
  })
}

/** At the deadline what is left is stopped, never deleted. */
export async function endDrains(db: Db, now: Date): Promise<string[]> {
  return db.$transaction(async (tx) => {
    const ended = await tx.$queryRaw<{ id: string }[]>`
      UPDATE "Session" s SET wanted = 'stopped', version = s.version + 1
      FROM "Agent" a WHERE a.id = s."agentId" AND a."drainedAt" IS NOT NULL AND a."drainDeadlineAt" <= ${now}
        AND s.state IN ('starting', 'running', 'paused') AND s.wanted IN ('running', 'paused')
      RETURNING s.id`
    for (const { id } of ended) {
      await tx.sessionEvent.create({ data: { sessionId: id, at: now, code: 'drain_reached', params: {} } })
      await notify(tx, 'sessions', id)
    }
    return ended.map((row) => row.id)
  })
}
