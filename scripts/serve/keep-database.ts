// The embedded database for as long as the portal runs: when it goes away, by the kernel's hand or an operator's, it is started again.
import { setTimeout as delay } from 'node:timers/promises'
import { startEmbeddedPostgres } from '@/lib/db/embedded-postgres'
import { holdPresence } from '@/lib/db/portal-presence'
import type { Log } from '@/lib/log'

const retryMs = 2_000

export type KeptDatabase = { url: string; close: () => Promise<void> }

export async function keepDatabase({ dataDir, log }: { dataDir: string; log: Log }): Promise<KeptDatabase> {
  let isClosing = false
  let recovering: Promise<void> | undefined
  const onLost = () => {
    if (isClosing) return
    log.error('The database is gone; starting it again')
    recovering = recover()
  }
  let database = await startEmbeddedPostgres({ dataDir, log })
  let presence = await holdPresence(database.directUrl, onLost)

  async function recover(): Promise<void> {
    while (!isClosing) {
      try {
        database = await startEmbeddedPostgres({ dataDir, log })
        presence = await holdPresence(database.directUrl, onLost)
        log.info('The database is back')
        return
      } catch (err) {
        log.error({ err }, 'The database cannot be started again')
        await delay(retryMs)
      }
    }
  }

  return {
    url: database.url,
    close: async () => {
      isClosing = true
      await recovering
      await presence.release()
      await database.stop()
    },
  }
}
