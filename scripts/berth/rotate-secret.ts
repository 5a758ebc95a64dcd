// berth secret rotate
import { rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Config, config, readSecret } from '@/lib/config'
import { assertMigrated } from '@/lib/db/migrate'
import { refuseWhileInUse } from '@/lib/db/refuse-while-in-use'
import { readSecretFingerprint, reseal } from '@/lib/db/reseal'
import { DomainError } from '@/lib/domain/errors'
import { openLog } from '@/lib/log'
import { deriveKeys } from '@/lib/secrets/keys'
import { exchangeSecrets, fingerprintOf, finishRotation, nextSecretPath, readSecretFile, writeNextSecret } from './secret-files'
import { readOptions, UsageError } from './usage-error'
import { withStoppedPortal } from './with-deps'

export async function rotateSecret(args: string[]): Promise<void> {
  const { values } = readOptions(args, { to: { type: 'string' } }, 0)
  const settings = config()
  await openLog(settings)
  const given = values.to === undefined ? null : readGiven(resolve(values.to))
  await withStoppedPortal(settings, () => rotate(settings, given))
}

/** `given`: a secret that whoever calls has written down already; else one is made and kept in the data directory. */
async function rotate(settings: Config, given: string | null): Promise<void> {
  const { databaseUrl, dataDir } = settings
  await refuseWhileInUse(databaseUrl)
  await assertMigrated(databaseUrl, join(process.cwd(), 'prisma', 'migrations'))
  const inDatabase = await readSecretFingerprint(databaseUrl)
  const ownFile = !settings.secretPreset && given === null
  if (ownFile && finishRotation(dataDir, inDatabase)) return console.log('Finished the rotation that was interrupted.')
  if (given !== null && fingerprintOf(given) === inDatabase)
    return console.log('The database is encrypted with that secret already.')
  const former = readSecret(settings)
  if (fingerprintOf(former) !== inDatabase) throw notTheSecret(dataDir)
  const next = given ?? nextOf(dataDir, inDatabase)
  const { values, unreadable } = await reseal(databaseUrl, deriveKeys(Buffer.from(former)), deriveKeys(Buffer.from(next)))
  console.log(`${values} stored secret(s) are encrypted with the new secret. Everybody signs in again; API keys stay valid.`)
  if (unreadable.length > 0) console.error(`These could not be read before and are as they were: ${unreadable.join(', ')}`)
  if (ownFile) {
    console.log(`The former secret lies in ${exchangeSecrets(dataDir)}: keep it as long as backups that were made with it.`)
  } else if (given === null) {
    console.log(`Set BERTH_SECRET to the content of ${nextSecretPath(dataDir)} for every process, then start them.`)
  } else {
    console.log('Give every process the new secret (BERTH_SECRET, or the file "secret"), then start them.')
  }
}

/** One that an interrupted rotation left is used again; one that is in use already (BERTH_SECRET was set to it) is not. */
function nextOf(dataDir: string, inDatabase: string | null): string {
  const left = readSecretFile(nextSecretPath(dataDir))
  if (left !== null && fingerprintOf(left) !== inDatabase) return left
  rmSync(nextSecretPath(dataDir), { force: true })
  return writeNextSecret(dataDir)
}

function readGiven(path: string): string {
  const secret = readSecretFile(path)
  if (secret === null) throw new UsageError(`There is no file ${path}.`)
  if (secret.length < 43) throw new UsageError(`${path} must hold at least 32 random bytes: openssl rand -base64 32 > FILE`)
  return secret
}

function notTheSecret(dataDir: string): DomainError {
  return new DomainError('misconfigured', {
    message: 'The secret of this process is not the one that the database is encrypted with.',
    hint: `A rotation that was interrupted may have left the right one in ${nextSecretPath(dataDir)}: set BERTH_SECRET to it.`,
  })
}
