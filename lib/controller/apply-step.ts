// Carries out one step of the plan. Each is idempotent; what goes wrong is counted on the session and tried again later.
import type { Step } from '@/lib/domain/plan'
import * as end from './end-steps'
import * as pause from './pause-steps'
import * as start from './start-steps'
import type { StepContext, StepResult } from './step-context'

type SessionStep = Exclude<Step, { kind: 'removeOrphan' }>
type Apply = (context: StepContext) => Promise<StepResult>

const apply: Record<Exclude<SessionStep['kind'], 'markFailed'>, Apply> = {
  create: start.create,
  pull: start.pull,
  start: start.start,
  probe: start.probe,
  unroute: pause.unroute,
  revive: pause.revive,
  pause: pause.pause,
  unpause: pause.unpause,
  markPaused: pause.markPaused,
  markRunning: pause.markRunning,
  beginStop: end.beginStop,
  stop: end.stop,
  markStopped: end.markStopped,
  beginDelete: end.beginDelete,
  remove: end.remove,
  markDeleted: end.markDeleted,
  markLost: end.markLost,
  requeue: end.requeue,
}

export function applyStep(step: SessionStep, context: StepContext): Promise<StepResult> {
  if (step.kind === 'markFailed') return end.markFailed(context, step.failure)
  return apply[step.kind](context)
}
