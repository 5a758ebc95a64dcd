// Whether a session fits an agent: now, later, or never. Pure.
import { matchesGpuModel } from './gpu-model-pattern'
import type { PlacementAgent, PlacementGpu, PlacementNeeds } from './placement'
import type { PlacementReason, ReasonCode } from './placement-reasons'
import { isDeclared } from './volume-mount'

/** The first reason against this agent, permanent ones first, or null when the session fits now. */
export function whyNot(needs: PlacementNeeds, agent: PlacementAgent): PlacementReason | null {
  return neverFits(needs, agent) ?? notNow(needs, agent)
}

export function neverFits(needs: PlacementNeeds, agent: PlacementAgent): PlacementReason | null {
  const barred = barredBy(needs, agent)
  if (barred) return barred
  if (agent.cpuMillisTotal < needs.cpuMillis)
    return reasonAgainst(agent, 'cpu_too_small', { has: agent.cpuMillisTotal, needs: needs.cpuMillis })
  if (agent.memoryBytesTotal < needs.memoryBytes)
    return reasonAgainst(agent, 'memory_too_small', { has: agent.memoryBytesTotal, needs: needs.memoryBytes })
  if (needs.gpus === 0 || agent.gpusUnseen) return null
  // A GPU that is not seen at the moment is no proof that there will never be enough.
  return tooFewGpus(needs, agent) && tooFewGpus(needs, withMissing(agent))
}

function withMissing(agent: PlacementAgent): PlacementAgent {
  return { ...agent, gpus: agent.gpus.map((gpu) => (gpu.missing ? { ...gpu, assignable: true } : gpu)) }
}

function barredBy(needs: PlacementNeeds, agent: PlacementAgent): PlacementReason | null {
  if (!agent.enabled) return reasonAgainst(agent, 'disabled')
  if (needs.agentGroup !== null && !agent.groups.includes(needs.agentGroup))
    return reasonAgainst(agent, 'wrong_group', { group: needs.agentGroup })
  if (needs.homeAgentId !== null && needs.homeAgentId !== agent.id) return reasonAgainst(agent, 'home_elsewhere')
  // Nothing is known yet about its size: it cannot be called too small.
  if (agent.status === 'new') return reasonAgainst(agent, 'not_seen_yet')
  const missing = needs.bindSources.find((source) => !isDeclared(source, agent.bindPaths))
  return missing === undefined ? null : reasonAgainst(agent, 'path_not_declared', { path: missing })
}

/** The demand that leaves too few is named: the number, then the model, then the memory. */
function tooFewGpus(needs: PlacementNeeds, agent: PlacementAgent): PlacementReason | null {
  const wanted = needs.gpus === 'all' ? 1 : needs.gpus
  const { usable, ofModel, fitting } = countGpus(needs, agent)
  if (usable === 0) return reasonAgainst(agent, 'no_gpu')
  if (usable < wanted) return reasonAgainst(agent, 'too_few_gpus', { has: usable, needs: wanted })
  if (ofModel < wanted)
    return reasonAgainst(agent, 'gpu_model_differs', { model: needs.gpuModelPattern ?? '', has: ofModel, needs: wanted })
  if (fitting < wanted) return reasonAgainst(agent, 'gpu_memory_too_small', memoryFacts(needs, agent, fitting, wanted))
  const { gpuAllowance } = needs
  return needs.gpus === 'all' && gpuAllowance && fitting > gpuAllowance.cap
    ? reasonAgainst(agent, 'gpu_cap_too_small', { has: fitting, cap: gpuAllowance.cap })
    : null
}

function memoryFacts(needs: PlacementNeeds, agent: PlacementAgent, has: number, wanted: number) {
  const ofModel = usableGpus(agent).filter((gpu) => isOfModel(needs, gpu))
  const known = ofModel.flatMap(({ memoryBytes }) => (memoryBytes === null ? [] : [memoryBytes]))
  return {
    memory: needs.gpuMemoryBytesMin ?? 0,
    has,
    needs: wanted,
    unknown: ofModel.length - known.length,
    ...(known.length > 0 ? { largest: Math.max(...known) } : {}),
  }
}

