import { expect, test } from 'vitest'
import { untilTick } from './agent-rounds'

test('waits of agents end on full seconds, never later than asked for and less than a second earlier', () => {
  for (const nowMs of [0, 1, 499.5, 999.9, 123_456.7]) {
    for (const waitMs of [2_000, 17_600, 22_000.4, 26_399.9]) {
      const until = untilTick(waitMs, nowMs)
      expect(until).toBeLessThanOrEqual(waitMs)
      expect(until).toBeGreaterThan(waitMs - 1_000)
      expect((nowMs + until) % 1_000).toBeCloseTo(0, 3)
    }
  }
  // What is shorter, as in tests and after faults, is left as it is.
  expect(untilTick(1_999, 3)).toBe(1_999)
})
