// Takes one session as far as it goes now: look, plan one step, do it, look again.
import { type ControlledSession, findControlled } from '@/lib/db/controller-sessions'
import { mayAct } from '@/lib/db/leases'
import { isDiskLow } from '@/lib/domain/agent'
import type { SeenContainer } from '@/lib/domain/container-host'
import { type PlannedAgent, planEnd, planSession, type Step } from '@/lib/domain/plan'
import { applyStep } from './apply-step'
import type { ActingAgent, ControllerDeps } from './controller-deps'
import type { RunReport } from './run-report'
import { type StepContext, type StepResult, Superseded } from './step-context'
import { stepFailed } from './step-failure'

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
    if (seen === undefined) seen = await look({ deps, agent, session, seen: null, signal, interrupted }, report, wasThere)
    wasThere ||= seen !== null
    const step = planSession(session, seen, toPlannedAgent(agent), deps.clock.now())
    if (!step) return
    const outcome = await attempt({ deps, agent, session, seen, signal, interrupted }, step, report)
    if (outcome === 'stop' || (interrupted.aborted && step.kind === 'probe')) return
    seen = outcome.seen
    known = outcome.session
  }
}

/** Closing the way to what is to end needs no answer of the engine, which may be away for days. */
async function look(context: StepContext, report: RunReport, wasThere: boolean): Promise<SeenContainer | null> {
  const { deps, agent, session, signal } = context
  try {
    const seen = await agent.host.find(session.id, signal)
    // What is gone from one engine may run on another.
    if (seen === null && session.containerId !== null && !wasThere) await deps.assertSameEngine(agent.row)
    return seen
  } catch (error) {
    const begin = signal.aborted ? null : planEnd(session)
    if (begin) await attempt(context, begin, report)
    throw error
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
  if (step.kind === 'removeOrphan') return await removeLeftover(context, step.containerId, report)
  try {
    // Waiting for a desktop to answer costs the engine nothing, and must not keep others from being started.
    const apply = () => applyStep(step, context)
    const result = step.kind === 'probe' ? await apply() : await agent.limit(apply)
    report.did(agent.row.id, session.id, step.kind)
    return result.wait ? 'stop' : result
  } catch (error) {
    // Superseded: the row changed under the step; whoever changed it has sent a nudge.
    if (error instanceof Superseded) return {}
    if (context.signal.aborted) return 'stop'
    report.failed(agent.row.id, session.id, step.kind, error)
    const outcome = await stepFailed(context, step, error).catch((second: unknown) => {
      if (second instanceof Superseded) return 'retry' as const
      throw second
    })
    // The whole agent is in question: that is for its pass to find out.
    if (outcome === 'agent') throw error
    return 'stop'
  }
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
