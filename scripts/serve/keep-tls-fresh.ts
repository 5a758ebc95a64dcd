// A portal may run for longer than its certificate lasts. Looks now and then whether there is another one to serve with: from files that somebody
// renewed, or its own, made anew before its end.
import type { Config } from '@/lib/config'
import type { Clock } from '@/lib/domain/clock'
import type { Log } from '@/lib/log'
import { loadTls, type Tls } from './load-tls'

const everyMs = 3_600_000

type Options = { config: Config; tls: Tls; clock: Clock; show: (tls: Tls) => void; log: Log }

export function keepTlsFresh({ config, tls, clock, show, log }: Options): { look: () => Promise<void>; close: () => void } {
  let shown = tls
  const look = async () => {
    try {
      const found = await loadTls(config, clock)
      if (!found || (found.cert === shown.cert && found.key === shown.key)) return
      // Throws where they do not fit: two files are not replaced in one step.
      show(found)
      shown = found
      log.info('Another certificate is shown to browsers from now on')
    } catch (err) {
      log.error({ err }, 'There is no new certificate to show; the former one is kept, and this is tried again in an hour')
    }
  }
  const timer = setInterval(look, everyMs)
  timer.unref()
  return { look, close: () => clearInterval(timer) }
}
