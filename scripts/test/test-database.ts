// A database of a test's own, copied from the migrated template in a few dozen milliseconds.
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import { type Db, openDb } from '@/lib/db/client'

export type TestDatabase = { url: string; db: Db; drop: () => Promise<void> }

/** Call `drop()` in `afterAll`: it closes the client and removes the database. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const url = await createBareDatabase('berth')
  const db = openDb(url)
  return {
    url,
    db,
    drop: async () => {
      await db.$disconnect()
      await dropDatabase(url)
    },
  }
}

export async function createBareDatabase(template = 'template1'): Promise<string> {
  const name = `test_${randomBytes(6).toString('hex')}`
  await asAdmin(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY file_copy`)
  const url = new URL(inject('testDatabaseUrl'))
  url.pathname = name
  return url.href
}

export async function dropDatabase(url: string): Promise<void> {
  await asAdmin(`DROP DATABASE ${new URL(url).pathname.slice(1)} WITH (FORCE)`)
}

async function asAdmin(sql: string): Promise<void> {
  const url = new URL(inject('testDatabaseUrl'))
  // A template cannot be copied while anybody is connected to it.
  url.pathname = 'postgres'
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
