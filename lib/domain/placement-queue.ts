// Places a whole queue at once: order, caps, and the reservation for its head. Pure.
import { type Placed, type PlacementAgent, type PlacementNeeds, placeOne } from './placement'
import { countGpus, whyNot } from './placement-fit'
import type { PlacementReason } from './placement-reasons'

export type QueuedNeeds = PlacementNeeds & {
  queuedAt: Date
  homeId: string | null
}

export type QueueRules = { gpuCapOf(userId: string): number }

export type QueueOutcome = {
  sessionId: string
  /** 1 is next; null once placed or impossible. */
  position: number | null
} & (
  | { kind: 'placed'; placed: Placed; reasons: PlacementReason[] }
  | { kind: 'waiting' | 'impossible'; reasons: PlacementReason[] }
)

/** Order: fewest GPUs held by the user, then arrival, then id so that it is total. */
export function placeQueue(
  queue: readonly QueuedNeeds[],
  agentsBefore: readonly PlacementAgent[],
  gpusHeldBefore: ReadonlyMap<string, number>,
  /** Homes that a session uses now: two desktops on one home break each other. */
  homesInUse: ReadonlySet<string>,
  rules: QueueRules,
): QueueOutcome[] {
  const agents = agentsBefore.map((agent) => ({ ...agent }))
  const gpusHeld = new Map(gpusHeldBefore)
  const busyHomes = new Set(homesInUse)
  const waiting = [...queue]
  const outcomes: QueueOutcome[] = []
  let reservedAgentId: string | null = null
  let position = 0
  while (waiting.length > 0) {
    const taken = takeNext(waiting, gpusHeld)
    // How many "every GPU" is, only each agent says: the cap is held against it there.
    const next = { ...taken, gpuAllowance: { held: gpusHeld.get(taken.userId) ?? 0, cap: rules.gpuCapOf(taken.userId) } }
    const blocked = blockedByRule(next, { gpusHeld, busyHomes, rules })
    if (blocked) {
      outcomes.push({ sessionId: next.sessionId, kind: 'waiting', position: ++position, reasons: [blocked] })
      continue
    }
    const decision = placeOne(next, agents, reservedAgentId)
    if (decision.placed) {
      hold(agents, decision.placed, next)
      if (next.homeId) busyHomes.add(next.homeId)
      gpusHeld.set(next.userId, (gpusHeld.get(next.userId) ?? 0) + decision.placed.gpus.length)
      outcomes.push({
        sessionId: next.sessionId,
        kind: 'placed',
        position: null,
        placed: decision.placed,
        reasons: decision.reasons,
      })
    } else if (!decision.possible) {
      outcomes.push({ sessionId: next.sessionId, kind: 'impossible', position: null, reasons: decision.reasons })
    } else {
      reservedAgentId ??= nearestAgent(next, agents)
      outcomes.push({ sessionId: next.sessionId, kind: 'waiting', position: ++position, reasons: decision.reasons })
    }
  }
  return outcomes
}

function takeNext(waiting: QueuedNeeds[], gpusHeld: ReadonlyMap<string, number>): QueuedNeeds {
  let best = 0
  for (let index = 1; index < waiting.length; index++) {
    if (comesBefore(waiting[index] as QueuedNeeds, waiting[best] as QueuedNeeds, gpusHeld)) best = index
  }
  return waiting.splice(best, 1)[0] as QueuedNeeds
}

function comesBefore(a: QueuedNeeds, b: QueuedNeeds, gpusHeld: ReadonlyMap<string, number>): boolean {
  const held = (gpusHeld.get(a.userId) ?? 0) - (gpusHeld.get(b.userId) ?? 0)
  if (held !== 0) return held < 0
  const arrival = a.queuedAt.getTime() - b.queuedAt.getTime()
  return arrival !== 0 ? arrival < 0 : a.sessionId < b.sessionId
}

type Load = { gpusHeld: ReadonlyMap<string, number>; busyHomes: ReadonlySet<string>; rules: QueueRules }

function blockedByRule(next: QueuedNeeds, { gpusHeld, busyHomes, rules }: Load): PlacementReason | null {
  if (next.homeId && busyHomes.has(next.homeId)) return { agentId: null, agentName: null, code: 'home_busy', params: {} }
  if (next.gpus === 0 || next.gpus === 'all') return null
  const held = gpusHeld.get(next.userId) ?? 0
  const cap = rules.gpuCapOf(next.userId)
  // More than the cap by itself is refused at launch; here the cap was lowered since, and holds.
  return held + next.gpus > cap ? { agentId: null, agentName: null, code: 'gpu_cap', params: { held, cap } } : null
}

/** The agent that lacks least for these needs; only one that could ever fit. */
function nearestAgent(needs: PlacementNeeds, agents: readonly PlacementAgent[]): string | null {
  let nearest: { id: string; lack: number } | null = null
  for (const agent of agents) {
    const against = whyNot(needs, agent)
    if (!against || !['cpu_busy', 'memory_busy', 'gpu_busy'].includes(against.code)) continue
    const lack = lackOf(needs, agent)
    if (!nearest || lack < nearest.lack) nearest = { id: agent.id, lack }
  }
  return nearest?.id ?? null
}

function lackOf(needs: PlacementNeeds, agent: PlacementAgent): number {
  const { fitting, free } = countGpus(needs, agent)
  const wanted = needs.gpus === 'all' ? fitting : needs.gpus
  const gpus = wanted === 0 ? 0 : Math.max(0, wanted - free) / wanted
  const cpu = Math.max(0, needs.cpuMillis - (agent.cpuMillisTotal - agent.cpuMillisHeld)) / needs.cpuMillis
  const memory = Math.max(0, needs.memoryBytes - (agent.memoryBytesTotal - agent.memoryBytesHeld)) / needs.memoryBytes
  return gpus * 10 + cpu + memory
}

function hold(agents: PlacementAgent[], placed: Placed, needs: PlacementNeeds): void {
  const index = agents.findIndex((agent) => agent.id === placed.agentId)
  const agent = agents[index]
  if (!agent) return
  const slots = new Map(placed.gpus.map((gpu) => [gpu.gpuId, gpu.slot]))
  agents[index] = {
    ...agent,
    cpuMillisHeld: agent.cpuMillisHeld + needs.cpuMillis,
    memoryBytesHeld: agent.memoryBytesHeld + needs.memoryBytes,
    gpus: agent.gpus.map((gpu) => {
      const slot = slots.get(gpu.id)
      return slot === undefined ? gpu : { ...gpu, heldSlots: [...gpu.heldSlots, slot] }
    }),
  }
}
