// Starts one real PostgreSQL for the whole run of a vitest project, with the migrations applied to a template database.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import type { TestProject } from 'vitest/node'
import { startEmbeddedPostgres } from '@/lib/db/embedded-postgres'
import { migrateDatabase } from '@/lib/db/migrate'

declare module 'vitest' {
  interface ProvidedContext {
    testDatabaseUrl: string
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'berth-test-'))
  const log = pino({ level: 'silent' })
  const database = await startEmbeddedPostgres({ dataDir, log })
  const migrationsDir = join(process.cwd(), 'prisma', 'migrations')
  await migrateDatabase({ databaseUrl: database.url, migrationsDir, backupsDir: join(dataDir, 'backups'), log })
  project.provide('testDatabaseUrl', database.url)
  return async () => {
    await database.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}
