// Who waits for GPUs, in the queue's order, and when each could start at the earliest.
import type { SessionSpec } from '@/lib/domain/container-spec'
import type { GpuQueueEntry } from '@/lib/domain/gpu-view'
import { earliestStart } from '@/lib/domain/placement-estimate'
import { PlacementReason } from '@/lib/domain/placement-reasons'
import type { Tx } from './client'
import type { Prisma } from './generated/client'
import { loadFleet, specNeeds } from './placement-input'

const longest = 100
/** Of how many the start is worked out, and from the ends on how many agents: enough for whoever looks. */
const estimated = 10
const agentsLookedAt = 200

const select = {
  id: true,
  userId: true,
  imageName: true,
  queuePosition: true,
  queuedAt: true,
  createdAt: true,
  cpuMillis: true,
  memoryBytes: true,
  gpuCount: true,
  needsAllGpus: true,
  spec: true,
  reasons: true,
  user: { select: { id: true, name: true } },
} satisfies Prisma.SessionSelect

type Row = Prisma.SessionGetPayload<{ select: typeof select }>

export async function readGpuQueue(tx: Tx): Promise<GpuQueueEntry[]> {
  const rows = await tx.session.findMany({
    where: {
      userId: { not: null },
      state: 'queued',
      wanted: { in: ['running', 'paused'] },
      OR: [{ gpuCount: { gt: 0 } }, { needsAllGpus: true }],
    },
    select,
    orderBy: [{ queuePosition: { sort: 'asc', nulls: 'last' } }, { queuedAt: 'asc' }, { id: 'asc' }],
    take: longest,
  })
  const expected = await estimates(tx, rows)
  return rows.flatMap((row, index) => {
    if (row.user === null) return []
    const spec = row.spec as Partial<SessionSpec>
    const entry: GpuQueueEntry = {
      sessionId: row.id,
      position: row.queuePosition ?? index + 1,
      imageName: row.imageName,
      owner: row.user,
      needs: {
        gpus: row.needsAllGpus ? 'all' : row.gpuCount,
        memoryBytesMin: spec.gpuMemoryBytesMin ?? null,
        modelPattern: spec.gpuModelPattern ?? null,
      },
      since: (row.queuedAt ?? row.createdAt).toISOString(),
      expectedAt: expected.get(row.id)?.toISOString() ?? null,
    }
    return [entry]
  })
}

/** Only agents on which some session has an end can tell when; mostly there are few, or none. */
async function estimates(tx: Tx, rows: readonly Row[]): Promise<Map<string, Date>> {
  const found = new Map<string, Date>()
  if (rows.length === 0) return found
  const holds = await tx.$queryRaw<{ gpuId: string; agentId: string; endsAt: Date }[]>`
    SELECT h."gpuId", s."agentId", s."endsAt" FROM "GpuHold" h JOIN "Session" s ON s.id = h."sessionId"
    WHERE s."endsAt" IS NOT NULL AND s."agentId" IN (
      SELECT "agentId" FROM "Session" WHERE held AND "endsAt" IS NOT NULL AND "agentId" IS NOT NULL
      GROUP BY "agentId" ORDER BY min("endsAt") LIMIT ${agentsLookedAt})`
  if (holds.length === 0) return found
  const agents = await loadFleet(tx, [...new Set(holds.map((hold) => hold.agentId))])
  for (const row of rows.slice(0, estimated)) {
    const reasons = PlacementReason.array().safeParse(row.reasons).data ?? []
    // Against the cap of a person nothing that others give back helps.
    if (reasons.some(({ code }) => code === 'gpu_cap')) continue
    const { id: sessionId, userId, cpuMillis, memoryBytes } = row
    const gpus = row.needsAllGpus ? ('all' as const) : row.gpuCount
    const needs = { sessionId, userId, cpuMillis, memoryBytes, gpus, homeAgentId: null, ...specNeeds(row.spec as SessionSpec) }
    const at = earliestStart(needs, agents, holds)
    if (at) found.set(row.id, at)
  }
  return found
}
