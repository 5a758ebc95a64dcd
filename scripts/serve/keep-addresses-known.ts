// Gateways and controllers tell where they come from, so that hosts let them to the ports of sessions.
import { notePortalAddresses, ownAddresses } from '@/lib/db/portal-addresses'
import type { Log } from '@/lib/log'
import type { Deps } from '@/lib/use-cases/deps'

const everyMs = 300_000

export async function keepAddressesKnown({ db, clock, config }: Deps, log: Log): Promise<() => Promise<void>> {
  const note = () => notePortalAddresses(db, config.egressAddresses ?? ownAddresses(), clock.now())
  await note()
  const timer = setInterval(() => {
    note().catch((err: unknown) => log.warn({ err }, 'Where this process reaches agents from could not be noted; tried again'))
  }, everyMs)
  timer.unref()
  return async () => clearInterval(timer)
}
