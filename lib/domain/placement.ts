// The pure decision where a session goes, and the reason per agent why not. Nothing here reads a clock or a database.
import type { PlacementReason, ReasonCode } from './placement-reasons'
import { reasonKinds } from './placement-reasons'
import { isDeclared } from './volume-mount'

export type PlacementNeeds = {
  sessionId: string
  userId: string
  cpuMillis: number
  memoryBytes: number
  /** 'all': every usable GPU of one agent that has at least one, all free at once. */
  gpus: number | 'all'
  agentGroup: string | null
  bindSources: readonly string[]
  reference: string
  /** Set when the home already lies on one agent. */
  homeAgentId: string | null
}

export type PlacementGpu = {
  id: string
  uuid: string
  index: number
  slots: number
  heldSlots: readonly number[]
  assignable: boolean
}

export type PlacementAgent = {
  id: string
  name: string
  enabled: boolean
  status: 'new' | 'up' | 'unreachable'
  groups: readonly string[]
  bindPaths: readonly string[]
  cpuMillisTotal: number
  cpuMillisHeld: number
  memoryBytesTotal: number
  memoryBytesHeld: number
  diskLow: boolean
  diskFreeBytes: number | null
  gpus: readonly PlacementGpu[]
  /** Image references present there, in normal form. */
  references: ReadonlySet<string>
}

export type Placed = { agentId: string; gpus: { gpuId: string; uuid: string; slot: number }[] }
export type PlacementDecision =
  | { placed: Placed; reasons: PlacementReason[] }
  | { placed: null; possible: boolean; reasons: PlacementReason[] }

/** Decides for one session. `reservedAgentId` is kept free for someone further ahead. */
export function placeOne(
  needs: PlacementNeeds,
  agents: readonly PlacementAgent[],
  reservedAgentId: string | null = null,
): PlacementDecision {
  if (agents.length === 0)
    return { placed: null, possible: false, reasons: [{ agentId: null, agentName: null, code: 'no_agents', params: {} }] }
  const reasons: PlacementReason[] = []
  let best: { agent: PlacementAgent; score: readonly number[] } | null = null
  let possible = false
  for (const agent of agents) {
    const against = agent.id === reservedAgentId ? (neverFits(needs, agent) ?? reason(agent, 'reserved')) : whyNot(needs, agent)
    if (against) {
      reasons.push(against)
      if (reasonKinds[against.code] !== 'never') possible = true
      continue
    }
    const score = scoreOf(needs, agent)
    if (!best || isBetter(score, best.score)) best = { agent, score }
  }
  if (!best) return { placed: null, possible, reasons }
  return { placed: { agentId: best.agent.id, gpus: chooseGpus(needs, best.agent) }, reasons }
}

/** The first reason against this agent, permanent ones first, or null when the session fits now. */
export function whyNot(needs: PlacementNeeds, agent: PlacementAgent): PlacementReason | null {
  return neverFits(needs, agent) ?? notNow(needs, agent)
}

function neverFits(needs: PlacementNeeds, agent: PlacementAgent): PlacementReason | null {
  const barred = barredBy(needs, agent)
  if (barred) return barred
  if (agent.cpuMillisTotal < needs.cpuMillis)
    return reason(agent, 'cpu_too_small', { has: agent.cpuMillisTotal, needs: needs.cpuMillis })
  if (agent.memoryBytesTotal < needs.memoryBytes)
    return reason(agent, 'memory_too_small', { has: agent.memoryBytesTotal, needs: needs.memoryBytes })
  if (needs.gpus === 0) return null
  const usable = agent.gpus.filter((gpu) => gpu.assignable).length
  if (usable === 0) return reason(agent, 'no_gpu')
  return needs.gpus !== 'all' && usable < needs.gpus ? reason(agent, 'too_few_gpus', { has: usable, needs: needs.gpus }) : null
}

