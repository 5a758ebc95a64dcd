// Whether anything of an agent's sessions was written since they were last read: a number over the rows that a pass reads, made by the database.
import type { Tx } from './client'

/** By agent. `xmin` changes with every write of a row, also with those that leave its version. */
export async function loadSessionMarks(tx: Tx, agentIds: string[]): Promise<Map<string, string>> {
  const rows = await tx.$queryRaw<{ id: string; mark: string }[]>`
    SELECT a.id, concat_ws(' ', a."hasNvidiaRuntime",
      (SELECT concat(count(*), ' ', sum(hashtextextended(concat(s.id, ' ', s.xmin), 0))) FROM "Session" s
        WHERE s."agentId" = a.id AND s.state IN ('starting', 'running', 'paused', 'stopping', 'deleting')),
      (SELECT concat(count(*), ' ', sum(hashtextextended(concat(h."sessionId", ' ', h.xmin, ' ', g.uuid, ' ', g."cdiName"), 0)))
        FROM "Gpu" g JOIN "GpuHold" h ON h."gpuId" = g.id WHERE g."agentId" = a.id)) AS mark
    FROM "Agent" a WHERE a.id = ANY(${agentIds})`
  return new Map(rows.map(({ id, mark }) => [id, mark]))
}
