// What must hold for any fleet and any queue, and over time while sessions come and go.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { matchesGpuModel } from './gpu-model-pattern'
import { type PlacementAgent, type PlacementGpu, placeOne } from './placement'
import { agent, gpu, needs } from './placement-fixture'
import { placeQueue, type QueuedNeeds } from './placement-queue'

const GiB = 1024 ** 3

const anyGpu = fc.record({
  model: fc.constantFrom('NVIDIA H100 80GB HBM3', 'NVIDIA A100-SXM4-40GB', 'Tesla T4'),
  memoryBytes: fc.constantFrom(null, 16 * GiB, 40 * GiB, 80 * GiB),
  slots: fc.integer({ min: 1, max: 3 }),
  held: fc.integer({ min: 0, max: 3 }),
  assignable: fc.boolean(),
  busyOutside: fc.boolean(),
})
const anyFleet = fc.array(fc.array(anyGpu, { maxLength: 5 }), { minLength: 1, maxLength: 4 }).map((agents) =>
  agents.map((gpus, at) =>
    agent({
      id: `a${at}`,
      gpus: gpus.map(({ held, ...over }, index) =>
        gpu(index, { ...over, id: `a${at}g${index}`, heldSlots: [0, 1, 2].slice(0, Math.min(held, over.slots)) }),
      ),
    }),
  ),
)
const anyDemands = fc.record({
  gpus: fc.constantFrom(0, 1, 2, 3, 'all' as const),
  gpuModelPattern: fc.constantFrom(null, 'h100*', '*40GB', 'L40*'),
  gpuMemoryBytesMin: fc.constantFrom(null, 20 * GiB, 80 * GiB),
})

describe('for any fleet and any demands', () => {
  test('only GPUs that meet them are given, each slot once, and a session without GPUs gets none', () => {
    fc.assert(
      fc.property(anyFleet, anyDemands, (fleet, demands) => {
        const { placed } = placeOne(needs(demands), fleet)
        if (!placed) return
        const host = fleet.find(({ id }) => id === placed.agentId) as PlacementAgent
        const given = placed.gpus.map(({ gpuId }) => host.gpus.find(({ id }) => id === gpuId) as PlacementGpu)
        expect(given.every((one) => meets(one, demands) && !one.busyOutside && one.assignable)).toBe(true)
        for (const { gpuId, slot } of placed.gpus) {
          const one = host.gpus.find(({ id }) => id === gpuId) as PlacementGpu
          expect(slot >= 0 && slot < one.slots && !one.heldSlots.includes(slot)).toBe(true)
        }
        expect(new Set(given).size).toBe(given.length)
        const everyFitting = host.gpus.filter((one) => one.assignable && meets(one, demands)).length
        expect(given).toHaveLength(demands.gpus === 'all' ? everyFitting : demands.gpus)
      }),
      { seed: 3, numRuns: 150 },
    )
  })

  test('who is refused is told why by every agent, and none of them had room', () => {
    fc.assert(
      fc.property(anyFleet, anyDemands, (fleet, demands) => {
        const decision = placeOne(needs(demands), fleet)
        if (decision.placed) return
        expect(decision.reasons.map(({ agentId }) => agentId)).toEqual(fleet.map(({ id }) => id))
        for (const host of fleet) {
          const fitting = host.gpus.filter((one) => one.assignable && meets(one, demands))
          const free = fitting.filter((one) => !one.busyOutside && one.heldSlots.length < one.slots)
          const wanted = demands.gpus === 'all' ? Math.max(1, fitting.length) : demands.gpus
          expect(free.length).toBeLessThan(wanted)
        }
      }),
      { seed: 4, numRuns: 150 },
    )
  })
})

function meets(one: PlacementGpu, demands: { gpuModelPattern: string | null; gpuMemoryBytesMin: number | null }): boolean {
  const { gpuModelPattern: pattern, gpuMemoryBytesMin: least } = demands
  return (pattern === null || matchesGpuModel(pattern, one.model)) && (least === null || (one.memoryBytes ?? 0) >= least)
}

type Job = { id: string; userId: string; gpus: number; at: number; lasts: number }
type Running = Job & { agentId: string; slots: { gpuId: string; slot: number }[]; until: number }

