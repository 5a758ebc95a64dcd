// Ready sessions give way: for any fleet, any of them and any queue, nobody who launches waits longer than their removal takes.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type PlacementAgent, placeOne } from './placement'
import { agent, gpu, needs } from './placement-fixture'
import { placeQueue, type QueuedNeeds, type QueueOutcome } from './placement-queue'
import { type ReadyHolding, withHeld, without } from './ready-room'

type Shape = { cpu: number; gpus: number; held: number; ready: { cpu: number; gpus: number; leaving: boolean }[] }
type Fleet = { agents: PlacementAgent[]; ready: ReadyHolding[] }

const anyShape = fc.record({
  cpu: fc.integer({ min: 2, max: 8 }),
  gpus: fc.integer({ min: 0, max: 3 }),
  held: fc.integer({ min: 0, max: 3 }),
  ready: fc.array(
    fc.record({
      cpu: fc.integer({ min: 1, max: 3 }),
      gpus: fc.integer({ min: 0, max: 1 }),
      leaving: fc.oneof({ arbitrary: fc.constant(false), weight: 4 }, fc.constant(true)),
    }),
    { maxLength: 5 },
  ),
})
const anyFleet = fc.array(anyShape, { minLength: 1, maxLength: 3 }).map(toFleet)
const anyQueue = fc
  .array(
    fc.record({
      user: fc.integer({ min: 0, max: 2 }),
      cpu: fc.integer({ min: 1, max: 6 }),
      gpus: fc.constantFrom(0, 0, 1, 2, 'all' as const),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((wants) => wants.map(({ user, cpu, gpus }, at) => queued(`s${at}`, `u${user}`, cpu, gpus, at)))

function queued(sessionId: string, userId: string, cpu: number, gpus: number | 'all', at: number): QueuedNeeds {
  const own = needs({ sessionId, userId, cpuMillis: cpu * 1000, memoryBytes: 1, gpus })
  return { ...own, queuedAt: new Date(at), homeId: null }
}

function toFleet(shapes: readonly Shape[]): Fleet {
  const fleet: Fleet = { agents: [], ready: [] }
  for (const [at, shape] of shapes.entries()) {
    let host = agent({
      id: `a${at}`,
      cpuMillisTotal: shape.cpu * 1000,
      cpuMillisHeld: Math.min(shape.held, shape.cpu) * 1000,
      gpus: Array.from({ length: shape.gpus }, (_, index) => gpu(index, { id: `a${at}g${index}` })),
    })
    for (const [index, one] of shape.ready.entries()) {
      const own = needs({ sessionId: `a${at}r${index}`, cpuMillis: one.cpu * 1000, memoryBytes: 1, gpus: one.gpus })
      const { placed } = placeOne(own, [host])
      if (!placed) continue
      host = withHeld(host, placed, own)
      const { sessionId, cpuMillis, memoryBytes } = own
      fleet.ready.push({ sessionId, agentId: host.id, cpuMillis, memoryBytes, gpus: placed.gpus, leaving: one.leaving })
    }
    fleet.agents.push(host)
  }
  return fleet
}

const decide = (queue: readonly QueuedNeeds[], { agents, ready }: Fleet, held = new Map<string, number>()) =>
  placeQueue(queue, agents, held, new Set(), { gpuCapOf: () => 100, ready })

const endsOf = (outcomes: readonly QueueOutcome[]) =>
  outcomes.flatMap((outcome) => (outcome.kind === 'waiting' ? outcome.ends : []))

const isPromised = (outcome: QueueOutcome) =>
  outcome.kind === 'waiting' && outcome.reasons.some(({ code }) => code === 'ready_gives_way')

/** One pass: what was placed is held, and what was told to end is leaving. */
class World {
  fleet: Fleet
  waiting: QueuedNeeds[]
  readonly held = new Map<string, number>()
  outcomes: QueueOutcome[] = []

  constructor(fleet: Fleet, queue: readonly QueuedNeeds[]) {
    this.fleet = fleet
    this.waiting = [...queue]
  }

  place(): void {
    this.outcomes = decide(this.waiting, this.fleet, this.held)
    for (const outcome of this.outcomes) {
      const own = this.waiting.find(({ sessionId }) => sessionId === outcome.sessionId) as QueuedNeeds
      if (outcome.kind !== 'waiting') this.waiting = this.waiting.filter((one) => one !== own)
      if (outcome.kind !== 'placed') continue
      const { placed } = outcome
      this.held.set(own.userId, (this.held.get(own.userId) ?? 0) + placed.gpus.length)
      this.fleet.agents = this.fleet.agents.map((one) => (one.id === placed.agentId ? withHeld(one, placed, own) : one))
      this.assertSound()
    }
    const ends = endsOf(this.outcomes)
    this.fleet.ready = this.fleet.ready.map((one) => (ends.includes(one.sessionId) ? { ...one, leaving: true } : one))
  }

  remove(gone: readonly ReadyHolding[]): void {
    this.fleet.agents = this.fleet.agents.map((one) => without(one, gone))
    this.fleet.ready = this.fleet.ready.filter((one) => !gone.includes(one))
  }

  assertSound(): void {
    for (const { cpuMillisHeld, cpuMillisTotal, gpus } of this.fleet.agents) {
      expect(cpuMillisHeld).toBeLessThanOrEqual(cpuMillisTotal)
      for (const { heldSlots, slots } of gpus) {
        expect(new Set(heldSlots).size).toBe(heldSlots.length)
        expect(heldSlots.length).toBeLessThanOrEqual(slots)
      }
    }
  }
}

describe('for any fleet with ready sessions and any queue', () => {
  test('a launch that would find a place without them is placed as soon as those that were told to end have ended', () => {
    let madeRoom = 0
    fc.assert(
      fc.property(anyFleet, anyQueue, (fleet, [launch]) => {
        const alone = [launch as QueuedNeeds]
        const [alike] = decide(alone, { agents: fleet.agents.map((one) => without(one, fleet.ready)), ready: [] })
        const world = new World({ ...fleet }, alone)
        world.place()
        world.remove(world.fleet.ready.filter(({ leaving }) => leaving))
        world.place()
        expect(world.waiting.length === 0).toBe(alike?.kind !== 'waiting')
        madeRoom += fleet.ready.length > world.fleet.ready.length ? 1 : 0
      }),
      { seed: 11, numRuns: 120 },
    )
    expect(madeRoom).toBeGreaterThan(40)
  })

  test('no fewer of them would do', () => {
    fc.assert(
      fc.property(anyFleet, anyQueue, (fleet, [launch]) => {
        const own = launch as QueuedNeeds
        const ends = endsOf(decide([own], fleet))
        if (ends.length === 0) return
        const leaving = fleet.ready.filter((one) => one.leaving)
        const staying = fleet.ready.filter((one) => !one.leaving)
        for (const fewer of subsetsBelow(staying, ends.length)) {
          const agents = fleet.agents.map((one) => without(one, [...leaving, ...fewer]))
          expect(placeOne(own, agents).placed).toBeNull()
        }
      }),
      { seed: 12, numRuns: 100 },
    )
  })

  test('none ends for a launch that has room already, or that would not find any even then', () => {
    fc.assert(
      fc.property(anyFleet, anyQueue, (fleet, queue) => {
        for (const outcome of decide(queue, fleet)) {
          if (outcome.kind !== 'waiting' || isPromised(outcome)) continue
          expect(outcome.ends).toEqual([])
        }
        const [launch] = queue
        const own = launch as QueuedNeeds
        if (placeOne(own, fleet.agents).placed) expect(endsOf(decide([own], fleet))).toEqual([])
      }),
      { seed: 13, numRuns: 120 },
    )
  })

  test('however they go, one by one, nothing is ever held beyond what there is, and in the end none is in anybody’s way', () => {
    fc.assert(
      fc.property(anyFleet, anyQueue, fc.nat(), (fleet, queue, turn) => {
        const world = new World({ ...fleet }, queue)
        for (let round = 0; round < 40; round++) {
          world.place()
          world.assertSound()
          const leaving = world.fleet.ready.filter((one) => one.leaving)
          if (leaving.length > 0) world.remove([leaving[turn % leaving.length] as ReadyHolding])
          else if (!world.outcomes.some(({ kind }) => kind === 'placed')) break
        }
        const agents = world.fleet.agents.map((one) => without(one, world.fleet.ready))
        const rest = decide(world.waiting, { agents, ready: [] }, world.held)
        expect(rest.filter(({ kind }) => kind === 'placed')).toEqual([])
        expect(world.outcomes.filter(isPromised)).toEqual([])
      }),
      { seed: 14, numRuns: 120 },
    )
  })

  test('what was promised to one is given to nobody else', () => {
    fc.assert(
      fc.property(anyFleet, anyQueue, (fleet, queue) => {
        const world = new World({ ...fleet }, queue)
        world.place()
        const promised = world.outcomes.filter(isPromised).map(({ sessionId }) => sessionId)
        const before = new Set(world.waiting.map(({ sessionId }) => sessionId))
        world.remove(world.fleet.ready.filter(({ leaving }) => leaving))
        world.place()
        const placed = world.outcomes.filter(({ kind }) => kind === 'placed').map(({ sessionId }) => sessionId)
        expect(placed.filter((id) => !before.has(id))).toEqual([])
        // Whoever was promised a place has one: at the head of the queue at once.
        if (promised[0] !== undefined) expect(placed.length).toBeGreaterThan(0)
      }),
      { seed: 15, numRuns: 120 },
    )
  })
})

function subsetsBelow<T>(items: readonly T[], size: number): T[][] {
  const all = items.reduce<T[][]>((found, item) => found.concat(found.map((subset) => [...subset, item])), [[]])
  return all.filter((subset) => subset.length < size)
}

test('ready sessions of the same agent go before those of another would add up to more', () => {
  const fleet = toFleet([
    { cpu: 4, gpus: 0, held: 0, ready: [2, 2].map((cpu) => ({ cpu, gpus: 0, leaving: false })) },
    { cpu: 4, gpus: 0, held: 0, ready: [{ cpu: 3, gpus: 0, leaving: false }] },
  ])
  expect(endsOf(decide([queued('s', 'u', 4, 0, 0)], fleet))).toEqual(['a1r0'])
})

test('behind the head of the queue none ends on the agent that is kept free for it', () => {
  const fleet = toFleet([{ cpu: 8, gpus: 0, held: 2, ready: [{ cpu: 3, gpus: 0, leaving: false }] }])
  const outcomes = decide([queued('large', 'u', 7, 0, 0), queued('small', 'v', 4, 0, 1)], fleet)
  expect(outcomes.map(({ kind }) => kind)).toEqual(['waiting', 'waiting'])
  expect(endsOf(outcomes)).toEqual([])
})
