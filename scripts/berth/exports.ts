// berth database export, berth database restore
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { config } from '@/lib/config'
import { exportDatabase } from '@/lib/db/export'
import { restoreDatabase } from '@/lib/db/restore'
import { log, openLog } from '@/lib/log'
import { readOptions, UsageError } from './usage-error'
import { withDatabase, withStoppedPortal } from './with-deps'

export async function exportNow(args: string[]): Promise<void> {
  readOptions(args, {}, 0)
  const settings = config()
  await openLog(settings)
  const { databaseUrl, dataDir } = settings
  const path = await withDatabase(settings, () =>
    exportDatabase({ databaseUrl, directory: join(dataDir, 'backups'), log: log() }),
  )
  console.log(path)
}

export async function restore(args: string[]): Promise<void> {
  const { positionals } = readOptions(args, {}, 1)
  const path = resolve(positionals[0] ?? '')
  if (!existsSync(path)) throw new UsageError(`There is no file ${path}.`)
  const settings = config()
  await openLog(settings)
  const { databaseUrl, dataDir } = settings
  const migrationsDir = join(process.cwd(), 'prisma', 'migrations')
  const kept = await withStoppedPortal(settings, async () => {
    const before = await exportDatabase({ databaseUrl, directory: join(dataDir, 'backups'), log: log() }).catch(() => null)
    await restoreDatabase({ databaseUrl, migrationsDir, path })
    return before
  })
  if (kept) console.log(`What was in the database before lies in ${kept}`)
  console.log(`Restored ${path}. Start the portal with: npm run up`)
}
