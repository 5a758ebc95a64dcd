import { expect, test } from 'vitest'
import { readDeadline } from './drain-agent'
import { UsageError } from './usage-error'

const now = new Date('2030-01-31T12:00:00Z')

test('a deadline is so long from now, or a time', () => {
  expect(readDeadline('90m', now)).toBe('2030-01-31T13:30:00.000Z')
  expect(readDeadline('4h', now)).toBe('2030-01-31T16:00:00.000Z')
  expect(readDeadline('2d', now)).toBe('2030-02-02T12:00:00.000Z')
  expect(readDeadline('2030-01-31T18:00Z', now)).toBe('2030-01-31T18:00:00.000Z')
})

test('what is neither is refused and not guessed', () => {
  for (const given of ['', 'soon', '4', '4 h', '-4h']) expect(() => readDeadline(given, now)).toThrow(UsageError)
})
