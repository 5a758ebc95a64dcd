// Docker's events of one agent. They only nudge. A stream that ends, for whatever reason, is opened again; the pass that follows finds what was missed.
import { newAlarm, type Restart } from './alarms'
import type { ActingAgent, ControllerDeps } from './controller-deps'

type Hear = { events: Restart; pass: () => void; nudge: (sessionId: string, options: { interrupt: boolean }) => void }

const firstWaitMs = 500
const longestWaitMs = 30_000
/** An engine, or what stands before it, may take each subscription and close it at once: that is no stream, and each costs a pass. */
const livedMs = 10_000

export async function followEvents(
  { log }: Pick<ControllerDeps, 'log'>,
  acting: Pick<ActingAgent, 'row' | 'host'>,
  signal: AbortSignal,
  hear: Hear,
): Promise<void> {
  const alarm = newAlarm()
  let waitMs = firstWaitMs
  while (!signal.aborted) {
    const beganMs = performance.now()
    try {
      for await (const nudge of acting.host.watch(hear.events.begin(signal))) {
        if (nudge.sessionId === null) hear.pass()
        else hear.nudge(nudge.sessionId, { interrupt: nudge.what !== 'start' })
      }
    } catch (error) {
      if (!signal.aborted) log.debug({ err: error, agent: acting.row.name }, 'The events of an agent broke off')
    }
    if (performance.now() - beganMs >= livedMs) waitMs = firstWaitMs
    await alarm.wait(waitMs, signal)
    waitMs = Math.min(waitMs * 2, longestWaitMs)
  }
}
