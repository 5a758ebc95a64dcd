// berth migrate: what `up` does to the database, for those who start the processes by other means.
import { join } from 'node:path'
import { config } from '@/lib/config'
import { ensureInstallation } from '@/lib/db/installation'
import { migrateDatabase } from '@/lib/db/migrate'
import { log, openLog } from '@/lib/log'
import { ensureFirstAdmin, firstAdminName } from '@/lib/use-cases/ensure-first-admin'
import { openDeps } from '@/lib/use-cases/open-deps'
import { readOptions } from './usage-error'
import { withDatabase } from './with-deps'

export async function migrate(args: string[]): Promise<void> {
  readOptions(args, {}, 0)
  const settings = config()
  await openLog(settings)
  await withDatabase(settings, async () => {
    const { databaseUrl, dataDir } = settings
    const [migrationsDir, backupsDir] = [join(process.cwd(), 'prisma', 'migrations'), join(dataDir, 'backups')]
    const { applied, exportedTo } = await migrateDatabase({ databaseUrl, migrationsDir, backupsDir, log: log() })
    if (exportedTo) console.error(`What was in the database before lies in ${exportedTo}`)
    console.error(applied.length === 0 ? 'The schema is that of this version.' : `Applied ${applied.join(', ')}`)
    const deps = openDeps(settings)
    try {
      const { installLabel } = settings
      await ensureInstallation(deps.db, { installLabel, secretFingerprint: deps.keys.fingerprint })
      const { created, password } = await ensureFirstAdmin(deps, { password: settings.adminPassword })
      if (!created) return
      console.error(`Made the first administrator, ${firstAdminName}.${password ? ' The password, shown this once:' : ''}`)
      if (password) console.log(password)
    } finally {
      await deps.db.$disconnect()
    }
  })
}
