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
