// Takes one session as far as it goes now: look, plan one step, do it, look again.
import { type ControlledSession, findControlled } from '@/lib/db/controller-sessions'
import { mayAct } from '@/lib/db/leases'
import { isDiskLow } from '@/lib/domain/agent'
import type { SeenContainer } from '@/lib/domain/container-host'
import { isDue, type PlannedAgent, planEnd, planSession, type Step } from '@/lib/domain/plan'
import { applyStep } from './apply-step'
import type { ActingAgent, ControllerDeps } from './controller-deps'
import type { RunReport } from './run-report'
import { type StepContext, type StepResult, Superseded } from './step-context'
import { type FailedStep, isOfAgent, stepFailed } from './step-failure'

/** More than any real way from one end of the table to the other: what goes on longer goes in circles. */
const maxSteps = 20

export type DriveOptions = {
  sessionId: string
  /** What a list just showed; left out, it is looked up. */
  seen?: SeenContainer | null
  signal: AbortSignal
  interrupted: AbortSignal
}

export async function driveSession(
  deps: ControllerDeps,
  agent: ActingAgent,
  report: RunReport,
  { sessionId, seen: seenAtFirst, signal, interrupted }: DriveOptions,
): Promise<void> {
  let seen = seenAtFirst
  let known: ControlledSession | undefined
  let wasThere = false
  for (let steps = 0; steps < maxSteps && !signal.aborted; steps++) {
    const session: ControlledSession | null = known ?? (await findControlled(deps.db, sessionId))
    if (!session || session.agentId !== agent.row.id) return
    const context = { deps, agent, session, seen: seen ?? null, signal, interrupted }
    const looked: Outcome = seen === undefined ? await look(context, report, wasThere) : context
    if (looked === 'stop') return
    wasThere ||= looked.seen !== null
    const outcome = await takeStep({ ...context, seen: looked.seen ?? null }, report)
    if (outcome === 'stop') return
    seen = outcome.seen
    known = outcome.session
  }
}

async function takeStep(context: StepContext, report: RunReport): Promise<Outcome> {
  const { deps, agent, session, seen, interrupted } = context
  const step = planSession(session, seen, toPlannedAgent(agent), deps.clock.now())
  if (!step) return 'stop'
  const outcome = await attempt(context, step, report)
  return interrupted.aborted && step.kind === 'probe' ? 'stop' : outcome
}

/** Closing the way to what is to end needs no answer of the engine, which may be away for days. */
async function look(context: StepContext, report: RunReport, wasThere: boolean): Promise<Outcome> {
  const { deps, agent, session, signal } = context
  try {
    const seen = await agent.host.find(session.id, signal)
    // What is gone from one engine may run on another, and a start on another would be taken for a proof that it is the one.
    const isDoubtful = session.containerId !== null || agent.row.status !== 'up'
    if (seen === null && isDoubtful && !wasThere) await deps.assertSameEngine(agent.row)
    return { seen }
  } catch (error) {
    const begin = signal.aborted ? null : planEnd(session)
    if (begin) await attempt(context, begin, report)
    const current = begin ? await findControlled(deps.db, session.id) : session
    return current ? failed({ ...context, session: current }, 'look', error, report) : 'stop'
  }
}

type Outcome = 'stop' | Pick<StepResult, 'seen' | 'session'>

/** A container of an earlier start. A controller that is not in charge any more leaves it alone. */
async function removeLeftover({ deps, agent, session, signal }: StepContext, id: string, report: RunReport): Promise<Outcome> {
  if (!(await mayAct(deps.db, agent.lease, session))) return 'stop'
  await agent.host.ensureRemoved(session.id, signal, id)
  report.did(agent.row.id, session.id, 'removeOrphan')
  return { seen: null }
}

async function attempt(context: StepContext, step: Step, report: RunReport): Promise<Outcome> {
  const { agent, session } = context
  try {
    if (step.kind === 'removeOrphan') return await removeLeftover(context, step.containerId, report)
    // Waiting for a desktop to answer costs the engine nothing, and must not keep others from being started.
    const apply = () => applyStep(step, context)
    const result = step.kind === 'probe' ? await apply() : await agent.limit(apply)
    report.did(agent.row.id, session.id, step.kind)
    return result.wait ? 'stop' : result
  } catch (error) {
    // Superseded: the row changed under the step; whoever changed it has sent a nudge.
    if (error instanceof Superseded) return {}
    return failed(context, step.kind, error, report)
  }
}

async function failed(context: StepContext, kind: FailedStep, error: unknown, report: RunReport): Promise<Outcome> {
  const { deps, agent, session, signal } = context
  if (signal.aborted) return 'stop'
  report.failed(agent.row.id, session.id, kind, error)
  // The whole agent is in question: that is for its pass to find out.
  if (await isOfAgent(context, error)) throw error
  // Where a look finds nothing out and nothing is asked of it, the session stays as it is.
  if (kind !== 'look' || isDue(session, deps.clock.now())) await stepFailed(context, kind, error)
  return 'stop'
}

export function toPlannedAgent({ row }: ActingAgent): PlannedAgent {
  return {
    kind: row.kind,
    host: row.host,
    publishAddress: row.publishAddress,
    reachedBy: row.reachedBy,
    diskLow: isDiskLow({ totalBytes: row.diskTotalBytes, freeBytes: row.diskFreeBytes }),
  }
}
