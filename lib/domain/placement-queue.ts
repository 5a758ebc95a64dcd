// Places a whole queue at once: order, caps, and the reservation for its head. Pure.
import { type Placed, type PlacementAgent, type PlacementNeeds, placeOne } from './placement'
import { countGpus, whyNot } from './placement-fit'
import type { PlacementReason } from './placement-reasons'
import { fullerOf, type ReadyHolding, ReadyRoom, withHeld } from './ready-room'

export type QueuedNeeds = PlacementNeeds & {
  /** Only what somebody asked for waits in the queue. */
  userId: string
  queuedAt: Date
  homeId: string | null
}

export type QueueRules = {
  gpuCapOf(userId: string): number
  /** What the portal keeps ready: it gives way to all who wait. */
  ready?: readonly ReadyHolding[]
}

export type QueueOutcome = {
  sessionId: string
  /** 1 is next; null once placed or impossible. */
  position: number | null
} & (
  | { kind: 'placed'; placed: Placed; reasons: PlacementReason[] }
  | { kind: 'impossible'; reasons: PlacementReason[] }
  /** `ends`: ready sessions that are to end, so that it finds a place when they have. */
  | { kind: 'waiting'; reasons: PlacementReason[]; ends: string[] }
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
  const waiting = [...queue]
  const state: Placing = {
    agents: agentsBefore.map((agent) => ({ ...agent })),
    gpusHeld: new Map(gpusHeldBefore),
    busyHomes: new Set(homesInUse),
    rules,
    room: rules.ready?.length ? new ReadyRoom(agentsBefore, rules.ready) : null,
    reservedAgentId: null,
  }
  let position = 0
  return Array.from(queue, () => {
    const next = takeNext(waiting, state.gpusHeld)
    const decided = placeNext(next, state)
    return { sessionId: next.sessionId, position: decided.kind === 'waiting' ? ++position : null, ...decided }
  })
}

type Placing = {
  agents: PlacementAgent[]
  gpusHeld: Map<string, number>
  busyHomes: Set<string>
  rules: QueueRules
  room: ReadyRoom | null
  reservedAgentId: string | null
}
type Decided =
  | { kind: 'placed'; placed: Placed; reasons: PlacementReason[] }
  | { kind: 'impossible'; reasons: PlacementReason[] }
  | { kind: 'waiting'; reasons: PlacementReason[]; ends: string[] }

function placeNext(taken: QueuedNeeds, state: Placing): Decided {
  const { agents, gpusHeld, rules, room } = state
  // How many "every GPU" is, only each agent says: the cap is held against it there.
  const next = { ...taken, gpuAllowance: { held: gpusHeld.get(taken.userId) ?? 0, cap: rules.gpuCapOf(taken.userId) } }
  const blocked = blockedByRule(next, state)
  if (blocked) return { kind: 'waiting', reasons: [blocked], ends: [] }
  const { placed, reasons, ...decision } = placeOne(next, agents, state.reservedAgentId)
  if (placed) {
    replace(agents, placed.agentId, (agent) => withHeld(agent, placed, next))
    room?.hold(placed, next)
    count(state, next, placed)
    return { kind: 'placed', placed, reasons }
  }
  const soon = room?.find(next, state.reservedAgentId)
  if (room && soon) {
    const { agentId } = soon.placed
    const then = room.promise(next, soon)
    replace(agents, agentId, (now) => fullerOf(now, then))
    count(state, next, soon.placed)
    return {
      kind: 'waiting',
      reasons: reasons.map((reason) => (reason.agentId === agentId ? givesWay(reason) : reason)),
      ends: soon.ends,
    }
  }
  if ('possible' in decision && !decision.possible) return { kind: 'impossible', reasons }
  state.reservedAgentId ??= nearestAgent(next, room?.withoutAny() ?? agents)
  return { kind: 'waiting', reasons, ends: [] }
}

function count({ gpusHeld, busyHomes }: Placing, next: QueuedNeeds, placed: Placed): void {
  if (next.homeId) busyHomes.add(next.homeId)
  gpusHeld.set(next.userId, (gpusHeld.get(next.userId) ?? 0) + placed.gpus.length)
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

function blockedByRule(next: QueuedNeeds, { gpusHeld, busyHomes, rules }: Placing): PlacementReason | null {
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

function givesWay(reason: PlacementReason): PlacementReason {
  return { ...reason, code: 'ready_gives_way', params: {} }
}

function replace(agents: PlacementAgent[], id: string, change: (agent: PlacementAgent) => PlacementAgent): void {
  const index = agents.findIndex((agent) => agent.id === id)
  const agent = agents[index]
  if (agent) agents[index] = change(agent)
}
