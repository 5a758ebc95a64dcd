// The secret and the one that is to follow it, as files. The database says which of the two it is encrypted with, so that an interruption
// at any point leaves one of two whole states, and both are told apart.
import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, linkSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { secretPath } from '@/lib/config'
import { deriveKeys } from '@/lib/secrets/keys'

export function nextSecretPath(dataDir: string): string {
  return `${secretPath(dataDir)}.next`
}

/** Null where there is none. */
export function readSecretFile(path: string): string | null {
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : null
}

export function fingerprintOf(secret: string): string {
  return deriveKeys(Buffer.from(secret)).fingerprint
}

/** On the disk before anything is encrypted with it. */
export function writeNextSecret(dataDir: string): string {
  const secret = randomBytes(32).toString('base64')
  const path = nextSecretPath(dataDir)
  const unfinished = `${path}.unfinished`
  const file = openSync(unfinished, 'w', 0o600)
  writeSync(file, `${secret}\n`)
  fsyncSync(file)
  closeSync(file)
  renameSync(unfinished, path)
  syncDirectory(dirname(path))
  return secret
}

/** The next secret becomes the secret, which is there at every moment; the former one stays beside it, for backups made with it. */
export function exchangeSecrets(dataDir: string): string | null {
  const path = secretPath(dataDir)
  const former = readSecretFile(path)
  const keptAt = former === null ? null : `${path}.${fingerprintOf(former)}`
  if (keptAt) {
    rmSync(keptAt, { force: true })
    linkSync(path, keptAt)
  }
  renameSync(nextSecretPath(dataDir), path)
  syncDirectory(dirname(path))
  return keptAt
}

/** For a start after an interruption between the database's commit and the exchange of the files. */
export function finishRotation(dataDir: string, inDatabase: string | null): boolean {
  const next = readSecretFile(nextSecretPath(dataDir))
  const current = readSecretFile(secretPath(dataDir))
  if (next === null || fingerprintOf(next) !== inDatabase) return false
  if (current !== null && fingerprintOf(current) === inDatabase) return false
  exchangeSecrets(dataDir)
  return true
}

function syncDirectory(path: string): void {
  const directory = openSync(path, 'r')
  fsyncSync(directory)
  closeSync(directory)
}
