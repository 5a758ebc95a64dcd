// Makes what every use-case is given, from the configuration of this process.
import { type Config, readSecret } from '@/lib/config'
import { sharedDb } from '@/lib/db/client'
import { systemClock } from '@/lib/domain/clock'
import { deriveKeys } from '@/lib/secrets/keys'
import type { Deps } from './deps'

export function openDeps(config: Config): Deps {
  return { db: sharedDb(config.databaseUrl), clock: systemClock, keys: deriveKeys(Buffer.from(readSecret(config))), config }
}