function barredBy(needs: PlacementNeeds, agent: PlacementAgent): PlacementReason | null {
  if (!agent.enabled) return reason(agent, 'disabled')
  if (needs.agentGroup !== null && !agent.groups.includes(needs.agentGroup))
    return reason(agent, 'wrong_group', { group: needs.agentGroup })
  if (needs.homeAgentId !== null && needs.homeAgentId !== agent.id) return reason(agent, 'home_elsewhere')
  // Nothing is known yet about its size: it cannot be called too small.
  if (agent.status === 'new') return reason(agent, 'not_seen_yet')
  const missing = needs.bindSources.find((source) => !isDeclared(source, agent.bindPaths))
  return missing === undefined ? null : reason(agent, 'path_not_declared', { path: missing })
}

function notNow(needs: PlacementNeeds, agent: PlacementAgent): PlacementReason | null {
  if (agent.status === 'unreachable') return reason(agent, 'unreachable')
  if (agent.diskLow) return reason(agent, 'disk_low', { free: agent.diskFreeBytes ?? 0 })
  if (needs.gpus !== 0) {
    const free = freeGpus(agent).length
    const wanted = wantedGpus(needs, agent)
    if (free < wanted) return reason(agent, 'gpu_busy', { free, needs: wanted })
  }
  const cpuFree = agent.cpuMillisTotal - agent.cpuMillisHeld
  if (cpuFree < needs.cpuMillis) return reason(agent, 'cpu_busy', { free: Math.max(0, cpuFree), needs: needs.cpuMillis })
  const memoryFree = agent.memoryBytesTotal - agent.memoryBytesHeld
  if (memoryFree < needs.memoryBytes)
    return reason(agent, 'memory_busy', { free: Math.max(0, memoryFree), needs: needs.memoryBytes })
  return null
}

function reason(agent: PlacementAgent, code: ReasonCode, params: Record<string, string | number> = {}): PlacementReason {
  return { agentId: agent.id, agentName: agent.name, code, params }
}

function freeGpus(agent: PlacementAgent): PlacementGpu[] {
  return agent.gpus.filter((gpu) => gpu.assignable && gpu.heldSlots.length < gpu.slots)
}

function wantedGpus(needs: PlacementNeeds, agent: PlacementAgent): number {
  return needs.gpus === 'all' ? agent.gpus.filter((gpu) => gpu.assignable).length : needs.gpus
}

/** Compared left to right, larger wins: image present, GPU-less agent for GPU-less work, then the fullest (pack). */
function scoreOf(needs: PlacementNeeds, agent: PlacementAgent): number[] {
  const hasImage = agent.references.has(needs.reference) ? 1 : 0
  const usable = agent.gpus.filter((gpu) => gpu.assignable).length
  const keepsGpusFree = needs.gpus === 0 ? -Math.min(1, usable) : -(freeGpus(agent).length - wantedGpus(needs, agent))
  const fullness = Math.max(
    (agent.cpuMillisHeld + needs.cpuMillis) / agent.cpuMillisTotal,
    (agent.memoryBytesHeld + needs.memoryBytes) / agent.memoryBytesTotal,
  )
  return [hasImage, keepsGpusFree, fullness]
}

function isBetter(score: readonly number[], than: readonly number[]): boolean {
  for (const [index, value] of score.entries()) {
    const other = than[index] ?? 0
    if (value !== other) return value > other
  }
  return false
}

/** Shared GPUs that are already in use come first, so that untouched ones stay whole. */
function chooseGpus(needs: PlacementNeeds, agent: PlacementAgent): Placed['gpus'] {
  const count = needs.gpus === 0 ? 0 : wantedGpus(needs, agent)
  return freeGpus(agent)
    .sort((a, b) => b.heldSlots.length - a.heldSlots.length || a.index - b.index)
    .slice(0, count)
    .map((gpu) => ({ gpuId: gpu.id, uuid: gpu.uuid, slot: firstFreeSlot(gpu) }))
}

function firstFreeSlot(gpu: PlacementGpu): number {
  for (let slot = 0; slot < gpu.slots; slot++) if (!gpu.heldSlots.includes(slot)) return slot
  throw new Error(`GPU ${gpu.uuid} has no free slot`)
}
