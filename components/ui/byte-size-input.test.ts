import { expect, test } from 'vitest'
import { bytesFrom, unitFor } from './byte-size-input'

const MiB = 1024 ** 2
const GiB = 1024 ** 3

test('a size is shown in the largest unit that writes it exactly', () => {
  expect(unitFor(1536 * MiB)).toBe('GiB')
  expect(unitFor(1100 * MiB)).toBe('MiB')
  expect(unitFor(512 * MiB)).toBe('MiB')
  expect(unitFor(2 * 1024 * GiB)).toBe('TiB')
  expect(unitFor(null, 'MiB')).toBe('MiB')
})

test('what is typed becomes whole bytes, with a comma or a point', () => {
  expect(bytesFrom('1.5', 'GiB')).toBe(1.5 * GiB)
  expect(bytesFrom(' 1,5 ', 'GiB')).toBe(1.5 * GiB)
  expect(bytesFrom('.5', 'MiB')).toBe(MiB / 2)
  expect(bytesFrom('2.', 'MiB')).toBe(2 * MiB)
})

test('what is no size is none, never zero or a guess', () => {
  expect(['', ' ', 'abc', '-1', '1e3', '1.2.3', '4 GiB', '.'].map((text) => bytesFrom(text, 'GiB'))).toEqual(Array(8).fill(null))
})
