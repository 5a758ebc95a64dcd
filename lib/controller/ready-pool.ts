// The loop that keeps sessions ready: slow while nothing is lacking, one start after another while something is.
import { setTimeout as sleep } from 'node:timers/promises'
import { keepReady, type ReadyReport } from '@/lib/db/keep-ready'
import type { ControllerDeps } from './controller-deps'

export type ReadyPool = { run(): Promise<void>; wake(): void }

const restMs = 15_000
/** Whoever just took one gets the machine to himself until his first picture is there. */
const afterClaimMs = 2_000

export async function keepSessionsReady({ db, clock, log }: ControllerDeps): Promise<ReadyReport> {
  const report = await keepReady(db, clock.now())
  if (report.started.length + report.ended.length > 0)
    log.info({ started: report.started, ended: report.ended }, 'Sessions are kept ready')
  return report
}

export function openReadyPool(deps: ControllerDeps, signal: AbortSignal): ReadyPool {
  let alarm = new AbortController()
  const ring = () => alarm.abort()
  return {
    wake: ring,
    async run() {
      signal.addEventListener('abort', ring)
      while (!signal.aborted) {
        alarm = new AbortController()
        const { more } = await keepSessionsReady(deps).catch((error: unknown) => {
          if (!signal.aborted) deps.log.error({ err: error }, 'Sessions could not be kept ready; it is tried again')
          return { more: false }
        })
        if (!more) await sleep(restMs, undefined, { signal: alarm.signal }).catch(() => undefined)
        await sleep(afterClaimMs, undefined, { signal }).catch(() => undefined)
      }
      signal.removeEventListener('abort', ring)
    },
  }
}