function notNow(needs: PlacementNeeds, agent: PlacementAgent): PlacementReason | null {
  if (agent.drained) return reasonAgainst(agent, 'drained')
  if (agent.status === 'unreachable') return reasonAgainst(agent, 'unreachable')
  if (agent.diskLow) return reasonAgainst(agent, 'disk_low', { free: agent.diskFreeBytes ?? 0 })
  const imageBytes = agent.references.has(needs.reference) ? undefined : agent.tooLarge?.get(needs.reference)
  if (imageBytes !== undefined)
    return reasonAgainst(agent, 'image_too_large', { needs: imageBytes, free: agent.diskFreeBytes ?? 0 })
  const gpus = needs.gpus === 0 ? null : gpusNotNow(needs, agent)
  if (gpus) return gpus
  const cpuFree = agent.cpuMillisTotal - agent.cpuMillisHeld
  if (cpuFree < needs.cpuMillis) return reasonAgainst(agent, 'cpu_busy', { free: Math.max(0, cpuFree), needs: needs.cpuMillis })
  const memoryFree = agent.memoryBytesTotal - agent.memoryBytesHeld
  if (memoryFree < needs.memoryBytes)
    return reasonAgainst(agent, 'memory_busy', { free: Math.max(0, memoryFree), needs: needs.memoryBytes })
  return null
}

function gpusNotNow(needs: PlacementNeeds, agent: PlacementAgent): PlacementReason | null {
  if (agent.gpusUnseen) return reasonAgainst(agent, 'gpus_not_seen_yet')
  const { fitting, free, outside } = countGpus(needs, agent)
  const wanted = needs.gpus === 'all' ? Math.max(1, fitting) : needs.gpus
  if (fitting < wanted) {
    const missing = agent.gpus.filter((gpu) => gpu.missing).length
    return reasonAgainst(agent, 'gpu_missing', { missing, has: fitting, needs: wanted })
  }
  const { gpuAllowance } = needs
  if (needs.gpus === 'all' && gpuAllowance && gpuAllowance.held + wanted > gpuAllowance.cap)
    return reasonAgainst(agent, 'gpu_cap', { held: gpuAllowance.held, cap: gpuAllowance.cap })
  if (free >= wanted) return null
  // Nobody here could give these back: only what is used past Berth stands in the way.
  return free + outside >= wanted
    ? reasonAgainst(agent, 'gpu_busy_outside', { outside, free, needs: wanted })
    : reasonAgainst(agent, 'gpu_busy', { free, needs: wanted })
}

export function reasonAgainst(
  agent: PlacementAgent,
  code: ReasonCode,
  params: Record<string, string | number> = {},
): PlacementReason {
  return { agentId: agent.id, agentName: agent.name, code, params }
}

/** What may be handed out at all, whether or not somebody has it. */
export function usableGpus(agent: PlacementAgent): PlacementGpu[] {
  return agent.gpus.filter((gpu) => gpu.assignable)
}

export function fittingGpus(needs: PlacementNeeds, agent: PlacementAgent): PlacementGpu[] {
  return agent.gpus.filter((gpu) => gpu.assignable && isOfModel(needs, gpu) && isLargeEnough(needs, gpu))
}

export function freeGpus(needs: PlacementNeeds, agent: PlacementAgent): PlacementGpu[] {
  return fittingGpus(needs, agent).filter((gpu) => !gpu.busyOutside && hasFreeSlot(gpu))
}

export type GpuCounts = {
  usable: number
  ofModel: number
  fitting: number
  /** Fitting, with a slot that can be had now. */
  free: number
  /** These would be free, were they not used past Berth. */
  outside: number
}

/** In one look, making nothing: it is asked of every agent for every session that waits. */
export function countGpus(needs: PlacementNeeds, agent: PlacementAgent): GpuCounts {
  const counts = { usable: 0, ofModel: 0, fitting: 0, free: 0, outside: 0 }
  for (const gpu of agent.gpus) {
    if (!gpu.assignable) continue
    counts.usable++
    if (!isOfModel(needs, gpu)) continue
    counts.ofModel++
    if (!isLargeEnough(needs, gpu)) continue
    counts.fitting++
    if (!hasFreeSlot(gpu)) continue
    if (gpu.busyOutside) counts.outside++
    else counts.free++
  }
  return counts
}

function hasFreeSlot(gpu: PlacementGpu): boolean {
  return gpu.heldSlots.length < gpu.slots
}

// A fleet has a handful of models: each is held against a pattern once.
let asked = { pattern: '', models: new Map<string, boolean>() }

function isOfModel({ gpuModelPattern: pattern }: PlacementNeeds, { model }: PlacementGpu): boolean {
  if (pattern === null) return true
  if (asked.pattern !== pattern) asked = { pattern, models: new Map() }
  const known = asked.models.get(model)
  if (known !== undefined) return known
  const fits = matchesGpuModel(pattern, model)
  asked.models.set(model, fits)
  return fits
}

function isLargeEnough({ gpuMemoryBytesMin }: PlacementNeeds, { memoryBytes }: PlacementGpu): boolean {
  return gpuMemoryBytesMin === null || (memoryBytes !== null && memoryBytes >= gpuMemoryBytesMin)
}
