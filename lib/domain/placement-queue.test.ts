import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PlacementAgent } from './placement'
import { agent, gpu, needs } from './placement-fixture'
import { placeQueue, type QueuedNeeds } from './placement-queue'

const GiB = 1024 ** 3
const noCap = { gpuCapOf: () => 100 }

function queued(sessionId: string, minute: number, over: Partial<QueuedNeeds> = {}): QueuedNeeds {
  return { ...needs({ sessionId, ...over }), queuedAt: new Date(minute * 60_000), homeId: null, ...over }
}

function oneGpuAgent(count: number): PlacementAgent {
  return agent({ gpus: Array.from({ length: count }, (_, index) => gpu(index)) })
}

const place = (
  queue: QueuedNeeds[],
  fleet: PlacementAgent[],
  held = new Map<string, number>(),
  homes = new Set<string>(),
  rules = noCap,
) => placeQueue(queue, fleet, held, homes, rules)

test('who holds fewer GPUs comes first, then who came first', () => {
  const queue = [
    queued('rich', 1, { userId: 'rich', gpus: 1 }),
    queued('late', 3, { userId: 'b', gpus: 1 }),
    queued('early', 2, { userId: 'a', gpus: 1 }),
  ]
  const outcomes = place(queue, [oneGpuAgent(1)], new Map([['rich', 2]]))
  expect(outcomes.map((outcome) => [outcome.sessionId, outcome.kind, outcome.position])).toEqual([
    ['early', 'placed', null],
    ['late', 'waiting', 1],
    ['rich', 'waiting', 2],
  ])
})

test('fifty requests of one person do not keep another waiting', () => {
  const greedy = Array.from({ length: 50 }, (_, index) =>
    queued(`m${String(index).padStart(2, '0')}`, index, { userId: 'm', gpus: 1 }),
  )
  const outcomes = place([...greedy, queued('a', 100, { userId: 'a', gpus: 1 })], [oneGpuAgent(2)])
  expect(outcomes.filter((outcome) => outcome.kind === 'placed').map((outcome) => outcome.sessionId)).toEqual(['m00', 'a'])
})

test('the agent nearest to fitting the head is kept free for it, and small ones pass elsewhere', () => {
  const near = agent({ id: 'near', cpuMillisHeld: 2000 })
  const far = agent({ id: 'far', cpuMillisHeld: 6000 })
  const outcomes = place([queued('big', 1, { cpuMillis: 8000 }), queued('small', 2, { cpuMillis: 1000 })], [near, far])
  expect(outcomes).toMatchObject([
    { sessionId: 'big', kind: 'waiting', position: 1 },
    { sessionId: 'small', kind: 'placed', placed: { agentId: 'far' } },
  ])
})

test('behind the head nothing is placed on its reserved agent, and the reason says so', () => {
  const outcomes = place([queued('big', 1, { cpuMillis: 8000 }), queued('small', 2)], [agent({ cpuMillisHeld: 2000 })])
  expect(outcomes[1]).toMatchObject({ kind: 'waiting', position: 2, reasons: [{ code: 'reserved' }] })
})

test('one placed in this pass takes room from the next', () => {
  const outcomes = place([queued('a', 1, { cpuMillis: 5000 }), queued('b', 2, { cpuMillis: 5000 })], [agent()])
  expect(outcomes.map((outcome) => outcome.kind)).toEqual(['placed', 'waiting'])
})

test('two sessions never get one home at once', () => {
  const outcomes = place([queued('a', 1, { homeId: 'h' }), queued('b', 2, { homeId: 'h' })], [agent()])
  expect(outcomes).toMatchObject([{ kind: 'placed' }, { kind: 'waiting', reasons: [{ code: 'home_busy' }] }])
  expect(place([queued('a', 1, { homeId: 'h' })], [agent()], new Map(), new Set(['h']))).toMatchObject([{ kind: 'waiting' }])
})

test('the cap of GPUs per user makes the rest wait without blocking others', () => {
  const queue = [
    queued('a1', 1, { userId: 'a', gpus: 2 }),
    queued('a2', 2, { userId: 'a', gpus: 2 }),
    queued('b', 3, { userId: 'b', gpus: 2 }),
  ]
  const outcomes = place(queue, [oneGpuAgent(6)], new Map(), new Set(), { gpuCapOf: () => 3 })
  expect(outcomes.map((outcome) => [outcome.sessionId, outcome.kind])).toEqual([
    ['a1', 'placed'],
    ['b', 'placed'],
    ['a2', 'waiting'],
  ])
  expect(outcomes[2]?.reasons[0]).toMatchObject({ code: 'gpu_cap', params: { held: 2, cap: 3 } })
})

