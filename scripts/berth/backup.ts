// berth backup, berth restore
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Config, config, readSecret, secretPath } from '@/lib/config'
import { exportDatabase } from '@/lib/db/export'
import { openBackup } from '@/lib/db/read-backup'
import { restoreDatabase } from '@/lib/db/restore'
import { DomainError } from '@/lib/domain/errors'
import { log, openLog } from '@/lib/log'
import { deriveKeys } from '@/lib/secrets/keys'
import { readOptions, UsageError } from './usage-error'
import { withDatabase, withStoppedPortal } from './with-deps'

export async function backup(args: string[]): Promise<void> {
  const { positionals } = readOptions(args, {}, [0, 1])
  const settings = config()
  await openLog(settings)
  const { databaseUrl } = settings
  const where = positionals[0] ? { path: resolve(positionals[0]) } : { directory: backupsDir(settings) }
  const path = await withDatabase(settings, () => exportDatabase({ databaseUrl, ...where, log: log() }))
  const secret = settings.secretPreset ? 'the value of BERTH_SECRET' : secretPath(settings.dataDir)
  console.error(`Keep with it, in another place: ${secret}. Without it sign-ins, desktops' passwords and agents' keys cannot be read.
Not in it: people's homes and named volumes, which are Docker volumes on the agents; certificates for HTTPS; .env.`)
  console.log(path)
}

export async function restore(args: string[]): Promise<void> {
  const { values, positionals } = readOptions(args, { replace: { type: 'boolean' } }, 1)
  const path = resolve(positionals[0] ?? '')
  if (!existsSync(path)) throw new UsageError(`There is no file ${path}.`)
  const settings = config()
  await openLog(settings)
  const { fingerprint } = deriveKeys(Buffer.from(readKeptSecret(settings)))
  const { databaseUrl } = settings
  const replace = values.replace === true
  const found = await openBackup(path)
  const kept = await withStoppedPortal(settings, async () => {
    const before = replace ? await exportWhatIsThere(settings) : null
    const migrationsDir = join(process.cwd(), 'prisma', 'migrations')
    await restoreDatabase({ databaseUrl, migrationsDir, backup: found, replace, secretFingerprint: fingerprint })
    return before
  })
  if (kept) console.log(`What was in the database before lies in ${kept}`)
  console.log(`Restored ${path}${found.about ? `, taken at ${found.about.takenAt}` : ''}. Everybody signs in again.
Sessions that still run are found when the portal starts. Containers of sessions launched after the backup was taken are unknown to it
and will be removed; their homes stay. API keys revoked since then are valid again: look through them.
Start the portal with: npm run up`)
}

/** Null where nothing is there that could be exported. */
async function exportWhatIsThere(settings: Config): Promise<string | null> {
  const { databaseUrl } = settings
  try {
    return await exportDatabase({ databaseUrl, directory: backupsDir(settings), log: log() })
  } catch (error) {
    // No migrations table: a database that was never used.
    if (error instanceof Error && 'code' in error && error.code === '42P01') return null
    throw error
  }
}

function readKeptSecret(settings: Config): string {
  const path = secretPath(settings.dataDir)
  if (settings.secretPreset || existsSync(path)) return readSecret(settings)
  throw new DomainError('misconfigured', {
    message: `The secret ${path} is missing. A backup opens only with the secret that was kept beside it.`,
    hint: `Copy it to ${path} (mode 0600), or set BERTH_SECRET, and run this again.`,
  })
}

function backupsDir({ dataDir }: Config): string {
  return join(dataDir, 'backups')
}
