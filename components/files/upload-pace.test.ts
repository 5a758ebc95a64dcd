import { expect, test } from 'vitest'
import { nextPace, progressWords } from './upload-pace'

const MiB = 1024 ** 2

test('the time left follows the speed of the last seconds, and is said only once there is one', () => {
  const start = { atMs: 0, bytes: 0, bytesPerMs: null }
  expect(progressWords(0, 100 * MiB, start)).toBe('0 / 100 MiB')
  expect(nextPace(start, MiB, 100)).toBe(start)
  let pace = nextPace(start, 10 * MiB, 1000)
  expect(progressWords(10 * MiB, 100 * MiB, pace)).toMatch(/^10 \/ 100 MiB, 9.s left$/u)
  for (let second = 2; second < 30; second++) pace = nextPace(pace, (9 + second) * MiB, second * 1000)
  expect(progressWords(38 * MiB, 100 * MiB, pace)).toMatch(/^38 \/ 100 MiB, 1.min/u)
})

test('what is sent to its end is not done before the session says so', () => {
  expect(progressWords(5, 5, { atMs: 0, bytes: 0, bytesPerMs: 1 })).toContain('finishing')
})
