import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import { loadLoad } from './placement-input'
import { readSettings, writeSettings } from './settings'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

test('settings that a newer version wrote hold this one up nowhere, and are still there after it has written its own', async () => {
  const { db } = database
  const value = { maxGpusPerUser: 2, ofTomorrow: { hours: 3 } }
  await db.setting.create({ data: { key: 'settings', value } })
  await db.user.create({ data: { id: 'u', name: 'ann', passwordHash: 'none' } })
  const settings = await readSettings(db)
  expect(settings).toMatchObject({ maxGpusPerUser: 2, maxSessionsPerUser: 3 })
  expect(settings).not.toHaveProperty('ofTomorrow')
  expect((await loadLoad(db)).gpuCapDefault).toBe(2)
  await writeSettings(db, { ...settings, maxGpusPerUser: 5 })
  const stored = await db.setting.findUniqueOrThrow({ where: { key: 'settings' } })
  expect(stored.value).toMatchObject({ ofTomorrow: { hours: 3 }, maxGpusPerUser: 5 })
})
