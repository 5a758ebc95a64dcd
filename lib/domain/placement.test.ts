import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type PlacementAgent, placeOne } from './placement'
import { agent, gpu, needs } from './placement-fixture'
import { describeReasons, type PlacementReason, sameReasons } from './placement-reasons'

const GiB = 1024 ** 3

function gpus(count: number, slots = 1, held: number[] = []): PlacementAgent['gpus'] {
  return Array.from({ length: count }, (_, index) => gpu(index, { slots, heldSlots: held.includes(index) ? [0] : [] }))
}

function codes(decision: ReturnType<typeof placeOne>): string[] {
  return decision.reasons.map((reason) => reason.code)
}

describe('placing one session', () => {
  test('without agents nothing can ever run, and that is said', () => {
    expect(placeOne(needs(), [])).toMatchObject({ placed: null, possible: false, reasons: [{ code: 'no_agents' }] })
  })

  test.each([
    ['a disabled agent', { enabled: false }, {}, 'disabled'],
    ['another group', { groups: ['x'] }, { agentGroup: 'y' }, 'wrong_group'],
    ['a directory that is not declared', { bindPaths: ['/data'] }, { bindSources: ['/secret'] }, 'path_not_declared'],
    ['too few CPUs in all', {}, { cpuMillis: 9000 }, 'cpu_too_small'],
    ['too little memory in all', {}, { memoryBytes: 33 * GiB }, 'memory_too_small'],
    ['no GPU', {}, { gpus: 1 }, 'no_gpu'],
    ['every GPU of an agent that has none', {}, { gpus: 'all' }, 'no_gpu'],
    ['too few GPUs in all', { gpus: gpus(2) }, { gpus: 3 }, 'too_few_gpus'],
    ['another model', { gpus: gpus(2) }, { gpus: 1, gpuModelPattern: 'H100*' }, 'gpu_model_differs'],
    ['GPUs too small', { gpus: gpus(2) }, { gpus: 1, gpuMemoryBytesMin: 81 * GiB }, 'gpu_memory_too_small'],
    [
      'GPUs that do not say how large they are',
      { gpus: [gpu(0, { memoryBytes: null })] },
      { gpus: 1, gpuMemoryBytesMin: GiB },
      'gpu_memory_too_small',
    ],
    [
      'one large GPU where two are needed',
      { gpus: [gpu(0), gpu(1, { memoryBytes: GiB })] },
      { gpus: 2, gpuMemoryBytesMin: 40 * GiB },
      'gpu_memory_too_small',
    ],
    ['a home on another agent', {}, { homeAgentId: 'b' }, 'home_elsewhere'],
  ] as const)('%s can never do, so it is impossible at once', (_what, over, wants, code) => {
    const decision = placeOne(needs(wants as Parameters<typeof needs>[0]), [agent(over as Partial<PlacementAgent>)])
    expect(decision).toMatchObject({ placed: null, possible: false })
    expect(codes(decision)).toEqual([code])
  })

  test.each([
    ['a drained agent', { drained: true }, {}, 'drained'],
    ['CPUs held by others', { cpuMillisHeld: 7500 }, {}, 'cpu_busy'],
    ['memory held by others', { memoryBytesHeld: 31.5 * GiB }, {}, 'memory_busy'],
    ['GPUs held by others', { gpus: gpus(2, 1, [0]) }, { gpus: 2 }, 'gpu_busy'],
    ['one of all GPUs held', { gpus: gpus(4, 1, [3]) }, { gpus: 'all' }, 'gpu_busy'],
    ['a GPU used past Berth', { gpus: [gpu(0, { busyOutside: true })] }, { gpus: 1 }, 'gpu_busy_outside'],
    ['one of all GPUs used past Berth', { gpus: [gpu(0), gpu(1, { busyOutside: true })] }, { gpus: 'all' }, 'gpu_busy_outside'],
    [
      'the only GPU of the model held, others free',
      { gpus: [gpu(0), gpu(1, { model: 'NVIDIA H100 PCIe', heldSlots: [0] })] },
      { gpus: 1, gpuModelPattern: 'h100*' },
      'gpu_busy',
    ],
    ['a full disk', { diskLow: true }, {}, 'disk_low'],
    ['an agent that does not answer', { status: 'unreachable' }, {}, 'unreachable'],
    ['GPUs that nobody has looked at yet', { gpusUnseen: true }, { gpus: 2 }, 'gpus_not_seen_yet'],
    ['an agent that was not looked at yet', { status: 'new', cpuMillisTotal: 0, memoryBytesTotal: 0 }, {}, 'not_seen_yet'],
  ] as const)('%s means waiting, not failing', (_what, over, wants, code) => {
    const decision = placeOne(needs(wants as Parameters<typeof needs>[0]), [agent(over as Partial<PlacementAgent>)])
    expect(decision).toMatchObject({ placed: null, possible: true })
    expect(codes(decision)).toEqual([code])
  })

  test('a bind below a declared directory fits, a sibling with the same beginning does not [attack 26]', () => {
    const host = agent({ bindPaths: ['/data/'] })
    expect(placeOne(needs({ bindSources: ['/data/sets'] }), [host]).placed).not.toBeNull()
    expect(codes(placeOne(needs({ bindSources: ['/database'] }), [host]))).toEqual(['path_not_declared'])
  })

  test.each([
    [{ needs: 2, has: 0, model: 'H100*' }, 'gpu_model_differs', 'has no GPU of the model H100*'],
    [{ needs: 2, has: 1, model: 'H100*' }, 'gpu_model_differs', 'has 1 GPU of the model H100*, 2 are needed'],
    [
      { memory: 40 * GiB, has: 0, needs: 1, unknown: 0, largest: 24 * GiB },
      'gpu_memory_too_small',
      'has no GPU with 40 GiB of memory, the largest has 24 GiB',
    ],
    [
      { memory: 40 * GiB, has: 1, needs: 2, unknown: 1, largest: 80 * GiB },
      'gpu_memory_too_small',
      'has 1 GPU with 40 GiB of memory, 2 are needed; the memory of 1 is not known',
    ],
    [
      { memory: 40 * GiB, has: 0, needs: 1, unknown: 2 },
      'gpu_memory_too_small',
      'does not say how much memory its GPUs have, 40 GiB are needed',
    ],
  ] as const)('%o as %s is said in words', (params, code, text) => {
    const [view] = describeReasons([{ agentId: 'a', agentName: 'a', code, params }], { isAdmin: false })
    expect(view?.text).toBe(text)
  })

  test('of several GPUs those are given that meet what is asked for', () => {
    const host = agent({ gpus: [gpu(0, { memoryBytes: 24 * GiB }), gpu(1, { busyOutside: true }), gpu(2), gpu(3)] })
    const decision = placeOne(needs({ gpus: 2, gpuMemoryBytesMin: 40 * GiB, gpuModelPattern: 'a100*' }), [host])
    expect(decision.placed?.gpus.map(({ uuid }) => uuid)).toEqual(['GPU-2', 'GPU-3'])
  })

  test.each([
    ['only_fit', [agent(), agent({ id: 'b', enabled: false })]],
    ['has_image', [agent({ cpuMillisHeld: 4000 }), agent({ id: 'b', references: new Set(['x:1']) })]],
    ['keeps_gpus_free', [agent({ gpus: gpus(2) }), agent({ id: 'b' })]],
    ['fullest', [agent(), agent({ id: 'b', cpuMillisHeld: 4000 }), agent({ id: 'c' })]],
    ['fullest', [agent({ id: 'same' }), agent({ id: 'same too' })]],
  ] as const)('the reason for a choice is what told it from the next best: %s', (why, fleet) => {
    expect(placeOne(needs(), fleet).placed?.why).toBe(why)
  })

  test('an agent that holds the image wins over a fuller one', () => {
    const full = agent({ id: 'full', cpuMillisHeld: 6000 })
    const warm = agent({ id: 'warm', references: new Set(['x:1']) })
    expect(placeOne(needs(), [full, warm]).placed?.agentId).toBe('warm')
  })

  test('among equals the fullest that fits is taken, so that whole agents stay free', () => {
    expect(placeOne(needs(), [agent({ id: 'empty' }), agent({ id: 'used', cpuMillisHeld: 4000 })]).placed?.agentId).toBe('used')
  })

  test('work without GPUs goes to an agent without GPUs', () => {
    expect(
      placeOne(needs(), [agent({ id: 'gpu', gpus: gpus(4), cpuMillisHeld: 4000 }), agent({ id: 'plain' })]).placed?.agentId,
    ).toBe('plain')
  })

  test('GPUs come by UUID and slot, shared ones in use first', () => {
    const decision = placeOne(needs({ gpus: 1 }), [agent({ gpus: gpus(3, 2, [1]) })])
    expect(decision.placed?.gpus).toEqual([{ gpuId: 'g1', uuid: 'GPU-1', slot: 1 }])
  })

  test('a GPU that is not seen at the moment is not given, and lets nobody fail who needs it', () => {
    const [there, gone] = [gpu(0), gpu(1, { assignable: false, missing: true })]
    const host = agent({ gpus: [there, gone] })
    const decision = placeOne(needs({ gpus: 2 }), [host])
    expect(codes(decision)).toEqual(['gpu_missing'])
    expect(decision).toMatchObject({ placed: null, possible: true })
    expect(placeOne(needs({ gpus: 1 }), [host]).placed?.gpus.map(({ uuid }) => uuid)).toEqual(['GPU-0'])
    expect(placeOne(needs({ gpus: 'all' }), [host]).placed?.gpus).toHaveLength(1)
    expect(codes(placeOne(needs({ gpus: 'all' }), [agent({ gpus: [gone] })]))).toEqual(['gpu_missing'])
    expect(codes(placeOne(needs({ gpus: 3 }), [host]))).toEqual(['too_few_gpus'])
    expect(codes(placeOne(needs({ gpus: 2, gpuModelPattern: 'H200*' }), [host]))).toEqual(['gpu_model_differs'])
  })

  test('an excluded GPU is neither counted nor given', () => {
    const [first, second] = gpus(2)
    const host = agent({
      gpus: [{ ...(first as PlacementAgent['gpus'][number]), assignable: false }, second as PlacementAgent['gpus'][number]],
    })
    expect(placeOne(needs({ gpus: 'all' }), [host]).placed?.gpus.map((gpu) => gpu.uuid)).toEqual(['GPU-1'])
    expect(codes(placeOne(needs({ gpus: 2 }), [host]))).toEqual(['too_few_gpus'])
  })

  test('never over capacity, and a reason for every agent that was passed over without a place', () => {
    const anyAgent = fc.record({
      cpuMillisTotal: fc.integer({ min: 0, max: 16_000 }),
      cpuMillisHeld: fc.integer({ min: 0, max: 16_000 }),
      memoryBytesTotal: fc.integer({ min: 0, max: 64 }),
      memoryBytesHeld: fc.integer({ min: 0, max: 64 }),
      enabled: fc.boolean(),
      drained: fc.boolean(),
      diskLow: fc.boolean(),
      status: fc.constantFrom('up', 'unreachable', 'new'),
      gpus: fc
        .integer({ min: 0, max: 4 })
        .chain((count) => fc.subarray([0, 1, 2, 3].slice(0, count)).map((held) => gpus(count, 1, held))),
    })
    const anyNeeds = fc.record({
      cpuMillis: fc.integer({ min: 1, max: 12_000 }),
      memoryBytes: fc.integer({ min: 1, max: 48 }),
      gpus: fc.constantFrom(0, 1, 2, 3, 'all' as const),
    })
    fc.assert(
      fc.property(fc.array(anyAgent, { minLength: 1, maxLength: 5 }), anyNeeds, (shapes, wants) => {
        const fleet = shapes.map((shape, index) => agent({ ...(shape as Partial<PlacementAgent>), id: `a${index}` }))
        const decision = placeOne(needs(wants as Parameters<typeof needs>[0]), fleet)
        if (!decision.placed) {
          expect(decision.reasons).toHaveLength(fleet.length)
          return
        }
        const chosen = fleet.find((candidate) => candidate.id === decision.placed?.agentId) as PlacementAgent
        expect(chosen).toMatchObject({ enabled: true, drained: false, status: 'up', diskLow: false })
        expect(chosen.cpuMillisHeld + wants.cpuMillis).toBeLessThanOrEqual(chosen.cpuMillisTotal)
        expect(chosen.memoryBytesHeld + wants.memoryBytes).toBeLessThanOrEqual(chosen.memoryBytesTotal)
        const ids = decision.placed.gpus.map((gpu) => gpu.gpuId)
        expect(new Set(ids).size).toBe(ids.length)
        expect(ids).toHaveLength(wants.gpus === 'all' ? chosen.gpus.length : wants.gpus)
        for (const gpu of decision.placed.gpus)
          expect(chosen.gpus.find(({ id }) => id === gpu.gpuId)?.heldSlots).not.toContain(gpu.slot)
      }),
      { seed: 1, numRuns: 300 },
    )
  })
})

test('reasons are the same in whatever order their keys come back, and not the same when anything in them changed', () => {
  const reasons: PlacementReason[] = [
    { agentId: 'a', agentName: 'a', code: 'gpu_busy', params: { free: 0, needs: 2 } },
    { agentId: null, agentName: null, code: 'gpu_cap', params: { held: 1, cap: 1 } },
  ]
  const stored = [
    { code: 'gpu_busy', params: { needs: 2, free: 0 }, agentId: 'a', agentName: 'a' },
    { code: 'gpu_cap', params: { cap: 1, held: 1 }, agentId: null, agentName: null },
  ]
  expect(sameReasons(stored, reasons)).toBe(true)
  for (const other of [
    [],
    null,
    [stored[0], null],
    [stored[1], stored[0]],
    [{ ...stored[0], agentName: 'renamed' }, stored[1]],
    [{ ...stored[0], params: { needs: 2, free: 1 } }, stored[1]],
    [{ ...stored[0], params: { needs: 2, free: 0, more: 1 } }, stored[1]],
  ]) {
    expect(sameReasons(other, reasons)).toBe(false)
  }
})
