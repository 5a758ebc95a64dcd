// What is done for an agent again and again, each on its own, and what of it is of no hurry.
import { backOffMs } from '@/lib/domain/back-off'
import { type Alarm, newAlarm } from './alarms'
import type { ActingAgent, ControllerDeps } from './controller-deps'
import { newLostGpuCheck } from './lost-gpus'
import { recheckRoutes } from './recheck-routes'
import { saveImages } from './save-images'

/** Rung by whoever knows that there is something to save. */
const saveEveryMs = 600_000
/** Twice in the minute within which a lost GPU is to be told. */
const lostGpusEveryMs = 25_000

type Round = { deps: ControllerDeps; acting: ActingAgent; signal: AbortSignal; firstWithinMs?: number }
type Every = Round & { ms: () => number; alarm: Alarm }

/** Over how long first rounds are spread, so that hundreds of agents do not begin in one moment. */
export function firstWithinMs({ pace }: ControllerDeps): number {
  return Math.min(pace().spreadMs, pace().roundMs)
}

const tickMs = 1_000

/**
 * A little less, so that it ends on a full second of this process: what agents are due about the same time wakes it once, and what they ask the
 * database is asked together.
 */
export function untilTick(waitMs: number, nowMs = performance.now()): number {
  return waitMs < 2 * tickMs ? waitMs : waitMs - ((nowMs + waitMs) % tickMs)
}

/**
 * A round that failed is said and forgotten: the next one starts from what is then there. One that says `false` was not answered; after the first of
 * these the next comes soon, because a call that failed on a busy machine is no reason to wait for a whole round.
 */
export async function every(round: Every, run: () => Promise<unknown>): Promise<void> {
  const { deps, acting, signal, alarm, ms, firstWithinMs = 0 } = round
  if (firstWithinMs > 0) await alarm.wait(firstWithinMs * Math.random(), signal)
  let unanswered = 0
  while (!signal.aborted) {
    const isAnswered = await run().catch((error: unknown) => {
      if (!signal.aborted) deps.log.error({ err: error, agent: acting.row.name }, 'A round over an agent failed')
    })
    unanswered = isAnswered === false ? unanswered + 1 : 0
    const waitMs = unanswered === 0 ? ms() : backOffMs(unanswered, ms())
    // Spread out, so that many agents do not keep in step.
    await alarm.wait(untilTick(waitMs * (0.8 + Math.random() * 0.4)), signal)
  }
}

export function slowRounds(round: Round, saveAlarm: Alarm): Promise<void>[] {
  const { deps, acting, signal } = round
  const checkLostGpus = newLostGpuCheck(deps, acting)
  let route = 0
  return [
    every({ ...round, ms: () => saveEveryMs, alarm: saveAlarm }, () => saveImages(deps, acting, signal)),
    every({ ...round, ms: () => deps.pace().roundMs, alarm: newAlarm() }, async () => {
      route = await recheckRoutes(deps, acting, signal, route)
    }),
    every({ ...round, ms: () => lostGpusEveryMs, alarm: newAlarm() }, () => checkLostGpus(signal)),
  ]
}
