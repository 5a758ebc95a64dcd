// Looks whether running desktops still answer where they were found, and finds another way to those that do not.
// A desktop that answers nowhere is left as it is: it may be busy, and a training run must not end for that.
import type { SessionOnAgent } from '@/lib/db/controller-sessions'
import { reachCandidates } from '@/lib/domain/reach'
import { open } from '@/lib/secrets/seal'
import { sealContext } from '@/lib/secrets/seal-contexts'
import { changeSession } from './change-session'
import type { ActingAgent, ControllerDeps } from './controller-deps'
import { eachLimited } from './each-limited'
import { findReach } from './find-reach'

const askWithinMs = 2_500

/** Where there are many, some of them each time, in turn: what leads to one desktop of an agent leads to the others. Where one is gone, all. */
export async function recheckRoutes(deps: ControllerDeps, agent: ActingAgent, signal: AbortSignal, from = 0): Promise<number> {
  const sessions = await deps.sessionsOn(agent.row.id)
  const routed = sessions.filter(
    (session) => session.state === 'running' && session.wanted === 'running' && session.reachHost !== null,
  )
  const { routesPerRound } = deps.pace()
  const first = from < routed.length ? from : 0
  const asked = routed.slice(first, first + routesPerRound)
  if (!(await recheckAll(deps, agent, asked, signal)))
    await recheckAll(
      deps,
      agent,
      routed.filter((session) => !asked.includes(session)),
      signal,
    )
  return first + asked.length
}

/** Whether all of them still answer where they were found. */
async function recheckAll(
  deps: ControllerDeps,
  agent: ActingAgent,
  sessions: readonly SessionOnAgent[],
  signal: AbortSignal,
): Promise<boolean> {
  let isAll = true
  await eachLimited(4, sessions, async (session) => {
    try {
      if (!(await recheck(deps, agent, session, signal))) isAll = false
    } catch (error) {
      if (!signal.aborted) deps.log.warn({ err: error, session: session.id }, 'The way to a desktop could not be looked at again')
    }
  })
  return isAll
}

/** Whether it still answers where it was found. */
async function recheck(deps: ControllerDeps, agent: ActingAgent, session: SessionOnAgent, signal: AbortSignal): Promise<boolean> {
  const { reachHost: host, reachPort: port, certPin: pin, credentialSealed } = session
  if (host === null || port === null || pin === null || credentialSealed === null || signal.aborted) return true
  const password = open(deps.keys, sealContext.credential(session.id), credentialSealed)
  const now = await deps.askDesktop({ host, port, password, pin, timeoutMs: askWithinMs }, signal)
  if (now.kind === 'answered') return true
  await findAnotherWay(deps, agent, session, password, signal)
  return false
}

async function findAnotherWay(
  deps: ControllerDeps,
  agent: ActingAgent,
  session: SessionOnAgent,
  password: string,
  signal: AbortSignal,
): Promise<void> {
  const { reachHost: host, reachPort: port, certPin: pin } = session
  const seen = await agent.host.find(session.id, signal)
  // Anything else is for the plan: it sees the container and knows what follows.
  if (pin === null || seen?.state !== 'running' || seen.startedAt !== session.containerStartedAt) return
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
