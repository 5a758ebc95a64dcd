// What ready sessions hold is anybody's who launches: which of them end so that a session which waits finds a place, fewest first. Pure.
import { type Placed, type PlacementAgent, type PlacementNeeds, placeOne } from './placement'
import { whyNot } from './placement-fit'

/** What one ready session holds on its agent. */
export type ReadyHolding = {
  sessionId: string
  agentId: string
  cpuMillis: number
  memoryBytes: number
  gpus: readonly { gpuId: string; slot: number }[]
  /** It was told to end already; what it holds is free in a moment. */
  leaving: boolean
}

export type Room = {
  placed: Placed
  /** Those that must end for it, besides the ones that do already. */
  ends: string[]
}

/** A fleet as it will be once the ready sessions that were told to end have ended, with what was promised meanwhile. */
export class ReadyRoom {
  readonly #agents: Map<string, PlacementAgent>
  #staying: readonly ReadyHolding[]

  constructor(agents: readonly PlacementAgent[], ready: readonly ReadyHolding[]) {
    const leaving = ready.filter((one) => one.leaving)
    this.#agents = new Map(agents.map((agent) => [agent.id, without(agent, leaving)]))
    this.#staying = ready.filter((one) => !one.leaving)
  }

  /** Null: also without any ready session there would be no place. */
  find(needs: PlacementNeeds, reservedAgentId: string | null): Room | null {
    const found = [...this.#agents.values()].flatMap((agent) => {
      const ends = agent.id === reservedAgentId ? null : fewest(needs, agent, this.#on(agent.id))
      return ends ? [{ agent: without(agent, ends), ends }] : []
    })
    const least = Math.min(...found.map(({ ends }) => ends.length))
    const candidates = found.filter(({ ends }) => ends.length === least)
    const { placed } = placeOne(
      needs,
      candidates.map(({ agent }) => agent),
    )
    const chosen = candidates.find(({ agent }) => agent.id === placed?.agentId)
    return placed && chosen ? { placed, ends: chosen.ends.map(({ sessionId }) => sessionId) } : null
  }

  /** The agent as it will be with this promise kept. */
  promise(needs: PlacementNeeds, { placed, ends }: Room): PlacementAgent {
    const agent = this.#agents.get(placed.agentId) as PlacementAgent
    const going = this.#staying.filter(({ sessionId }) => ends.includes(sessionId))
    this.#staying = this.#staying.filter(({ sessionId }) => !ends.includes(sessionId))
    const promised = withHeld(without(agent, going), placed, needs)
    this.#agents.set(agent.id, promised)
    return promised
  }

  /** Somebody was placed at once. */
  hold(placed: Placed, needs: PlacementNeeds): void {
    const agent = this.#agents.get(placed.agentId)
    if (agent) this.#agents.set(agent.id, withHeld(agent, placed, needs))
  }

  /** As if nothing were kept ready. */
  withoutAny(): PlacementAgent[] {
    return [...this.#agents.values()].map((agent) => without(agent, this.#on(agent.id)))
  }

  #on(agentId: string): ReadyHolding[] {
    return this.#staying.filter((one) => one.agentId === agentId)
  }
}

/** More than this many of one agent are not tried in every combination. */
const triedInFull = 10

function fewest(needs: PlacementNeeds, agent: PlacementAgent, ready: readonly ReadyHolding[]): ReadyHolding[] | null {
  const fits = (ends: readonly ReadyHolding[]) => whyNot(needs, without(agent, ends)) === null
  if (!fits(ready)) return null
  if (ready.length <= triedInFull) {
    for (let size = 0; size < ready.length; size++) {
      const found = combinations(ready, size).find(fits)
      if (found) return found
    }
    return [...ready]
  }
  // Whoever holds least is kept first.
  const smallestFirst = [...ready].sort((a, b) => a.gpus.length - b.gpus.length || a.memoryBytes - b.memoryBytes)
  return smallestFirst.reduce((ends, one) => {
    const others = ends.filter((other) => other !== one)
    return fits(others) ? others : ends
  }, smallestFirst)
}

function combinations<T>(items: readonly T[], size: number): T[][] {
  if (size === 0) return [[]]
  return items.flatMap((item, index) => combinations(items.slice(index + 1), size - 1).map((rest) => [item, ...rest]))
}

/** An agent as it is once these have ended. */
export function without(agent: PlacementAgent, ready: readonly ReadyHolding[]): PlacementAgent {
  const here = ready.filter((one) => one.agentId === agent.id)
  if (here.length === 0) return agent
  const freed = new Set(here.flatMap(({ gpus }) => gpus.map(({ gpuId, slot }) => `${gpuId} ${slot}`)))
  return {
    ...agent,
    cpuMillisHeld: agent.cpuMillisHeld - sum(here, (one) => one.cpuMillis),
    memoryBytesHeld: agent.memoryBytesHeld - sum(here, (one) => one.memoryBytes),
    gpus: agent.gpus.map((gpu) => {
      const heldSlots = gpu.heldSlots.filter((slot) => !freed.has(`${gpu.id} ${slot}`))
      return heldSlots.length === gpu.heldSlots.length ? gpu : { ...gpu, heldSlots }
    }),
  }
}

function sum(ready: readonly ReadyHolding[], pick: (one: ReadyHolding) => number): number {
  return ready.reduce((total, one) => total + pick(one), 0)
}

/** An agent with one more session on it. */
export function withHeld(agent: PlacementAgent, placed: Placed, needs: PlacementNeeds): PlacementAgent {
  const slots = new Map(placed.gpus.map((gpu) => [gpu.gpuId, gpu.slot]))
  return {
    ...agent,
    cpuMillisHeld: agent.cpuMillisHeld + needs.cpuMillis,
    memoryBytesHeld: agent.memoryBytesHeld + needs.memoryBytes,
    gpus: agent.gpus.map((gpu) => {
      const slot = slots.get(gpu.id)
      return slot === undefined ? gpu : { ...gpu, heldSlots: [...gpu.heldSlots, slot] }
    }),
  }
}

/** What is free both now and when a promise is kept: until then neither may be given to anybody else. */
export function fullerOf(now: PlacementAgent, then: PlacementAgent): PlacementAgent {
  const thenSlots = new Map(then.gpus.map((gpu) => [gpu.id, gpu.heldSlots]))
  return {
    ...now,
    cpuMillisHeld: Math.max(now.cpuMillisHeld, then.cpuMillisHeld),
    memoryBytesHeld: Math.max(now.memoryBytesHeld, then.memoryBytesHeld),
    gpus: now.gpus.map((gpu) => ({ ...gpu, heldSlots: [...new Set([...gpu.heldSlots, ...(thenSlots.get(gpu.id) ?? [])])] })),
  }
}
