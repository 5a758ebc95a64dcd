import { describe, expect, test } from 'vitest'
import { ruleWords } from './gpu-rule-words'

const holder = (name: string) => ({
  sessionId: name,
  slot: 0,
  owner: { id: name, name },
  imageName: 'Train',
  since: '',
  endsAt: null,
  lostAt: null,
})
const gpu = {
  index: 2,
  model: 'L40S',
  agent: { id: 'a', name: 'gpu-1', enabled: true, drained: false },
  shares: 1,
  holders: [holder('ann')],
}

describe('before a GPU is changed', () => {
  test('excluding names who keeps it', () => {
    const words = ruleWords(gpu, { excluded: true })
    expect(words.title).toBe('Exclude GPU 2 of gpu-1?')
    expect(words.holders).toEqual(['Train of ann'])
  })

  test('what can hurt somebody is marked as that, and sharing says that nothing is isolated', () => {
    expect(ruleWords(gpu, { shares: 3 })).toMatchObject({ tone: 'danger', confirmLabel: 'Share by 3' })
    expect(ruleWords(gpu, { shares: 3 }).text).toContain('no isolation')
    expect(ruleWords(gpu, { allowBusyOutside: true }).tone).toBe('danger')
    expect(ruleWords(gpu, { excluded: false }).tone).toBe('normal')
  })

  test('an end of sharing names those in its way', () => {
    const shared = { ...gpu, shares: 2, holders: [holder('ann'), holder('bob')] }
    expect(ruleWords(shared, { shares: 1 }).holders).toEqual(['Train of ann', 'Train of bob'])
    expect(ruleWords(gpu, { shares: 1 }).holders).toEqual([])
  })
})
