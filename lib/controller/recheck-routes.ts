// Looks whether running desktops still answer where they were found, and finds another way to those that do not.
// A desktop that answers nowhere is left as it is: it may be busy, and a training run must not end for that.
import { type ControlledSession, loadSessionsOn } from '@/lib/db/controller-sessions'
import { reachCandidates } from '@/lib/domain/reach'
import { open } from '@/lib/secrets/seal'
import { sealContext } from '@/lib/secrets/seal-contexts'
import { changeSession } from './change-session'
import type { ActingAgent, ControllerDeps } from './controller-deps'
import { eachLimited } from './each-limited'
import { findReach } from './find-reach'

const askWithinMs = 2_500

export async function recheckRoutes(deps: ControllerDeps, agent: ActingAgent, signal: AbortSignal): Promise<void> {
  const sessions = await loadSessionsOn(deps.db, agent.row.id)
  const routed = sessions.filter(
    (session) => session.state === 'running' && session.wanted === 'running' && session.reachHost !== null,
  )
  await eachLimited(4, routed, async (session) => {
    try {
      await recheck(deps, agent, session, signal)
    } catch (error) {
      if (!signal.aborted) deps.log.warn({ err: error, session: session.id }, 'The way to a desktop could not be looked at again')
    }
  })
}

async function recheck(deps: ControllerDeps, agent: ActingAgent, session: ControlledSession, signal: AbortSignal): Promise<void> {
  const { reachHost: host, reachPort: port, certPin: pin, credentialSealed } = session
  if (host === null || port === null || credentialSealed === null || signal.aborted) return
  const password = open(deps.keys, sealContext.credential(session.id), credentialSealed)
  const now = await deps.askDesktop({ host, port, password, pin, timeoutMs: askWithinMs }, signal)
  if (now.kind === 'answered') return
  const seen = await agent.host.find(session.id, signal)
  // Anything else is for the plan: it sees the container and knows what follows.
  if (seen?.state !== 'running' || seen.startedAt !== session.containerStartedAt) return
  const others = reachCandidates(seen, agent.row).filter((candidate) => candidate.host !== host || candidate.port !== port)
  const outcome = await findReach({ candidates: others, password, pin, ask: deps.askDesktop, forMs: 0, signal })
  if (outcome.kind !== 'reached') return
  const { candidate } = outcome
  await changeSession(deps, agent.lease, session, {
    data: { reachHost: candidate.host, reachPort: candidate.port },
    events: [{ code: 'moved' }],
    routeChanged: true,
  })
}
