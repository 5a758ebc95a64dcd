// One pass over everything, or over one agent or session: the whole controller without its loop.
import { findAgent, loadAgents } from '@/lib/db/agents-observed'
import { findControlled } from '@/lib/db/controller-sessions'
import { takeLeases } from '@/lib/db/leases'
import { passAgent } from './agent-pass'
import { placeNow } from './change-session'
import type { ActingAgent, ControllerDeps } from './controller-deps'
import { driveSession } from './drive-session'
import { newLimiter } from './limiter'
import { newRunReport, type RunReport } from './run-report'
import { passUnplaced } from './unplaced-pass'

export type RunScope = { agentId?: string; sessionId?: string; signal?: AbortSignal }

export async function runOnce(deps: ControllerDeps, scope: RunScope = {}): Promise<RunReport> {
  const signal = scope.signal ?? new AbortController().signal
  const report = newRunReport()
  const leases = await takeLeases(deps.db, deps.holder)
  const acting = (await loadAgents(deps.db)).flatMap((row): ActingAgent[] => {
    const lease = leases.find((candidate) => candidate.agentId === row.id)
    return lease ? [{ row, lease, host: deps.hostOf(row), limit: newLimiter(8) }] : []
  })
  if (scope.sessionId !== undefined) {
    await runSession(deps, acting, report, scope.sessionId, signal)
    return report
  }
  await passUnplaced(deps)
  await placeNow(deps)
  const chosen = acting.filter((agent) => scope.agentId === undefined || agent.row.id === scope.agentId)
  const results = await Promise.all(chosen.map((agent) => passAgent(deps, agent, report, signal)))
  // An agent that came back may be what somebody waits for.
  if (results.includes('cameUp')) await placeNow(deps)
  return report
}

async function runSession(
  deps: ControllerDeps,
  acting: ActingAgent[],
  report: RunReport,
  sessionId: string,
  signal: AbortSignal,
): Promise<void> {
  const session = await findControlled(deps.db, sessionId)
  const agent = acting.find((candidate) => candidate.row.id === session?.agentId)
  if (!agent) return passUnplaced(deps)
  const row = await findAgent(deps.db, agent.row.id)
  if (!row) return
  try {
    await driveSession(deps, { ...agent, row }, report, { sessionId, signal, interrupted: signal })
  } catch (error) {
    report.failed(row.id, sessionId, 'drive', error)
  }
}
