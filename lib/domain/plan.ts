// What is to be done next on one agent so that Docker comes to match the database. Pure: rows, containers and the time in, steps out.
// One step per session at a time; after each, both sides are looked at again.
import { mustWait } from './back-off'
import type { ListedContainers, SeenContainer } from './container-host'
import { type ReachAgent, reachCandidates } from './reach'
import type { SessionState, Wanted } from './session-lifecycle'

export type PlannedSession = {
  id: string
  version: number
  state: SessionState
  wanted: Wanted
  /** A password was made for a container of this start. */
  hasCredential: boolean
  containerId: string | null
  containerStartedAt: string | null
  reachHost: string | null
  reachPort: number | null
  /** When the container was started, by the portal's clock. */
  startedAt: Date | null
  pulling: boolean
  nextTryAt: Date | null
  /** What was changed by hand in its container is nowhere else. */
  authoring: boolean
  /** Its container is being made an image: nothing else touches it. */
  saving: boolean
}

export type PlannedAgent = ReachAgent & { diskLow: boolean }

export type Step =
  | { kind: 'create' | 'pull' | 'start' | 'probe' | 'pause' | 'unpause'; session: PlannedSession }
  /** The way to it is not to be trusted any more: nobody is let in until it was found again. */
  | { kind: 'unroute'; session: PlannedSession }
  | BeginEnd
  | { kind: 'stop' | 'markStopped' | 'remove' | 'markDeleted'; session: PlannedSession }
  /** An authoring session's container that ended is started again: it has somebody's work in it. */
  | { kind: 'revive'; session: PlannedSession }
  | { kind: 'markRunning' | 'markPaused' | 'markLost'; session: PlannedSession }
  | {
      kind: 'markFailed'
      session: PlannedSession
      failure: { kind: 'exited'; exitCode: number; outOfMemory: boolean } | { kind: 'no_answer' }
    }
  /** Taken back before a container ran, to be placed again. */
  | { kind: 'requeue'; session: PlannedSession }
  | Orphan

type Orphan = { kind: 'removeOrphan'; sessionId: string; containerId: string }

/** A desktop that has not answered this long after its start never will. */
export const answerDeadlineMs = 90_000

const onAgent: readonly SessionState[] = ['starting', 'running', 'paused', 'stopping', 'deleting']

/** `sessions`: the rows that name this agent. `listed`: every container of ours there; never a guess. */
export function plan(
  sessions: readonly PlannedSession[],
  { seen, unknown }: ListedContainers,
  agent: PlannedAgent,
  now: Date,
): (Step | { kind: 'look'; session: PlannedSession })[] {
  const bySession = new Map(seen.map((container) => [container.sessionId, container]))
  const untold = new Set(unknown.map(({ sessionId }) => sessionId))
  const steps: ReturnType<typeof plan> = []
  const expected = new Set<string>()
  for (const session of sessions) {
    if (!onAgent.includes(session.state)) continue
    expected.add(session.id)
    if (untold.has(session.id)) {
      if (isDue(session, now)) steps.push({ kind: 'look', session })
      continue
    }
    const step = planSession(session, bySession.get(session.id) ?? null, agent, now)
    if (step) steps.push(step)
  }
  for (const container of seen) {
    if (!expected.has(container.sessionId) && container.state !== 'removing')
      steps.push({ kind: 'removeOrphan', sessionId: container.sessionId, containerId: container.id })
  }
  return steps
}

type BeginEnd = { kind: 'beginStop' | 'beginDelete'; session: PlannedSession }

/** Whether something is to be done about it that its container must be looked at for. */
export function isDue(session: PlannedSession, now: Date): boolean {
  if (planEnd(session)) return true
  if (session.saving || mustWait(session.nextTryAt, now)) return false
  return session.state !== session.wanted || (session.state === 'running' && session.reachHost === null)
}

/** The first step of an end that was asked for: it follows from the row alone. */
export function planEnd(session: PlannedSession): BeginEnd | null {
  if (!onAgent.includes(session.state) || session.state === 'deleting') return null
  if (session.wanted === 'deleted') return { kind: 'beginDelete', session }
  return session.wanted === 'stopped' && session.state !== 'stopping' ? { kind: 'beginStop', session } : null
}

