// The ends of a session: stopped, deleted, failed, lost; and the ways back into the queue.
import { DbNull } from '@/lib/db/json-null'
import { hasCode } from '@/lib/domain/errors'
import { exitCause, silenceCause } from '@/lib/domain/failure-cause'
import type { Step } from '@/lib/domain/plan'
import { reachCandidates } from '@/lib/domain/reach'
import { open } from '@/lib/secrets/seal'
import { sealContext } from '@/lib/secrets/seal-contexts'
import { confirmThrough } from './confirm-pin'
import { findReach } from './find-reach'
import { assertMayAct, change, noTries, type StepContext, type StepResult, withoutContainer, withoutRoute } from './step-context'

const graceSeconds = 10

/** First nobody is let in any more, then the container is touched. */
export async function beginStop(context: StepContext): Promise<StepResult> {
  await change(context, {
    data: { state: 'stopping', ...withoutRoute, pull: DbNull, ...noTries },
    routeChanged: true,
  })
  return keep(context)
}

export async function beginDelete(context: StepContext): Promise<StepResult> {
  await change(context, {
    data: { state: 'deleting', ...withoutRoute, pull: DbNull, ...noTries },
    routeChanged: true,
  })
  return keep(context)
}

/** The container was not touched: what was seen of it still holds. */
function keep({ seen }: StepContext): StepResult {
  return { seen }
}

/** Gently, so that programs can save; the container itself is not kept, because at resume it may stand elsewhere with other GPUs. */
export async function stop(context: StepContext): Promise<StepResult> {
  const { agent, session, seen, signal } = context
  await assertMayAct(context)
  if (seen?.state === 'paused') await agent.host.ensureUnpaused(session.id, signal, seen.id)
  await agent.host.ensureStopped(session.id, graceSeconds, signal, seen?.id)
  // That may have taken long enough for somebody else to be in charge.
  await assertMayAct(context)
  await agent.host.ensureRemoved(session.id, signal, seen?.id)
  return {}
}

export async function remove(context: StepContext): Promise<StepResult> {
  const { agent, session, seen, signal } = context
  await assertMayAct(context)
  // A sleeping process takes no signal: Docker would wait ten seconds for it to die.
  if (seen?.state === 'paused') await agent.host.ensureUnpaused(session.id, signal, seen.id)
  await agent.host.ensureRemoved(session.id, signal, seen?.id)
  return {}
}

export async function markStopped(context: StepContext): Promise<StepResult> {
  if (context.session.wanted === 'running') return placeAgain(context)
  const endedAt = context.deps.clock.now()
  await change(context, {
    data: { state: 'stopped', ...withoutContainer, endsAt: null, pull: DbNull, endedAt },
    events: [{ code: 'stopped' }],
    release: true,
    routeChanged: true,
  })
  return { wait: true }
}

/** A restart: stopped so far, and wanted to run. It waits behind those who came before it started, not behind those who came since. */
async function placeAgain(context: StepContext): Promise<StepResult> {
  const { deps, session } = context
  await change(context, {
    data: {
      state: 'queued',
      ...withoutContainer,
      agentId: null,
      reasons: [],
      queuePosition: null,
      endsAt: null,
      pull: DbNull,
      queuedAt: session.startedAt ?? deps.clock.now(),
    },
    events: [{ code: 'stopped' }],
    release: true,
    routeChanged: true,
  })
  return { wait: true }
}

export async function markDeleted(context: StepContext): Promise<StepResult> {
  const endedAt = context.deps.clock.now()
  await change(context, {
    data: { state: 'deleted', ...withoutContainer, endsAt: null, gatewayPort: null, pull: DbNull, endedAt },
    events: [{ code: 'deleted' }],
    release: true,
    routeChanged: true,
  })
  return { wait: true }
}

/** Whoever drives a session has asked for its container by name; that a list did not show it would not be enough. */
export async function markLost(context: StepContext): Promise<StepResult> {
  const endedAt = context.deps.clock.now()
  await change(context, {
    data: { state: 'lost', ...withoutContainer, endsAt: null, pull: DbNull, endedAt },
    events: [{ code: 'lost' }],
    release: true,
    routeChanged: true,
  })
  return { wait: true }
}

