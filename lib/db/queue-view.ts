// What a queued session waits for: who has it, and when it could be free. Names that a viewer may not see are dropped here.
import { type Actor, isAdmin } from '@/lib/domain/actor'
import type { SessionSpec } from '@/lib/domain/container-spec'
import { can } from '@/lib/domain/permissions'
import type { PlacementAgent, PlacementNeeds } from '@/lib/domain/placement'
import { earliestStart } from '@/lib/domain/placement-estimate'
import { fittingGpus } from '@/lib/domain/placement-fit'
import { PlacementReason, reasonKinds } from '@/lib/domain/placement-reasons'
import type { QueueHolder, QueueView } from '@/lib/domain/session'
import type { Tx } from './client'
import { loadFleet, specNeeds } from './placement-input'
import type { SessionDetailRow } from './session-views'

const mostHolders = 20

type Hold = {
  gpuId: string
  sessionId: string
  imageName: string
  /** Null: a ready session, which gives way. */
  userId: string | null
  userName: string | null
  agentName: string
  model: string
  since: Date
  endsAt: Date | null
}

export async function loadQueueView(tx: Tx, row: SessionDetailRow, viewer: Actor): Promise<QueueView> {
  const spec = row.spec as SessionSpec
  const needs = needsOf(row, spec)
  const reasons = PlacementReason.array().safeParse(row.reasons).data ?? []
  const agents = needs.gpus === 0 ? [] : await loadFleet(tx, busyAgents(reasons))
  const holds = await loadHolds(tx, needs, agents)
  const holders = bySession(holds, viewer)
  // Against the cap of a person nothing that others give back helps.
  const isCapped = reasons.some(({ code }) => code === 'gpu_cap')
  return {
    memoryBytesMin: needs.gpus === 0 ? null : needs.gpuMemoryBytesMin,
    modelPattern: needs.gpus === 0 ? null : needs.gpuModelPattern,
    holders: holders.slice(0, mostHolders),
    moreHolders: Math.max(0, holders.length - mostHolders),
    expectedAt: isCapped ? null : (earliestStart(needs, agents, holds)?.toISOString() ?? null),
    canStartWithoutGpu: mayWaiveGpu(row) && can(viewer, 'session:resume', { userId: row.userId }),
  }
}

/** It waits for a GPU that its workspace can do without. */
export function mayWaiveGpu(row: Pick<SessionDetailRow, 'state' | 'wanted' | 'gpuCount' | 'needsAllGpus' | 'spec'>): boolean {
  const waits = row.state === 'queued' && row.wanted === 'running' && (row.needsAllGpus || row.gpuCount > 0)
  return waits && (row.spec as SessionSpec).gpuOptional === true
}

function needsOf(row: SessionDetailRow, spec: SessionSpec): PlacementNeeds {
  return {
    sessionId: row.id,
    userId: row.userId,
    cpuMillis: row.cpuMillis,
    memoryBytes: row.memoryBytes,
    gpus: row.needsAllGpus ? 'all' : row.gpuCount,
    homeAgentId: null,
    ...specNeeds(spec),
  }
}

function busyAgents(reasons: readonly PlacementReason[]): string[] {
  return reasons.flatMap(({ agentId, code }) => (agentId !== null && reasonKinds[code] === 'busy' ? [agentId] : []))
}

async function loadHolds(tx: Tx, needs: PlacementNeeds, agents: readonly PlacementAgent[]): Promise<Hold[]> {
  const gpuIds = agents
    .flatMap((agent) => fittingGpus(needs, agent).filter((gpu) => gpu.heldSlots.length > 0))
    .map(({ id }) => id)
  if (gpuIds.length === 0) return []
  return tx.$queryRaw<Hold[]>`
    SELECT h."gpuId", h."sessionId", s."imageName", s."userId", u.name AS "userName", a.name AS "agentName", g.model, h.since, s."endsAt"
    FROM "GpuHold" h JOIN "Gpu" g ON g.id = h."gpuId" JOIN "Agent" a ON a.id = g."agentId"
      JOIN "Session" s ON s.id = h."sessionId" LEFT JOIN "User" u ON u.id = s."userId"
    WHERE h."gpuId" = ANY(${gpuIds})
    ORDER BY s."endsAt" NULLS LAST, h.since, h."sessionId"`
}

function bySession(holds: readonly Hold[], viewer: Actor): QueueHolder[] {
  const holders = new Map<string, QueueHolder>()
  for (const hold of holds) {
    const known = holders.get(hold.sessionId)
    if (known) known.gpus++
    else holders.set(hold.sessionId, toHolder(hold, viewer))
  }
  return [...holders.values()]
}

function toHolder(hold: Hold, viewer: Actor): QueueHolder {
  const seen = can(viewer, 'session:view', { userId: hold.userId })
  return {
    owner: seen && hold.userId !== null ? { id: hold.userId, name: hold.userName ?? '' } : null,
    session: seen ? { id: hold.sessionId, name: hold.imageName } : null,
    agent: isAdmin(viewer) ? hold.agentName : null,
    gpus: 1,
    model: hold.model,
    since: hold.since.toISOString(),
    endsAt: hold.endsAt?.toISOString() ?? null,
  }
}
