import { describe, expect, test } from 'vitest'
import { idleSince } from './gpu-idle'

const now = new Date('2026-01-01T12:00:30Z')
const minute = (ago: number) => new Date(Date.parse('2026-01-01T12:00:00Z') - ago * 60_000)
const long = minute(600)

/** Newest last; each number is the utilisation of one minute. */
const samples = (...values: (number | null)[]) =>
  values.map((utilizationPercent, index) => ({ minute: minute(values.length - 1 - index), utilizationPercent }))
const quiet = (minutes: number) => Array.from({ length: minutes }, () => 1)

describe('idle while held', () => {
  test('begins where the work ended, once a quarter of an hour has passed', () => {
    expect(idleSince(samples(90, ...quiet(20)), long, now)).toEqual(minute(19))
    expect(idleSince(samples(90, ...quiet(14)), long, now)).toBeNull()
  })

  test('never begins before somebody held it', () => {
    expect(idleSince(samples(...quiet(60)), minute(30), now)).toEqual(minute(30))
    expect(idleSince(samples(...quiet(60)), minute(5), now)).toBeNull()
    expect(idleSince(samples(...quiet(60)), null, now)).toBeNull()
  })

  test('is not told of what was not measured', () => {
    expect(idleSince([], long, now)).toBeNull()
    expect(idleSince(samples(...quiet(30), null), long, now)).toBeNull()
    const old = samples(...quiet(60)).slice(0, 40)
    expect(idleSince(old, long, now)).toBeNull()
    const withGap = samples(...quiet(60)).filter((_, index) => index < 20 || index > 30)
    expect(idleSince(withGap, long, now)).toEqual(minute(28))
  })

  test('forgives a missed minute, and a little more than nothing is work', () => {
    const missed = samples(...quiet(30)).filter((_, index) => index !== 20)
    expect(idleSince(missed, long, now)).toEqual(minute(29))
    expect(idleSince(samples(...quiet(20), 3, ...quiet(10)), long, now)).toBeNull()
  })
})
