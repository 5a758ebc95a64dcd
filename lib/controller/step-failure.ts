// What becomes of a session whose step went wrong: another try later, or its end, always with the reason in its history.
import { noteDiskFull } from '@/lib/db/agents-observed'
import { backOffMs } from '@/lib/domain/back-off'
import { DomainError, isDomainError } from '@/lib/domain/errors'
import type { Step } from '@/lib/domain/plan'
import { fail, requeue } from './end-steps'
import { assertMayAct, change, type StepContext } from './step-context'

/** A start that was refused this often will be refused again. */
const startTries = 3
/** A fault of our own may pass, with the database that caused it; but a place is not held for one for ever. */
const unexpectedTries = 8

const startKinds: Step['kind'][] = ['create', 'start']

/** Errors that say that the agent as a whole does not answer: they are no fault of the session, and cost it no try. */
const ofAgent = ['agent_unreachable', 'agent_timeout', 'agent_tls', 'agent_api_too_old']

export async function stepFailed(context: StepContext, step: Step, error: unknown): Promise<'agent' | 'retry' | 'failed'> {
  const { deps, session } = context
  const problem = isDomainError(error) ? error : null
  if (problem && ofAgent.includes(problem.code)) return 'agent'
  const attempts = session.attempts + 1
  const message = problem?.message ?? 'Something went wrong inside the portal.'
  if (!problem) deps.log.error({ err: error, session: session.id, step: step.kind }, 'A step failed in an unexpected way')
  if (problem?.code === 'disk_low' && startKinds.includes(step.kind)) {
    await giveUpPlace(context)
    return 'retry'
  }
  const tries = problem ? startTries : unexpectedTries
  if (startKinds.includes(step.kind) && (attempts >= tries || (problem && isFinal(problem)))) {
    await endStart(context, problem ?? new DomainError('unexpected', { cause: error }))
    return 'failed'
  }
  const nextTryAt = new Date(deps.clock.now().getTime() + backOffMs(attempts))
  await change(context, {
    data: { attempts, nextTryAt, problem: message },
    events: [{ code: 'attempt_failed', params: { step: step.kind, message, attempt: attempts } }],
  })
  deps.wakeAt(session.id, nextTryAt)
  return 'retry'
}

/** Docker’s “bad parameter”: the same request gets the same answer. */
function isFinal(problem: DomainError): boolean {
  return problem.detail?.statusCode === 400 || problem.code === 'container_conflict'
}

async function giveUpPlace(context: StepContext): Promise<void> {
  const { deps, agent, session, signal } = context
  await noteDiskFull(deps.db, agent.row.id)
  agent.row.diskFreeBytes = 0
  agent.row.diskTotalBytes ??= 0
  await assertMayAct(context)
  await agent.host.ensureRemoved(session.id, signal, context.seen?.id)
  await requeue(context)
}

async function endStart(context: StepContext, problem: DomainError): Promise<void> {
  const { agent, session, signal } = context
  const logTail = (await agent.host.logTail(session.id, 100, signal)) || null
  // A container that could not be started stays "created" until it is removed; only then nothing is held any more.
  await assertMayAct(context)
  await agent.host.ensureRemoved(session.id, signal, context.seen?.id)
  const params = { detailText: problem.message, ...(problem.hint ? { hint: problem.hint } : {}) }
  await fail(context, { code: 'container_refused', params, exitCode: null, logTail })
}
