// Starts one real PostgreSQL for the whole run of a vitest project, with the migrations applied to a template database.
import type { TestProject } from 'vitest/node'
import { openTemporaryPostgres } from './temporary-postgres'

declare module 'vitest' {
  interface ProvidedContext {
    testDatabaseUrl: string
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const database = await openTemporaryPostgres('berth-test-')
  project.provide('testDatabaseUrl', database.url)
  return database.stop
}
