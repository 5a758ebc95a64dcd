import { describe, expect, test } from 'vitest'
import {
  formatBytes,
  formatBytesOf,
  formatClockTime,
  formatCount,
  formatCpu,
  formatDuration,
  formatExactTime,
  formatNumber,
  formatPercent,
  formatRelative,
} from './format'

const MiB = 1024 ** 2
const GiB = 1024 ** 3

describe('what nobody measured is a dash, never a zero', () => {
  test.each([
    ['bytes', formatBytes],
    ['CPU', formatCpu],
    ['a share', formatPercent],
    ['a number', formatNumber],
    ['a duration', formatDuration],
  ])('%s', (_, format) => {
    expect([format(null), format(undefined), format(Number.NaN)]).toEqual(['–', '–', '–'])
    expect(format(0)).not.toBe('–')
  })
})

describe('bytes', () => {
  test.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1 KiB'],
    [1.5 * GiB, '1.5 GiB'],
    [12.345 * GiB, '12.3 GiB'],
    [512 * MiB, '512 MiB'],
    [2 * 1024 * GiB, '2 TiB'],
    [-3 * MiB, '-3 MiB'],
  ])('%d reads as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text)
  })

  test('a size that would round up to 1024 of its unit takes the next unit', () => {
    expect(formatBytes(GiB - 1)).toBe('1 GiB')
  })

  test('a used amount is written in the unit of its total', () => {
    expect(formatBytesOf(512 * MiB, 16 * GiB)).toBe('0.5 / 16 GiB')
    expect(formatBytesOf(null, 16 * GiB)).toBe('– / 16 GiB')
  })
})

test('CPU is written in cores, in the singular for exactly one', () => {
  expect([250, 1000, 1500, 16_000].map(formatCpu)).toEqual(['0.25 cores', '1 core', '1.5 cores', '16 cores'])
})

test('a share that is not quite nothing or everything does not read as nothing or everything', () => {
  expect([0, 0.001, 0.4237, 0.999, 1].map(formatPercent)).toEqual(['0 %', '<1 %', '42 %', '>99 %', '100 %'])
})

test('counts agree with their noun', () => {
  expect([formatCount(1, 'session'), formatCount(1204, 'session'), formatCount(2, 'body', 'bodies')]).toEqual([
    '1 session',
    '1,204 sessions',
    '2 bodies',
  ])
})

describe('durations show their two largest parts', () => {
  test.each([
    [340, '340 ms'],
    [999.6, '1 s'],
    [2_440, '2.4 s'],
    [42_000, '42 s'],
    [60_000, '1 min'],
    [303_000, '5 min 3 s'],
    [4_800_000, '1 h 20 min'],
    [3_599_800, '1 h'],
    [273_600_000, '3 d 4 h'],
    [-5, '0 ms'],
  ])('%d ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })
})

describe('relative times', () => {
  const now = Date.UTC(2026, 0, 15, 12)
  test.each([
    [-2_000, 'just now'],
    [3_000, 'just now'],
    [-12_000, '12 s ago'],
    [-59_999, '59 s ago'],
    [-60_000, '1 min ago'],
    [5 * 60_000, 'in 5 min'],
    [-3 * 86_400_000, '3 d ago'],
    [-120 * 86_400_000, '4 months ago'],
    [-800 * 86_400_000, '2 years ago'],
  ])('%d ms away is %s', (delta, text) => {
    expect(formatRelative(now + delta, now)).toBe(text)
  })
})

test('the exact time names its zone', () => {
  expect(formatExactTime(Date.UTC(2026, 2, 4, 16, 5, 9), 'Europe/Berlin')).toBe('4 Mar 2026, 17:05:09 CET')
})

test('a moment to come is told by the reader’s clock, with the day where it is another one', () => {
  const [now, zone] = [Date.UTC(2026, 2, 4, 16), 'Europe/Berlin']
  expect(formatClockTime(Date.UTC(2026, 2, 4, 18, 5), now, zone)).toBe('19:05')
  expect(formatClockTime(Date.UTC(2026, 2, 4, 23, 5), now, zone)).toBe('Thu 5 Mar, 00:05')
})
