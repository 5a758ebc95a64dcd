// Removes a container of ours that no session owns any more. No row tells when it was tried last, so that is kept in mind here.
import { mayBeOneEngine } from '@/lib/db/agent-host'
import { type ControlledSession, findControlled } from '@/lib/db/controller-sessions'
import { holdsLease } from '@/lib/db/leases'
import { backOffMs } from '@/lib/domain/back-off'
import type { Step } from '@/lib/domain/plan'
import type { ActingAgent, ControllerDeps } from './controller-deps'
import { driveSession } from './drive-session'
import type { RunReport } from './run-report'

type Orphan = Extract<Step, { kind: 'removeOrphan' }>

/** Of each container whose removal is under way or failed, in milliseconds of the process. */
export type OrphanTries = Map<string, { failed: number; notBeforeMs: number }>

export async function removeOrphan(
  deps: ControllerDeps,
  agent: ActingAgent,
  report: RunReport,
  step: Orphan,
  signal: AbortSignal,
): Promise<void> {
  agent.orphanTries ??= new Map()
  const tries = agent.orphanTries
  const { failed, notBeforeMs } = tries.get(step.containerId) ?? { failed: 0, notBeforeMs: 0 }
  if (performance.now() < notBeforeMs) return
  tries.set(step.containerId, { failed, notBeforeMs: Number.POSITIVE_INFINITY })
  try {
    await removeUnowned(deps, agent, report, step, signal)
    tries.delete(step.containerId)
  } catch (error) {
    tries.set(step.containerId, { failed: failed + 1, notBeforeMs: performance.now() + backOffMs(failed + 1) })
    // Whoever began it may have stopped waiting.
    const about = { err: error, agent: agent.row.name, session: step.sessionId, container: step.containerId }
    if (!signal.aborted) deps.log.warn(about, 'A container that no session owns could not be removed; it is tried again')
    throw error
  }
}

/** Ours by label, but no live session of this agent: the row is read once more, because it may have been placed here since. */
async function removeUnowned(
  deps: ControllerDeps,
  agent: ActingAgent,
  report: RunReport,
  step: Orphan,
  signal: AbortSignal,
): Promise<void> {
  const session = await findControlled(deps.db, step.sessionId)
  const isLive = session !== null && ['starting', 'running', 'paused', 'stopping', 'deleting'].includes(session.state)
  if (isLive && session.agentId === agent.row.id) {
    // A container of an earlier start of a session that starts again: its own drive removes it.
    await driveSession(deps, agent, report, { sessionId: step.sessionId, signal, interrupted: signal })
    return
  }
  if (isLive && (await isOfOtherAgent(deps, agent, session, step.containerId))) return
  if (!(await holdsLease(deps.db, agent.lease))) return
  await agent.host.ensureRemoved(step.sessionId, signal, step.containerId)
  report.did(agent.row.id, step.sessionId, 'removeOrphan')
  deps.log.info({ agent: agent.row.name, session: step.sessionId }, 'Removed a container that no session owns any more')
}

/** Older versions let one engine be two agents. Then each sees the containers of both. */
async function isOfOtherAgent(
  { db }: ControllerDeps,
  { row }: ActingAgent,
  { agentId, containerId }: ControlledSession,
  seenId: string,
): Promise<boolean> {
  if (agentId === null || (containerId ?? seenId) !== seenId) return false
  return mayBeOneEngine(db, [row.id, agentId])
}
