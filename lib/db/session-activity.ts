// What gateways see of how sessions are used. Several write at once, and none of it is a change of a session: versions and listeners stay untouched.
import type { Db, Tx } from './client'
import { Prisma } from './generated/client'

/** A gateway that was not heard for so long is gone, and its viewers with it. It is heard every 15 seconds. */
const silentSeconds = 45

export type ActivityEntry = {
  sessionId: string
  /** Of the gateway that writes. */
  viewers: number
  /** Since the last time that it wrote. */
  bytesUp: number
  bytesDown: number
  lastInputAt: Date | null
}

/** True where nobody knew of it: a new one, or one that was taken for dead and lost its viewers' rows. */
export async function hearGateway(db: Db, gatewayId: string): Promise<boolean> {
  const rows = await db.$queryRaw<{ isNew: boolean }[]>`
    INSERT INTO "GatewayProcess" (id, "heardAt") VALUES (${gatewayId}, now())
    ON CONFLICT (id) DO UPDATE SET "heardAt" = now() RETURNING (xmax = 0) AS "isNew"`
  return rows[0]?.isNew ?? true
}

/**
 * Adds to what is there. A session that somebody else changes just now is not waited for, so that no gateway ever stands in the way of
 * a launch: its id comes back, to be written the next time.
 */
export async function recordActivity(db: Db, gatewayId: string, entries: readonly ActivityEntry[]): Promise<string[]> {
  if (entries.length === 0) return []
  const ids = entries.map(({ sessionId }) => sessionId)
  return db.$transaction(async (tx) => {
    const free = await tx.$queryRaw<{ id: string }[]>`
      SELECT id FROM "Session" WHERE id = ANY(${ids}) FOR NO KEY UPDATE SKIP LOCKED`
    const isFree = new Set(free.map(({ id }) => id))
    const mine = entries.filter(({ sessionId }) => isFree.has(sessionId))
    if (mine.length > 0) {
      await addTraffic(tx, mine)
      await setViewers(tx, gatewayId, mine)
    }
    if (mine.length === entries.length) return []
    const there = await tx.session.findMany({ where: { id: { in: ids } }, select: { id: true } })
    return there.flatMap(({ id }) => (isFree.has(id) ? [] : id))
  })
}

async function addTraffic(tx: Tx, entries: readonly ActivityEntry[]): Promise<void> {
  const rows = entries.map(
    (one) => Prisma.sql`(${one.sessionId}, ${one.bytesUp}::float8, ${one.bytesDown}::float8, ${one.lastInputAt}::timestamptz)`,
  )
  await tx.$executeRaw`
    UPDATE "Session" s SET "bytesUp" = s."bytesUp" + seen.up, "bytesDown" = s."bytesDown" + seen.down,
      "lastInputAt" = GREATEST(s."lastInputAt", seen.at)
    FROM (VALUES ${Prisma.join(rows)}) AS seen(id, up, down, at)
    WHERE s.id = seen.id AND (seen.up > 0 OR seen.down > 0 OR s."lastInputAt" IS NULL OR s."lastInputAt" < seen.at)`
}

async function setViewers(tx: Tx, gatewayId: string, entries: readonly ActivityEntry[]): Promise<void> {
  const watched = entries.filter(({ viewers }) => viewers > 0)
  const unwatched = entries.flatMap(({ sessionId, viewers }) => (viewers > 0 ? [] : sessionId))
  await tx.sessionViewers.deleteMany({ where: { gatewayId, sessionId: { in: unwatched } } })
  if (watched.length === 0) return
  const rows = watched.map(({ sessionId, viewers }) => Prisma.sql`(${sessionId}, ${gatewayId}, ${viewers}::int)`)
  await tx.$executeRaw`
    INSERT INTO "SessionViewers" ("sessionId", "gatewayId", viewers) VALUES ${Prisma.join(rows)}
    ON CONFLICT ("sessionId", "gatewayId") DO UPDATE SET viewers = EXCLUDED.viewers
    WHERE "SessionViewers".viewers <> EXCLUDED.viewers`
}

/** A gateway that ends takes its viewers along. */
export async function forgetGateway(db: Db, gatewayId: string): Promise<void> {
  await db.gatewayProcess.deleteMany({ where: { id: gatewayId } })
}

/** Those that died, with whoever they had as viewers. */
export async function forgetSilentGateways(db: Db): Promise<number> {
  return db.$executeRaw`DELETE FROM "GatewayProcess" WHERE "heardAt" < now() - ${silentSeconds} * interval '1 second'`
}
