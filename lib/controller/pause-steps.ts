// Pause and its end, and the moment when the known way to a desktop stops being true.
import { backOffMs } from '@/lib/domain/back-off'
import { assertMayAct, change, noTries, type StepContext, type StepResult, withoutRoute } from './step-context'

export async function pause(context: StepContext): Promise<StepResult> {
  await assertMayAct(context)
  await context.agent.host.ensurePaused(context.session.id, context.signal, context.seen?.id)
  return {}
}

export async function unpause(context: StepContext): Promise<StepResult> {
  await assertMayAct(context)
  await context.agent.host.ensureUnpaused(context.session.id, context.signal, context.seen?.id)
  return {}
}

/** It keeps everything, its way too: nothing about the container changes while it sleeps. */
export async function markPaused(context: StepContext): Promise<StepResult> {
  await change(context, {
    data: { state: 'paused', ...noTries },
    events: [{ code: 'paused' }],
    routeChanged: true,
  })
  return keep(context)
}

export async function markRunning(context: StepContext): Promise<StepResult> {
  await change(context, {
    data: { state: 'running', ...noTries },
    events: [{ code: 'resumed' }],
    routeChanged: true,
  })
  return keep(context)
}

/** Its address may be another user's by now: nobody goes there until the desktop was found again. */
export async function unroute(context: StepContext): Promise<StepResult> {
  const { seen } = context
  await change(context, {
    data: { ...withoutRoute, containerId: seen?.id ?? null, containerStartedAt: seen?.startedAt ?? null },
    routeChanged: true,
  })
  return keep(context)
}

/** Stopped by itself, with somebody's work in it: it goes on, at another address and with another certificate. */
export async function revive(context: StepContext): Promise<StepResult> {
  const { deps, agent, session, signal } = context
  await assertMayAct(context)
  const seen = await agent.host.ensureStarted(session.id, signal, context.seen?.id)
  const nextTryAt = session.attempts === 0 ? null : new Date(deps.clock.now().getTime() + backOffMs(session.attempts))
  await change(context, {
    data: { ...withoutRoute, containerStartedAt: seen.startedAt, attempts: session.attempts + 1, nextTryAt },
    events: [{ code: 'revived' }],
    routeChanged: true,
  })
  return { seen }
}

function keep({ seen }: StepContext): StepResult {
  return { seen }
}
