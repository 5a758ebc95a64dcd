import { expect, test, vi } from 'vitest'
import { withinMs } from './within-ms'

const late = () => new Error('late')
const never = new Promise<string>(() => undefined)

test('an answer in time is the answer, and its failure stays its own', async () => {
  expect(await withinMs(1_000, Promise.resolve('here'), late)).toBe('here')
  await expect(withinMs(1_000, Promise.reject(new Error('refused')), late)).rejects.toThrow('refused')
})

test('no answer in time is the failure that was said for it', async () => {
  vi.useFakeTimers()
  try {
    const answer = withinMs(1_000, never, late)
    vi.advanceTimersByTime(999)
    const seen = expect(answer).rejects.toThrow('late')
    vi.advanceTimersByTime(1)
    await seen
  } finally {
    vi.useRealTimers()
  }
})
