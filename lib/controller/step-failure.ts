// What becomes of a session whose step went wrong: another try later, or its end, always with the reason in its history.
import { noteDiskFull } from '@/lib/db/agents-observed'
import { isAgentFault } from '@/lib/domain/agent-faults'
import { backOffMs } from '@/lib/domain/back-off'
import { DomainError, hasCode, isDomainError } from '@/lib/domain/errors'
import type { Step } from '@/lib/domain/plan'
import { fail, lastOutput, requeue } from './end-steps'
import { assertMayAct, change, type StepContext, Superseded } from './step-context'

/** A start that was refused this often will be refused again. */
const startTries = 3
/** A call that hung may go through yet, and a fault of our own pass with the database that caused it; but a place is not held for ever. */
const passingTries = 8

export type FailedStep = Step['kind'] | 'look'

const startKinds: FailedStep[] = ['create', 'start']

/** Whether nobody could have done anything there. One container may hang in an engine that answers all the same. */
export async function isOfAgent({ agent, signal }: StepContext, error: unknown): Promise<boolean> {
  if (!isAgentFault(error)) return false
  if (!hasCode(error, 'agent_timeout')) return true
  return agent.host.list(signal).then(
    () => false,
    () => true,
  )
}

/** The fault is the session's: it is tried again later, or has failed. */
export async function stepFailed(context: StepContext, kind: FailedStep, error: unknown): Promise<void> {
  const { deps, session } = context
  if (!isDomainError(error)) deps.log.error({ err: error, session: session.id, step: kind }, 'A step failed in an unexpected way')
  try {
    if (startKinds.includes(kind) && hasCode(error, 'disk_low')) await giveUpPlace(context)
    else if (startKinds.includes(kind) && isEnough(error, session.attempts + 1)) await endStart(context, error)
    else await tryLater(context, kind, error)
  } catch (second) {
    // Whoever changed it has sent a nudge.
    if (second instanceof Superseded) return
    // It holds its place until its container was seen gone.
    if (!isDomainError(second) || (await isOfAgent(context, second))) throw second
    await tryLater(context, kind, second).catch((third: unknown) => {
      if (!(third instanceof Superseded)) throw third
    })
  }
}

async function tryLater(context: StepContext, kind: FailedStep, error: unknown): Promise<void> {
  const { deps, session } = context
  const attempts = session.attempts + 1
  const { message } = inWords(error)
  const nextTryAt = new Date(deps.clock.now().getTime() + backOffMs(attempts))
  await change(context, {
    data: { attempts, nextTryAt, problem: message },
    events: [{ code: 'attempt_failed', params: { step: kind, message, attempt: attempts } }],
  })
  deps.wakeAt(session.id, nextTryAt)
}

function inWords(error: unknown): { message: string; hint?: string | undefined } {
  if (!isDomainError(error)) return { message: 'Something went wrong inside the portal.' }
  if (error.code !== 'agent_timeout') return error
  return {
    message:
      'Docker does not answer for this container, though it does for others: something that it waits for hangs on the host.',
    hint: 'A GPU’s driver, a network disk or a broken runtime may be stuck. Restarting Docker or the host helps.',
  }
}

function isEnough(error: unknown, attempts: number): boolean {
  if (!isDomainError(error) || error.code === 'agent_timeout') return attempts >= passingTries
  return attempts >= startTries || isFinal(error)
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

async function endStart(context: StepContext, error: unknown): Promise<void> {
  const { agent, session, signal } = context
  const logTail = (await lastOutput(context)) || null
  // A container that could not be started stays "created" until it is removed; only then nothing is held any more.
  await assertMayAct(context)
  await agent.host.ensureRemoved(session.id, signal, context.seen?.id)
  const { message, hint } = inWords(isDomainError(error) ? error : new DomainError('unexpected', { cause: error }))
  const params = { detailText: message, ...(hint ? { hint } : {}) }
  await fail(context, { code: 'container_refused', params, exitCode: null, logTail })
}
