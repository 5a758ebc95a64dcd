import { describe, expect, it } from 'vitest'
import { gpuWords } from './gpu-words'

describe('gpuWords', () => {
  it('says nothing where no GPU is needed', () => {
    expect(gpuWords(0)).toBeNull()
  })

  it('names what is held, counted by model, over what was asked for', () => {
    expect(gpuWords('all', [{ model: 'L40S' }, { model: 'L40S' }, { model: 'T4' }])).toBe('2 × L40S, T4')
  })

  it('words what is asked for', () => {
    expect([gpuWords(1), gpuWords(2), gpuWords('all')]).toEqual(['1 GPU', '2 GPUs', 'Every GPU of one agent'])
  })
})

it('says which GPUs would do behind their number, until some are held', () => {
  const demands = { memoryBytesMin: 40 * 1024 ** 3, modelPattern: 'H100*' }
  expect(gpuWords(2, [], demands)).toBe('2 GPUs · H100 · ≥ 40 GiB')
  expect(gpuWords(1, [], { memoryBytesMin: null, modelPattern: '*A100*80GB*' })).toBe('1 GPU · A100 … 80GB')
  expect(gpuWords(1, [], { memoryBytesMin: null, modelPattern: '*' })).toBe('1 GPU')
  expect(gpuWords('all', [], { memoryBytesMin: null, modelPattern: 'T4' })).toBe('Every GPU of one agent · T4')
  expect(gpuWords(4, [], { memoryBytesMin: null, modelPattern: null, countMin: 2 })).toBe('2 to 4 GPUs')
  expect(gpuWords(0, [], demands)).toBeNull()
  expect(gpuWords(1, [{ model: 'H100' }], demands)).toBe('H100')
})
