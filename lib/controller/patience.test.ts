import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { patienceMs, withinPatience } from './patience'
import { newGate } from './test-world'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('work that hangs is waited for no longer than patience lasts', async () => {
  const ended = vi.fn()
  void withinPatience(newGate().promise).then(ended)
  await vi.advanceTimersByTimeAsync(patienceMs - 1)
  expect(ended).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1)
  expect(ended).toHaveBeenCalled()
})

test('work that ends, well or badly, is waited for no longer', async () => {
  await withinPatience(Promise.resolve())
  await expect(withinPatience(Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  expect(vi.getTimerCount()).toBe(0)
})

test('work that breaks after it was waited for harms nobody', async () => {
  let breaks: (error: Error) => void = () => undefined
  const waited = withinPatience(new Promise<void>((_, reject) => (breaks = reject)))
  await vi.advanceTimersByTimeAsync(patienceMs)
  await waited
  breaks(new Error('late'))
})
