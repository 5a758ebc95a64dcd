import { expect, test } from 'vitest'
import { gpuChoices, launchGpus } from './launch-gpus'

const image = (gpuCount: number, gpuCountMin: number | null = null, requireGpu = true) => ({ requireGpu, gpuCount, gpuCountMin })

test('there is a choice only where the workspace allows a range', () => {
  expect(gpuChoices(image(4, 2))).toEqual([2, 3, 4])
  for (const without of [image(4), image(4, 4), image(0), image(4, 2, false)]) expect(gpuChoices(without)).toEqual([])
})

test.each([
  [image(4), undefined, 8, 4],
  [image(4), 4, 8, 4],
  [image(4, 1), 2, 8, 2],
  [image(4, 1), undefined, 8, 4],
  [image(8, 2), undefined, 4, 4],
  [image(8, 4), undefined, 2, 8],
  [image(0), undefined, 4, 0],
  [image(4, 1, false), undefined, 4, 0],
])('%o with %s chosen by a person with at most %i is %i', (wish, chosen, most, gpus) => {
  expect(launchGpus(wish, chosen, most)).toBe(gpus)
})

test.each([
  [image(4, 2), 1, 'Choose 2 to 4 GPUs.'],
  [image(4, 2), 5, 'Choose 2 to 4 GPUs.'],
  [image(2), 1, 'This workspace always takes 2.'],
  [image(0), 1, 'This workspace takes every GPU of one agent.'],
  [image(1, null, false), 1, 'This workspace uses no GPU.'],
])('%o refuses %i at its field', (wish, chosen, why) => {
  expect(() => launchGpus(wish, chosen, 8)).toThrow(expect.objectContaining({ code: 'invalid_input', fields: { gpuCount: why } }))
})
