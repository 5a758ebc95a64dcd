import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSilentWay, type SilentWay } from '@/scripts/test/silent-way'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import { type Db, openDb } from './client'

let database: TestDatabase
let way: SilentWay
let db: Db

beforeAll(async () => {
  database = await createTestDatabase()
  way = await openSilentWay(database.url)
  db = openDb(way.url, 2, 500)
})

afterAll(async () => {
  await db.$disconnect()
  await way.close()
  await database.drop()
})

test('a query to a server that is not heard any more ends by itself, and once it is heard again others are answered', async () => {
  const count = () => db.user.count()
  const countWithin = () => db.$transaction((tx) => tx.user.count())
  // Both connections are there before it falls silent.
  expect(await Promise.all([count(), countWithin()])).toEqual([0, 0])
  way.silence()
  const ended = await Promise.allSettled([count(), countWithin()])
  expect(ended.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  way.speak()
  await expect.poll(() => Promise.all([count(), countWithin()]).catch(() => null), { timeout: 20_000 }).toEqual([0, 0])
})
