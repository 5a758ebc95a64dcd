// Whether anything about an agent changed that a controller goes by: a number over its row, without what changes all the time.
import type { Tx } from './client'

/** By agent. */
export async function loadAgentMarks(tx: Tx): Promise<Map<string, string>> {
  const rows = await tx.$queryRaw<{ id: string; mark: string }[]>`
    SELECT a.id, hashtextextended((to_jsonb(a) - ARRAY['leaseUntil', 'lastSeenAt', 'latencyMs', 'updatedAt', 'cpuMillisHeld', 'memoryBytesHeld',
      'cpuMillisUsed', 'memoryBytesUsed'])::text, 0)::text AS mark
    FROM "Agent" a WHERE a."removedAt" IS NULL`
  return new Map(rows.map(({ id, mark }) => [id, mark]))
}
