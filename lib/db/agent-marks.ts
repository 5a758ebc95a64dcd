// Whether anything about an agent changed that a controller goes by: a number over its row, without what changes all the time.
import type { Tx } from './client'

/** By agent. They come in one text, since hundreds of rows every few seconds would cost more. */
export async function loadAgentMarks(tx: Tx): Promise<Map<string, string>> {
  const [row] = await tx.$queryRaw<{ marks: string | null }[]>`
    SELECT string_agg(a.id || ' ' || hashtextextended((to_jsonb(a) - ARRAY['leaseUntil', 'lastSeenAt', 'latencyMs', 'updatedAt', 'cpuMillisHeld', 'memoryBytesHeld',
      'cpuMillisUsed', 'memoryBytesUsed'])::text, 0), ',') AS marks
    FROM "Agent" a WHERE a."removedAt" IS NULL`
  return new Map((row?.marks?.split(',') ?? []).map((mark) => mark.split(' ') as [string, string]))
}
