import { expect, test } from 'vitest'
import { backOffMs } from './back-off'

test('doubles from one second up to a minute', () => {
  expect([1, 2, 3, 6, 7, 100].map((attempts) => backOffMs(attempts))).toEqual([1000, 2000, 4000, 32_000, 60_000, 60_000])
})