test('the cap counts every GPU of an agent as many as it has, not as one', () => {
  const all = queued('all', 1, { gpus: 'all' })
  const cap = (gpuCap: number) => ({ gpuCapOf: () => gpuCap })
  expect(place([all], [oneGpuAgent(6)], new Map(), new Set(), cap(4))).toMatchObject([
    { kind: 'impossible', reasons: [{ code: 'gpu_cap_too_small', params: { has: 6, cap: 4 } }] },
  ])
  expect(place([all], [oneGpuAgent(3)], new Map([['u', 2]]), new Set(), cap(4))).toMatchObject([
    { kind: 'waiting', reasons: [{ code: 'gpu_cap', params: { held: 2, cap: 4 } }] },
  ])
  expect(place([all], [oneGpuAgent(3)], new Map([['u', 1]]), new Set(), cap(4))).toMatchObject([{ kind: 'placed' }])
})

test('a cap that was lowered meanwhile holds for what already waits', () => {
  const outcomes = place([queued('a', 1, { gpus: 2 })], [oneGpuAgent(4)], new Map(), new Set(), { gpuCapOf: () => 1 })
  expect(outcomes).toMatchObject([{ kind: 'waiting', reasons: [{ code: 'gpu_cap' }] }])
})

test('an agent that only lacks GPUs used past Berth is not kept free, for nobody here can give those back', () => {
  const host = agent({ gpus: [gpu(0), gpu(1, { busyOutside: true })] })
  const outcomes = place([queued('both', 1, { gpus: 2 }), queued('one', 2, { gpus: 1 })], [host])
  expect(outcomes).toMatchObject([
    { kind: 'waiting', position: 1, reasons: [{ code: 'gpu_busy_outside' }] },
    { sessionId: 'one', kind: 'placed' },
  ])
})

test('what no agent could ever run leaves the queue with a reason per agent', () => {
  const [outcome] = place([queued('x', 1, { memoryBytes: 1000 * GiB })], [agent({ id: 'a' }), agent({ id: 'b', enabled: false })])
  expect(outcome).toMatchObject({
    kind: 'impossible',
    position: null,
    reasons: [
      { agentId: 'a', code: 'memory_too_small' },
      { agentId: 'b', code: 'disabled' },
    ],
  })
})

test('whatever the queue, no agent is filled over its capacity and no GPU has two holders', () => {
  const anyQueued = fc.record({
    cpuMillis: fc.integer({ min: 100, max: 9000 }),
    gpus: fc.constantFrom(0, 1, 2, 'all' as const),
    userId: fc.constantFrom('a', 'b', 'c'),
    minute: fc.nat(50),
  })
  fc.assert(
    fc.property(fc.array(anyQueued, { maxLength: 25 }), fc.integer({ min: 1, max: 4 }), (items, count) => {
      const fleet = [{ ...oneGpuAgent(count), id: 'gpu' }, agent({ id: 'plain' })]
      const queue = items.map(({ minute, ...item }, index) => queued(`s${index}`, minute, item))
      const outcomes = place(queue, fleet)
      expect(outcomes).toHaveLength(queue.length)
      const cpu = new Map<string, number>()
      const holders = new Set<string>()
      for (const outcome of outcomes) {
        if (outcome.kind !== 'placed') {
          expect(outcome.reasons.length).toBeGreaterThan(0)
          continue
        }
        const { agentId, gpus } = outcome.placed
        cpu.set(
          agentId,
          (cpu.get(agentId) ?? 0) + (queue.find(({ sessionId }) => sessionId === outcome.sessionId)?.cpuMillis ?? 0),
        )
        for (const { gpuId, slot } of gpus) {
          expect(holders.has(`${gpuId}/${slot}`)).toBe(false)
          holders.add(`${gpuId}/${slot}`)
        }
      }
      for (const used of cpu.values()) expect(used).toBeLessThanOrEqual(8000)
    }),
    { seed: 2, numRuns: 200 },
  )
})
