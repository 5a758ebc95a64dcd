// Numbers of GPUs as they come in: the last ones of each agent, and one row per agent and minute for a day.
import type { GpuMinute } from '@/lib/domain/gpu-minutes'
import type { GpuReading } from '@/lib/domain/gpu-reading'
import type { Db, Tx } from './client'

/** A day of minutes. Counted in rows, so that no clock that jumps lets the table grow. */
const minutesKept = 1440

export async function writeLive(tx: Tx, agentId: string, values: readonly GpuReading[], at: Date): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO "GpuLive" ("agentId", at, values) VALUES (${agentId}, ${at}, ${JSON.stringify(values)}::jsonb)
    ON CONFLICT ("agentId") DO UPDATE SET at = EXCLUDED.at, values = EXCLUDED.values`
}

export async function writeMinute(db: Db, agentId: string, { minute, values }: GpuMinute): Promise<void> {
  await db.$transaction(async (tx) => {
    await tx.$executeRaw`
      INSERT INTO "GpuSample" ("agentId", minute, values) VALUES (${agentId}, ${minute}, ${JSON.stringify(values)}::jsonb)
      ON CONFLICT ("agentId", minute) DO UPDATE SET values = EXCLUDED.values`
    await tx.$executeRaw`
      DELETE FROM "GpuSample" WHERE "agentId" = ${agentId} AND minute <= (
        SELECT minute FROM "GpuSample" WHERE "agentId" = ${agentId} ORDER BY minute DESC OFFSET ${minutesKept} LIMIT 1)`
  })
}

/** Of agents whose GPUs tell nothing any more. */
export async function purgeSamples(tx: Tx, now: Date): Promise<number> {
  const { count } = await tx.gpuSample.deleteMany({ where: { minute: { lt: new Date(now.getTime() - minutesKept * 60_000) } } })
  return count
}
