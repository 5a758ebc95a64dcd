// Reads what placement decides on: the waiting sessions, the fleet with its holdings, and what users hold already.
import { isDiskLow } from '@/lib/domain/agent'
import type { SessionSpec } from '@/lib/domain/container-spec'
import { normalReference } from '@/lib/domain/image-reference'
import type { PlacementAgent, PlacementNeeds } from '@/lib/domain/placement'
import type { QueuedNeeds } from '@/lib/domain/placement-queue'
import type { Tx } from './client'
import { readSettings } from './settings'

export type QueueRow = { needs: QueuedNeeds; version: number; position: number | null; reasons: unknown }

export async function loadQueue(tx: Tx, now: Date): Promise<QueueRow[]> {
  const rows = await tx.session.findMany({
    where: { state: 'queued', wanted: { in: ['running', 'paused'] }, OR: [{ nextTryAt: null }, { nextTryAt: { lte: now } }] },
    select: {
      id: true,
      userId: true,
      cpuMillis: true,
      memoryBytes: true,
      gpuCount: true,
      needsAllGpus: true,
      spec: true,
      homeId: true,
      queuedAt: true,
      createdAt: true,
      version: true,
      queuePosition: true,
      reasons: true,
      home: { select: { agentId: true } },
    },
    orderBy: [{ queuedAt: 'asc' }, { id: 'asc' }],
  })
  return rows.map((row) => ({
    version: row.version,
    position: row.queuePosition,
    reasons: row.reasons,
    needs: {
      sessionId: row.id,
      userId: row.userId,
      cpuMillis: row.cpuMillis,
      memoryBytes: row.memoryBytes,
      gpus: row.needsAllGpus ? ('all' as const) : row.gpuCount,
      homeId: row.homeId,
      homeAgentId: row.home?.agentId ?? null,
      queuedAt: row.queuedAt ?? row.createdAt,
      ...specNeeds(row.spec as SessionSpec),
    },
  }))
}

type NeedsOfSpec = Pick<PlacementNeeds, 'agentGroup' | 'bindSources' | 'reference' | 'gpuMemoryBytesMin' | 'gpuModelPattern'>
type SpecForNeeds = Pick<SessionSpec, 'agentGroup' | 'volumes' | 'reference' | 'gpuMemoryBytesMin' | 'gpuModelPattern'>

export function specNeeds(spec: SpecForNeeds): NeedsOfSpec {
  return {
    agentGroup: spec.agentGroup,
    gpuMemoryBytesMin: spec.gpuMemoryBytesMin ?? null,
    gpuModelPattern: spec.gpuModelPattern ?? null,
    bindSources: spec.volumes.flatMap((volume) => (volume.kind === 'bind' ? [volume.source] : [])),
    reference: normalReference(spec.reference),
  }
}

export async function loadFleet(tx: Tx): Promise<PlacementAgent[]> {
  const agents = await tx.agent.findMany({
    where: { removedAt: null },
    include: {
      gpus: { include: { holds: { select: { slot: true } } }, orderBy: { index: 'asc' } },
      images: { select: { reference: true } },
    },
    orderBy: { name: 'asc' },
  })
  return agents.map((agent) => ({
    id: agent.id,
    name: agent.name,
    enabled: agent.enabled,
    // Capacity is known once it was seen; until then nothing can be said about its size.
    status: agent.cpuCount === null && agent.status === 'unreachable' ? 'new' : agent.status,
    groups: agent.groups,
    bindPaths: agent.bindPaths,
    cpuMillisTotal: agent.cpuMillisOverride ?? (agent.cpuCount ?? 0) * 1000,
    cpuMillisHeld: agent.cpuMillisHeld,
    memoryBytesTotal: agent.memoryBytesOverride ?? agent.memoryBytes ?? 0,
    memoryBytesHeld: agent.memoryBytesHeld,
    diskLow: isDiskLow({ totalBytes: agent.diskTotalBytes, freeBytes: agent.diskFreeBytes }),
    diskFreeBytes: agent.diskFreeBytes,
    references: new Set(agent.images.map((image) => image.reference)),
    gpus: agent.gpus.map((gpu) => ({
      id: gpu.id,
      uuid: gpu.uuid,
      index: gpu.index,
      model: gpu.model,
      memoryBytes: gpu.memoryBytes,
      slots: gpu.shares,
      heldSlots: gpu.holds.map((hold) => hold.slot),
      // A GPU with MIG on is handed out as its slices only.
      assignable: !gpu.excluded && gpu.missingSince === null && !gpu.migEnabled,
      busyOutside: gpu.busyOutsideSince !== null && !gpu.allowBusyOutside,
    })),
  }))
}

export type Load = { gpusHeld: Map<string, number>; homesInUse: Set<string>; gpuCaps: Map<string, number>; gpuCapDefault: number }

export async function loadLoad(tx: Tx): Promise<Load> {
  // One after the other: a transaction has one connection.
  const holds = await tx.gpuHold.findMany({ select: { session: { select: { userId: true } } } })
  const homes = await tx.session.findMany({ where: { held: true, homeId: { not: null } }, select: { homeId: true } })
  const capped = await tx.user.findMany({ where: { maxGpus: { not: null } }, select: { id: true, maxGpus: true } })
  const settings = await readSettings(tx)
  const gpusHeld = new Map<string, number>()
  for (const hold of holds) gpusHeld.set(hold.session.userId, (gpusHeld.get(hold.session.userId) ?? 0) + 1)
  return {
    gpusHeld,
    homesInUse: new Set(homes.flatMap((session) => (session.homeId ? [session.homeId] : []))),
    gpuCaps: new Map(capped.map((user) => [user.id, user.maxGpus ?? 0])),
    gpuCapDefault: settings.maxGpusPerUser,
  }
}
