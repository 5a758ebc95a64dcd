// Writes that a session has a place: its row, the ledger of the agent, the GPUs with their history, its home and its event.
import type { Placed, PlacementNeeds } from '@/lib/domain/placement'
import type { SessionEventCode, SessionEventParams } from '@/lib/domain/session-events'
import type { Tx } from './client'
import { channels } from './notify'

type Placing = { needs: PlacementNeeds & { homeId: string | null }; version: number; placed: Placed; agentName: string }

/**
 * One statement, because everybody who launches waits for it. False: its owner cancelled it a moment ago, and nothing is held for it.
 */
export async function writePlaced(tx: Tx, { needs, version, placed, agentName }: Placing, now: Date): Promise<boolean> {
  const { agentId, gpus, why } = placed
  const code: SessionEventCode = 'placed'
  const params: SessionEventParams = { agentName, agentId, gpus: gpus.length, why }
  const rows = await tx.$queryRaw<{ id: string }[]>`
    WITH session AS (
      UPDATE "Session" SET state = 'starting', "agentId" = ${agentId}, held = true, reasons = '[]', "queuePosition" = NULL, "queuedAt" = NULL,
        "nextTryAt" = NULL, "gpuCount" = ${gpus.length}::int, version = version + 1, "updatedAt" = ${now}
      WHERE id = ${needs.sessionId} AND version = ${version}::int RETURNING id, "userId", "imageName"
    ), agent AS (
      UPDATE "Agent" a SET "cpuMillisHeld" = a."cpuMillisHeld" + ${needs.cpuMillis}::int,
        "memoryBytesHeld" = a."memoryBytesHeld" + ${needs.memoryBytes}::float8, "updatedAt" = ${now}
      FROM session WHERE a.id = ${agentId}
    ), gpu AS (
      SELECT * FROM unnest(${gpus.map(({ gpuId }) => gpuId)}::text[], ${gpus.map(({ slot }) => slot)}::int[]) AS gpu(id, slot)
    ), hold AS (
      INSERT INTO "GpuHold" ("gpuId", slot, "sessionId", since) SELECT gpu.id, gpu.slot, session.id, ${now} FROM gpu, session
    ), use AS (
      INSERT INTO "GpuUse" ("gpuId", "sessionId", "userId", "userName", "imageName", since)
      SELECT gpu.id, session.id, u.id, COALESCE(u.name, ''), session."imageName", ${now}
      FROM gpu, session LEFT JOIN "User" u ON u.id = session."userId"
    ), home AS (
      UPDATE "Home" h SET "agentId" = ${agentId} FROM session WHERE h.id = ${needs.homeId} AND h."agentId" IS NULL
    ), event AS (
      INSERT INTO "SessionEvent" ("sessionId", at, code, params) SELECT id, ${now}, ${code}, ${JSON.stringify(params)}::jsonb FROM session
    )
    SELECT id, pg_notify(${channels.sessions}, id)::text FROM session`
  return rows.length > 0
}