export async function markFailed(
  context: StepContext,
  failure: Extract<Step, { kind: 'markFailed' }>['failure'],
): Promise<StepResult> {
  const { agent, session, seen, signal } = context
  const logTail = await lastOutput(context)
  if (failure.kind === 'no_answer') {
    const cause = await whySilent(context)
    // Still running: it holds until it was seen stopped.
    await assertMayAct(context)
    await agent.host.ensureRemoved(session.id, signal, seen?.id)
    await fail(context, { code: cause.code, params: cause.params, exitCode: null, logTail })
    return { wait: true }
  }
  const hadAnswered = session.state !== 'starting'
  const { code, cause, hint } = exitCause({ exitCode: failure.exitCode, outOfMemory: failure.outOfMemory, logTail, hadAnswered })
  await fail(context, { code, params: { cause, hint }, exitCode: failure.exitCode, logTail })
  await agent.host.ensureRemoved(session.id, signal, seen?.id).catch((error: unknown) => {
    // It holds nothing any more, and the next pass removes what is left of it.
    context.deps.log.warn({ err: error, session: session.id }, 'The container of a failed session could not be removed yet')
  })
  return { wait: true }
}

/** The second time that it hangs, it goes without: what is to end must not wait for its own words. */
export async function lastOutput({ agent, session, signal }: StepContext): Promise<string> {
  try {
    return await agent.host.logTail(session.id, 100, signal)
  } catch (error) {
    if (session.attempts > 0 && hasCode(error, 'agent_timeout')) return ''
    throw error
  }
}

type Failed = { code: string; params: Record<string, string>; exitCode: number | null; logTail: string | null }

/** The session's container must be seen stopped or gone before this. */
export async function fail(context: StepContext, { code, params, exitCode, logTail }: Failed): Promise<void> {
  const message = params.cause ?? params.detailText ?? ''
  await change(context, {
    data: {
      state: 'failed',
      ...withoutContainer,
      endsAt: null,
      pull: DbNull,
      failureCode: code,
      failureParams: params,
      exitCode,
      logTail,
      endedAt: context.deps.clock.now(),
    },
    events: [
      { code: 'failed', params: { reason: code, ...(message ? { message } : {}), ...(exitCode === null ? {} : { exitCode }) } },
    ],
    release: true,
    routeChanged: true,
  })
}

async function whySilent(context: StepContext): Promise<{ code: string; params: Record<string, string> }> {
  const { deps, agent, session, seen, signal, interrupted } = context
  if (!seen || session.credentialSealed === null) return { code: 'no_answer', params: {} }
  const password = open(deps.keys, sealContext.credential(session.id), session.credentialSealed)
  const candidates = reachCandidates(seen, agent.row)
  const pin = confirmThrough(agent.host, seen, signal)
  const outcome = await findReach({ candidates, password, pin, ask: deps.askDesktop, forMs: 0, signal: interrupted })
  if (outcome.kind === 'reached') return { code: 'no_answer', params: {} }
  if (outcome.last.kind === 'refused_password') return { code: 'wrong_credentials', params: {} }
  return { code: 'no_answer', params: silenceCause(outcome.last.kind === 'silent' ? outcome.last.why : outcome.last.kind) }
}

/** Placed where the disk has filled up meanwhile: given back, to be placed again. No container may be left of it. */
export async function requeue(context: StepContext): Promise<StepResult> {
  const { agent } = context
  const reasons = [
    { agentId: agent.row.id, agentName: agent.row.name, code: 'disk_low', params: { free: agent.row.diskFreeBytes ?? 0 } },
  ]
  await change(context, {
    data: { state: 'queued', ...withoutContainer, agentId: null, reasons, pull: DbNull, queuedAt: context.deps.clock.now() },
    events: [{ code: 'attempt_failed', params: { message: 'The agent has too little free disk space.' } }],
    release: true,
  })
  return { wait: true }
}
