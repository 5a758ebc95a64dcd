import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import { claimAttempt, forgetAttempts, type ThrottleScope, takeBackAttempt } from './throttle'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

let now = Date.parse('2026-01-01T08:00:00Z')

/** Null when the attempt may be made, otherwise the seconds to wait. */
async function claim(scope: ThrottleScope): Promise<number | null> {
  try {
    await claimAttempt(database.db, scope, new Date(now))
    return null
  } catch (error) {
    return Number(/\d+/.exec((error as { hint: string }).hint)?.[0])
  }
}

const byName = (value: string): ThrottleScope => ({ kind: 'name', value })

describe('the slow-down', () => {
  test('doubles with every failure, up to a minute', async () => {
    const scope = byName('doubling')
    for (let free = 0; free < 5; free++) expect(await claim(scope)).toBeNull()
    const waits: number[] = []
    for (let index = 0; index < 8; index++) {
      expect(await claim(scope)).toBeNull()
      const seconds = await claim(scope)
      waits.push(seconds ?? 0)
      now += (seconds ?? 0) * 1000
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60])
  })

  test('waiting attempts do not make the wait longer', async () => {
    const scope = byName('patient')
    for (let index = 0; index < 6; index++) await claim(scope)
    for (let index = 0; index < 20; index++) expect(await claim(scope)).toBe(1)
  })

  test('is forgotten after a quarter of an hour, and by the right password', async () => {
    const scope = byName('forgotten')
    for (let index = 0; index < 6; index++) await claim(scope)
    now += 16 * 60_000
    for (let index = 0; index < 5; index++) expect(await claim(scope)).toBeNull()
    await forgetAttempts(database.db, scope)
    for (let index = 0; index < 5; index++) expect(await claim(scope)).toBeNull()
  })

  test('an attempt that was taken back does not count', async () => {
    const scope: ThrottleScope = { kind: 'address', value: '192.0.2.1' }
    for (let index = 0; index < 100; index++) {
      expect(await claim(scope)).toBeNull()
      await takeBackAttempt(database.db, scope)
    }
  })

  test('keeps no name, and a number of rows that is bounded by the form of its keys [attack 31]', async () => {
    await claim(byName('a-name-to-look-for'))
    const keys = (await database.db.signInThrottle.findMany({ select: { key: true } })).map((row) => row.key)
    for (const key of keys) expect(key).toMatch(/^(name|address):[0-9a-f]{4}$/)
  })
})