/** Sessions arrive, are placed and end, minute by minute; when each was placed. */
function simulate(jobs: readonly Job[], gpusPerAgent: readonly number[], minutes: number, cap = 100): Map<string, number> {
  const placedAt = new Map<string, number>()
  let running: Running[] = []
  for (let minute = 0; minute < minutes; minute++) {
    running = running.filter(({ until }) => until > minute)
    const queue = jobs.filter(({ id, at }) => at <= minute && !placedAt.has(id)).map(toQueued)
    const held = new Map<string, number>()
    for (const { userId, slots } of running) held.set(userId, (held.get(userId) ?? 0) + slots.length)
    const rules = { gpuCapOf: () => cap }
    for (const outcome of placeQueue(queue, fleetNow(gpusPerAgent, running), held, new Set(), rules)) {
      if (outcome.kind !== 'placed') continue
      const job = jobs.find(({ id }) => id === outcome.sessionId) as Job
      placedAt.set(job.id, minute)
      running.push({ ...job, agentId: outcome.placed.agentId, slots: outcome.placed.gpus, until: minute + job.lasts })
    }
    assertEachSlotOnce(running)
  }
  return placedAt
}

function toQueued({ id, userId, gpus, at }: Job): QueuedNeeds {
  const small = { cpuMillis: 1, memoryBytes: 1 }
  return { ...needs({ sessionId: id, userId, gpus, ...small }), queuedAt: new Date(at * 60_000), homeId: null }
}

function fleetNow(gpusPerAgent: readonly number[], running: readonly Running[]): PlacementAgent[] {
  return gpusPerAgent.map((count, at) => {
    const gpus = Array.from({ length: count }, (_, index) => {
      const id = `a${at}g${index}`
      const heldSlots = running.flatMap(({ slots }) => slots.filter(({ gpuId }) => gpuId === id).map(({ slot }) => slot))
      return gpu(index, { id, heldSlots })
    })
    return agent({ id: `a${at}`, gpus })
  })
}

function assertEachSlotOnce(running: readonly Running[]): void {
  const slots = running.flatMap((session) => session.slots.map(({ gpuId, slot }) => `${gpuId}/${slot}`))
  expect(new Set(slots).size).toBe(slots.length)
}

const longest = 6
const anyLength = fc.integer({ min: 1, max: longest })

describe('over time', () => {
  test('small requests without end never keep a large one waiting longer than those before it take', () => {
    const anyAgents = fc.array(fc.integer({ min: 2, max: 4 }), { minLength: 1, maxLength: 3 })
    const anyArrivals = fc.array(fc.array(anyLength, { minLength: 1, maxLength: 3 }), { minLength: 200, maxLength: 200 })
    fc.assert(
      fc.property(anyAgents, anyArrivals, fc.integer({ min: 0, max: 10 }), (agents, arrivals, from) => {
        const small = arrivals.flatMap((lengths, at) =>
          lengths.map((lasts, index) => ({ id: `s${at}.${index}`, userId: `u${at}.${index}`, gpus: 1, at, lasts })),
        )
        const large: Job = { id: 'large', userId: 'patient', gpus: Math.max(...agents), at: from, lasts: 1 }
        const before = small.filter(({ at }) => at <= from).length
        const placedAt = simulate([...small, large], agents, 200)
        expect(placedAt.get('large')).toBeLessThanOrEqual(from + (before + 2) * longest)
      }),
      { seed: 5, numRuns: 10 },
    )
  }, 60_000)

  test('fifty requests of one person keep another waiting for one session to end at most', () => {
    fc.assert(
      fc.property(fc.array(anyLength, { minLength: 50, maxLength: 50 }), fc.integer({ min: 1, max: 20 }), (lengths, at) => {
        const greedy = lengths.map((lasts, index) => ({ id: `m${index}`, userId: 'm', gpus: 1, at: 0, lasts }))
        const other: Job = { id: 'other', userId: 'other', gpus: 1, at, lasts: 1 }
        const placedAt = simulate([...greedy, other], [2, 1], 120)
        expect(placedAt.get('other')).toBeLessThanOrEqual(at + longest)
        expect(placedAt.size).toBe(51)
      }),
      { seed: 6, numRuns: 15 },
    )
  }, 60_000)

  test('cancelling and asking again wins nobody a better place than those who went on waiting', () => {
    const waiting = Array.from({ length: 5 }, (_, index) => ({
      id: `w${index}`,
      userId: `w${index}`,
      gpus: 1,
      at: 1 + index,
      lasts: 3,
    }))
    const first: Job = { id: 'first', userId: 'x', gpus: 1, at: 0, lasts: 3 }
    // Asked at minute 1, taken back, asked again at minute 9: its place is that of the last request.
    const placedAt = simulate([first, ...waiting, { id: 'again', userId: 'm', gpus: 1, at: 9, lasts: 3 }], [1], 60)
    expect([...placedAt.keys()]).toEqual(['first', 'w0', 'w1', 'w2', 'w3', 'w4', 'again'])
  })
})
