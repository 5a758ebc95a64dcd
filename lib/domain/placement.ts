// The pure decision where a session goes, why there, and the reason per agent why not. Nothing here reads a clock or a database.
import { countGpus, fittingGpus, freeGpus, neverFits, reasonAgainst, whyNot } from './placement-fit'
import type { PlacementReason } from './placement-reasons'
import { reasonKinds } from './placement-reasons'

export type PlacementNeeds = {
  sessionId: string
  /** Null: a ready session, which is nobody's. */
  userId: string | null
  cpuMillis: number
  memoryBytes: number
  /** 'all': every usable GPU of one agent that has at least one, all free at once. */
  gpus: number | 'all'
  /** Of each GPU; one whose memory is not known does not fit. */
  gpuMemoryBytesMin: number | null
  gpuModelPattern: string | null
  /** How many GPUs the user holds and may hold. Left out where nobody asks. */
  gpuAllowance?: { held: number; cap: number }
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
  model: string
  memoryBytes: number | null
  slots: number
  heldSlots: readonly number[]
  assignable: boolean
  /** Would be assignable, but was not seen lately: it may come back. */
  missing?: boolean
  /** Somebody works on it past Berth, and no administrator said that this does not matter. */
  busyOutside: boolean
}

export type PlacementAgent = {
  id: string
  name: string
  enabled: boolean
  status: 'new' | 'up' | 'unreachable'
  /** Nothing new goes there, until an administrator says otherwise. */
  drained: boolean
  groups: readonly string[]
  bindPaths: readonly string[]
  cpuMillisTotal: number
  cpuMillisHeld: number
  memoryBytesTotal: number
  memoryBytesHeld: number
  diskLow: boolean
  diskFreeBytes: number | null
  gpus: readonly PlacementGpu[]
  /** It has some, and nobody has looked yet which. */
  gpusUnseen?: boolean
  /** Image references present there, in normal form. */
  references: ReadonlySet<string>
  /** References that were found not to fit on its disk as it is now, with the bytes that they take. */
  tooLarge?: ReadonlyMap<string, number>
}

/** Why this agent and no other: what told it from the one that came next. */
export const placementWhys = ['only_fit', 'has_image', 'keeps_gpus_free', 'fullest'] as const
export type PlacementWhy = (typeof placementWhys)[number]

export type Placed = { agentId: string; why: PlacementWhy; gpus: { gpuId: string; uuid: string; slot: number }[] }
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
  let best: Scored | null = null
  let next: Scored | null = null
  for (const agent of agents) {
    const against =
      agent.id === reservedAgentId ? (neverFits(needs, agent) ?? reasonAgainst(agent, 'reserved')) : whyNot(needs, agent)
    if (against) {
      reasons.push(against)
      continue
    }
    const scored = { agent, score: scoreOf(needs, agent) }
    if (!best || isBetter(scored.score, best.score)) [best, next] = [scored, best]
    else if (!next || isBetter(scored.score, next.score)) next = scored
  }
  if (!best) return { placed: null, possible: reasons.some(({ code }) => reasonKinds[code] !== 'never'), reasons }
  return { placed: { agentId: best.agent.id, why: whyChosen(best, next), gpus: chooseGpus(needs, best.agent) }, reasons }
}

type Scored = { agent: PlacementAgent; score: readonly number[] }

/** Compared left to right, larger wins: image present, GPU-less agent for GPU-less work, then the fullest (pack). `placement-shortlist.ts` orders by the same in SQL. */
function scoreOf(needs: PlacementNeeds, agent: PlacementAgent): number[] {
  const hasImage = agent.references.has(needs.reference) ? 1 : 0
  const { fitting, free } = needs.gpus === 0 ? { fitting: 0, free: 0 } : countGpus(needs, agent)
  const keepsGpusFree =
    needs.gpus === 0 ? (agent.gpus.some((gpu) => gpu.assignable) ? -1 : 0) : (needs.gpus === 'all' ? fitting : needs.gpus) - free
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

function whyChosen(best: Scored, next: Scored | null): PlacementWhy {
  if (!next) return 'only_fit'
  const differs = best.score.findIndex((value, index) => value !== next.score[index])
  return (['has_image', 'keeps_gpus_free', 'fullest'] as const)[differs] ?? 'fullest'
}

/** Shared GPUs that are already in use come first, so that untouched ones stay whole. */
function chooseGpus(needs: PlacementNeeds, agent: PlacementAgent): Placed['gpus'] {
  const count = needs.gpus === 'all' ? fittingGpus(needs, agent).length : needs.gpus
  return freeGpus(needs, agent)
    .sort((a, b) => b.heldSlots.length - a.heldSlots.length || a.index - b.index)
    .slice(0, count)
    .map((gpu) => ({ gpuId: gpu.id, uuid: gpu.uuid, slot: firstFreeSlot(gpu) }))
}

function firstFreeSlot(gpu: PlacementGpu): number {
  for (let slot = 0; slot < gpu.slots; slot++) if (!gpu.heldSlots.includes(slot)) return slot
  throw new Error(`GPU ${gpu.uuid} has no free slot`)
}
