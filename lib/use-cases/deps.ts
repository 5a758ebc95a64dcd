// What every use-case is given.
import type { Config } from '@/lib/config'
import type { Db } from '@/lib/db/client'
import type { Clock } from '@/lib/domain/clock'
import type { Keys } from '@/lib/secrets/keys'

export type Deps = { db: Db; clock: Clock; keys: Keys; config: Config }
