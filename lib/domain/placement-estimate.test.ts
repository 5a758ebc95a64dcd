import { expect, test } from 'vitest'
import { earliestStart, type HoldEnd } from './placement-estimate'
import { agent, gpu, needs } from './placement-fixture'

const at = (minute: number) => new Date(minute * 60_000)
const held = (index: number) => gpu(index, { heldSlots: [0] })
const end = (index: number, minute: number | null): HoldEnd => ({
  gpuId: `g${index}`,
  endsAt: minute === null ? null : at(minute),
})
const four = agent({ gpus: [held(0), held(1), held(2), gpu(3)] })

test('enough is free when as many of one agent have ended as are lacking', () => {
  const holds = [end(0, 30), end(1, 10), end(2, 20)]
  expect(earliestStart(needs({ gpus: 2 }), [four], holds)).toEqual(at(10))
  expect(earliestStart(needs({ gpus: 3 }), [four], holds)).toEqual(at(20))
  expect(earliestStart(needs({ gpus: 'all' }), [four], holds)).toEqual(at(30))
})

test('where the ends that it takes are not known, nothing is promised', () => {
  expect(earliestStart(needs({ gpus: 3 }), [four], [end(0, 30), end(1, null), end(2, null)])).toBeNull()
  expect(earliestStart(needs({ gpus: 2 }), [four], [])).toBeNull()
  expect(earliestStart(needs({ gpus: 0 }), [four], [end(0, 1)])).toBeNull()
})

test('the agent that is ready first counts, and one that does not answer or could never do does not', () => {
  const soon = { ...four, id: 'b', gpus: [gpu(7, { heldSlots: [0] })] }
  const holds = [end(0, 30), end(1, 31), end(7, 5)]
  expect(earliestStart(needs({ gpus: 1 }), [agent({ gpus: [held(0)] }), soon], holds)).toEqual(at(5))
  expect(earliestStart(needs({ gpus: 2 }), [four, soon], holds)).toEqual(at(30))
  expect(earliestStart(needs({ gpus: 1 }), [agent({ gpus: [held(0)] }), { ...soon, status: 'unreachable' }], holds)).toEqual(
    at(30),
  )
})

test('a GPU that does not fit, or is used past Berth, frees nothing', () => {
  const mixed = agent({ gpus: [gpu(0, { heldSlots: [0], model: 'Tesla T4' }), held(1), gpu(2, { busyOutside: true })] })
  const holds = [end(0, 1), end(1, 9)]
  expect(earliestStart(needs({ gpus: 1, gpuModelPattern: 'a100*' }), [mixed], holds)).toEqual(at(9))
  expect(earliestStart(needs({ gpus: 2, gpuModelPattern: 'a100*' }), [mixed], holds)).toBeNull()
})

test('where GPUs are free and something else is in the way, no end says when it goes', () => {
  expect(earliestStart(needs({ gpus: 1 }), [four], [end(0, 1)])).toBeNull()
})
