// Whoever loads this module a second time in one process, as two projects of vitest do, gets the engine that runs already.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createBareDatabase, dropDatabase } from '@/scripts/test/test-database'

let databases: string[]

beforeEach(async () => {
  databases = [await createBareDatabase(), await createBareDatabase()]
})
afterEach(() => Promise.all(databases.map(dropDatabase)))

test('two copies of this module in one process may have engines at work at the same time', async () => {
  const [one = '', other = ''] = databases
  const first = await import('./schema-engine')
  vi.resetModules()
  const second = await import('./schema-engine')
  expect(second.withSchemaEngine).not.toBe(first.withSchemaEngine)
  const script = { script: 'CREATE TABLE thing (id integer)' }
  await first.withSchemaEngine(one, async (engine) => {
    await second.withSchemaEngine(other, (another) =>
      another.dbExecute({ datasourceType: { tag: 'url', url: other }, ...script }),
    )
    await engine.dbExecute({ datasourceType: { tag: 'url', url: one }, ...script })
  })
})
