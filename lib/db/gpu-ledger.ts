// Gives GPUs back: each hold ends together with its line of history. Both begin in write-placed.ts.
import type { Tx } from './client'

/** How many were given back. Whoever calls it holds the placement lock. */
export async function releaseGpus(tx: Tx, sessionIds: readonly string[], now: Date): Promise<number> {
  if (sessionIds.length === 0) return 0
  const [row] = await tx.$queryRaw<{ count: number }[]>`
    WITH gone AS (
      DELETE FROM "GpuHold" WHERE "sessionId" = ANY(${[...sessionIds]}) RETURNING "gpuId", "sessionId"
    ), ended AS (
      UPDATE "GpuUse" u SET until = ${now} FROM gone
      WHERE u."gpuId" = gone."gpuId" AND u."sessionId" = gone."sessionId" AND u.until IS NULL
    )
    SELECT count(*)::int AS count FROM gone`
  return row?.count ?? 0
}

/** What only a fault or a hand in the database can leave: holds of sessions that hold nothing, and history that goes on without a hold. */
export async function releaseStrayGpus(tx: Tx, now: Date): Promise<number> {
  const strays = await tx.$queryRaw<{ sessionId: string }[]>`
    SELECT DISTINCT h."sessionId" FROM "GpuHold" h JOIN "Session" s ON s.id = h."sessionId" WHERE NOT s.held`
  const count = await releaseGpus(
    tx,
    strays.map(({ sessionId }) => sessionId),
    now,
  )
  await tx.$executeRaw`
    UPDATE "GpuUse" u SET until = ${now} WHERE u.until IS NULL
      AND NOT EXISTS (SELECT 1 FROM "GpuHold" h WHERE h."gpuId" = u."gpuId" AND h."sessionId" = u."sessionId")`
  return count
}
