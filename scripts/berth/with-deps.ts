// Runs a use-case beside a running portal, or in its place: a database that is down is started for as long as the work takes.
import { join } from 'node:path'
import { type Config, config } from '@/lib/config'
import { isEmbeddedPostgresRunning, startEmbeddedPostgres } from '@/lib/db/embedded-postgres'
import { getInstallation } from '@/lib/db/installation'
import { assertMigrated } from '@/lib/db/migrate'
import { log, openLog } from '@/lib/log'
import type { Deps } from '@/lib/use-cases/deps'
import { openDeps } from '@/lib/use-cases/open-deps'
import { lockPath, takeLock } from '@/scripts/up/portal-lock.mjs'

export async function withDeps<R>(work: (deps: Deps) => Promise<R>): Promise<R> {
  const settings = config()
  await openLog(settings)
  return await withDatabase(settings, async () => {
    const deps = openDeps(settings)
    try {
      await assertMigrated(settings.databaseUrl, join(process.cwd(), 'prisma', 'migrations'))
      await getInstallation(deps.db, deps.keys.fingerprint)
      return await work(deps)
    } finally {
      await deps.db.$disconnect()
    }
  })
}

export async function withDatabase<R>(settings: Config, work: () => Promise<R>): Promise<R> {
  if (!settings.databaseIsEmbedded || (await isEmbeddedPostgresRunning(settings.dataDir))) return await work()
  return await withStoppedPortal(settings, work)
}

/** Holds the portal's own lock, so that no portal starts on this data meanwhile. */
export async function withStoppedPortal<R>(settings: Config, work: () => Promise<R>): Promise<R> {
  const release = takeLock(lockPath(settings.dataDir, settings.roles))
  try {
    if (!settings.databaseIsEmbedded) return await work()
    const database = await startEmbeddedPostgres({ dataDir: settings.dataDir, log: log() })
    try {
      return await work()
    } finally {
      await database.stop()
    }
  } finally {
    release()
  }
}
