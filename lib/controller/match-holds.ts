// The ledger of GPUs against what containers were really given. They differ only by a fault, a restored database or a hand in it; then Docker
// is right, because what a container was given is what its programs use.

import type { SessionOnAgent } from '@/lib/db/controller-sessions'
import { type GpuMatch, matchGpuHolds } from '@/lib/db/gpu-match'
import type { SeenContainer } from '@/lib/domain/container-host'
import { changeSession, placeNow } from './change-session'
import type { ActingAgent, ControllerDeps } from './controller-deps'
import type { RunReport } from './run-report'
import { noTries, withoutRoute } from './step-context'

/** `seen` may be a moment old: only a container that is still its session's counts. */
export async function matchHolds(
  deps: ControllerDeps,
  agent: ActingAgent,
  report: RunReport,
  sessions: readonly SessionOnAgent[],
  seen: readonly SeenContainer[],
): Promise<void> {
  const bySession = new Map(seen.map((container) => [container.sessionId, container]))
  for (const session of sessions) {
    const container = bySession.get(session.id)
    if (!container || container.id !== session.containerId || !isUp(container)) continue
    if (session.held && isSame(session.gpuUuids, container.gpuDevices)) continue
    const match = await matchGpuHolds(deps.db, agent.lease, { session, devices: container.gpuDevices }, deps.clock.now())
    if (match) await follow(deps, agent, report, session, match)
  }
}

/** One that was never started or has ended uses no GPU. */
function isUp({ state }: SeenContainer): boolean {
  return state === 'running' || state === 'paused'
}

function isSame(held: readonly string[], given: readonly string[]): boolean {
  return held.length === given.length && held.every((uuid) => given.includes(uuid))
}

async function follow(
  deps: ControllerDeps,
  agent: ActingAgent,
  report: RunReport,
  session: SessionOnAgent,
  match: GpuMatch,
): Promise<void> {
  const { added, removed, taken } = match
  report.did(agent.row.id, session.id, 'matchHolds')
  deps.log.error(
    { agent: agent.row.name, session: session.id, added, removed, taken },
    'Who holds which GPU was wrong; Docker is right',
  )
  if (taken.length > 0) {
    // Two on a GPU that is for one: whoever holds it by the ledger keeps it, this one is placed again.
    await changeSession(
      deps,
      agent.lease,
      { ...session, version: match.version },
      {
        data: { state: 'stopping', ...withoutRoute, ...noTries },
        events: [{ code: 'gpu_taken' }],
        routeChanged: true,
      },
    )
  }
  if (removed.length > 0) await placeNow(deps)
}