export function planSession(session: PlannedSession, seen: SeenContainer | null, agent: PlannedAgent, now: Date): Step | null {
  // A nudge may come when the work is done: what is stopped has nothing there, and stopping it again would never end.
  if (!onAgent.includes(session.state)) return null
  const end = planEnd(session)
  if (end) return end
  if (session.state === 'deleting') return planDelete(session, seen, now)
  if (session.state === 'stopping') return planStop(session, seen, now)
  if (isResting(session, seen, now)) return null
  if (session.state === 'starting') return planStarting(session, seen, agent, now)
  if (seen === null) return { kind: 'markLost', session }
  if (hasEnded(seen)) return session.authoring ? { kind: 'revive', session } : ended(session, seen)
  return session.state === 'paused' ? planPaused(session, seen) : planRunning(session, seen, agent)
}

/** The save acts on its container, a back-off is not over, or the engine itself is at it. */
function isResting(session: PlannedSession, seen: SeenContainer | null, now: Date): boolean {
  if (session.saving || mustWait(session.nextTryAt, now)) return true
  return seen !== null && (seen.state === 'removing' || seen.state === 'restarting')
}

/** A cancel does not wait for the back-off of what it cancels; only a failed removal waits for its own. */
function planDelete(session: PlannedSession, seen: SeenContainer | null, now: Date): Step | null {
  if (seen === null) return { kind: 'markDeleted', session }
  return isNotYet(session, seen, now) ? null : { kind: 'remove', session }
}

function planStop(session: PlannedSession, seen: SeenContainer | null, now: Date): Step | null {
  if (seen === null) return { kind: 'markStopped', session }
  return isNotYet(session, seen, now) ? null : { kind: 'stop', session }
}

function isNotYet(session: PlannedSession, seen: SeenContainer, now: Date): boolean {
  return seen.state === 'removing' || mustWait(session.nextTryAt, now)
}

function planStarting(session: PlannedSession, seen: SeenContainer | null, agent: PlannedAgent, now: Date): Step | null {
  if (seen === null) {
    if (session.containerId !== null) return { kind: 'markLost', session }
    if (agent.diskLow) return { kind: 'requeue', session }
    return { kind: session.pulling ? 'pull' : 'create', session }
  }
  // A container of an earlier start, whose password nobody has any more.
  if (!session.hasCredential) return { kind: 'removeOrphan', sessionId: session.id, containerId: seen.id }
  if (hasEnded(seen)) return ended(session, seen)
  if (session.containerId !== seen.id) return { kind: 'create', session }
  if (seen.state === 'created' || session.containerStartedAt !== seen.startedAt) return { kind: 'start', session }
  if (seen.state === 'paused') return { kind: 'unpause', session }
  const tooLate = session.startedAt !== null && now.getTime() - session.startedAt.getTime() > answerDeadlineMs
  return tooLate ? { kind: 'markFailed', session, failure: { kind: 'no_answer' } } : { kind: 'probe', session }
}

function planRunning(session: PlannedSession, seen: SeenContainer, agent: PlannedAgent): Step | null {
  const isRouted = session.reachHost !== null
  if (session.containerStartedAt !== seen.startedAt) return { kind: 'unroute', session }
  // A paused container keeps its address, and answers nobody: its way is looked at again when it runs.
  if (seen.state === 'running' && isRouted && !isStillThere(session, seen, agent)) return { kind: 'unroute', session }
  if (session.wanted === 'paused') return { kind: seen.state === 'paused' ? 'markPaused' : 'pause', session }
  if (seen.state === 'paused') return { kind: 'unpause', session }
  return isRouted ? null : { kind: 'probe', session }
}

function isStillThere(session: PlannedSession, seen: SeenContainer, agent: PlannedAgent): boolean {
  return reachCandidates(seen, agent).some(({ host, port }) => host === session.reachHost && port === session.reachPort)
}

function planPaused(session: PlannedSession, seen: SeenContainer): Step | null {
  if (session.wanted === 'paused') return seen.state === 'paused' ? null : { kind: 'pause', session }
  return { kind: seen.state === 'paused' ? 'unpause' : 'markRunning', session }
}

function hasEnded(seen: SeenContainer): boolean {
  return seen.state === 'exited' || seen.state === 'dead'
}

function ended(session: PlannedSession, seen: SeenContainer): Step {
  return {
    kind: 'markFailed',
    session,
    failure: { kind: 'exited', exitCode: seen.exitCode ?? -1, outOfMemory: seen.outOfMemory },
  }
}
