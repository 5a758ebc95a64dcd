import { expect, test } from 'vitest'
import { backOffMs, mustWait } from './back-off'

test('doubles from one second up to a minute', () => {
  expect([1, 2, 3, 6, 7, 100].map((attempts) => backOffMs(attempts))).toEqual([1000, 2000, 4000, 32_000, 60_000, 60_000])
})

test('a try waits for its time, but not for a clock that was put back meanwhile', () => {
  const now = new Date('2030-01-01T12:00:00Z')
  const inSeconds = (seconds: number) => new Date(now.getTime() + seconds * 1000)
  expect(mustWait(inSeconds(1), now)).toBe(true)
  expect(mustWait(inSeconds(60), now)).toBe(true)
  expect(mustWait(inSeconds(3600), now)).toBe(false)
  expect(mustWait(inSeconds(0), now)).toBe(false)
  expect(mustWait(null, now)).toBe(false)
})
