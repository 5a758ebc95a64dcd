// A migrated PostgreSQL that ends with the process that asked for it, however that ends: a test or a benchmark that is killed leaves none behind.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { startEmbeddedPostgres } from '@/lib/db/embedded-postgres'
import { migrateDatabase } from '@/lib/db/migrate'
import { leash } from './leash.mjs'

const log = pino({ level: 'silent' })

export type TemporaryPostgres = {
  url: string
  dataDir: string
  /** The server alone; what it holds stays. */
  halt(): Promise<void>
  resume(): Promise<void>
  /** With all it holds. */
  stop(): Promise<void>
}

export async function openTemporaryPostgres(prefix: string): Promise<TemporaryPostgres> {
  const database = await openEmptyPostgres(prefix)
  const { url: databaseUrl, dataDir } = database
  const migrationsDir = join(process.cwd(), 'prisma', 'migrations')
  await migrateDatabase({ databaseUrl, migrationsDir, backupsDir: join(dataDir, 'backups'), log })
  return database
}

export async function openEmptyPostgres(prefix: string): Promise<TemporaryPostgres> {
  const dataDir = mkdtempSync(join(tmpdir(), prefix))
  const release = leash({ directory: dataDir })
  const start = () => startEmbeddedPostgres({ dataDir, log })
  let running = await start()
  return {
    url: running.url,
    dataDir,
    halt: () => running.stop(),
    resume: async () => {
      running = await start()
    },
    stop: async () => {
      await running.stop()
      rmSync(dataDir, { recursive: true, force: true })
      release()
    },
  }
}
