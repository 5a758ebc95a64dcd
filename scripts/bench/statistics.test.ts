import { expect, test } from 'vitest'
import { median, percentile } from './statistics'

test('the median of an even number lies between the middle two', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5)
})

test('a percentile lies between the nearest ranks, and of nothing there is none', () => {
  expect(percentile([0, 10], 95)).toBe(9.5)
  expect(percentile([], 50)).toBeNaN()
})
