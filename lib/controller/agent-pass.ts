// One full look at one agent: list, compare, act. When the engine cannot be asked, nothing is concluded from that.
import { markUnreachable, type ObservedSpeed } from '@/lib/db/agents-observed'
import type { SessionOnAgent } from '@/lib/db/controller-sessions'
import { knownStarts, type StartOfSession, writeEndpoints } from '@/lib/db/known-starts'
import { noteLatency, typicalMs } from '@/lib/domain/agent-latency'
import type { ListedContainers, SeenContainer } from '@/lib/domain/container-host'
import { isDomainError } from '@/lib/domain/errors'
import { plan } from '@/lib/domain/plan'
import type { ActingAgent, ControllerDeps } from './controller-deps'
import { driveSession, toPlannedAgent } from './drive-session'
import { eachLimited } from './each-limited'
import { matchHolds } from './match-holds'
import { withinPatience } from './patience'
import { removeOrphan } from './remove-orphan'
import type { RunReport } from './run-report'

const sideBySide = 8

export type ServeSession = (sessionId: string, seen: SeenContainer | null | undefined) => Promise<void>

/** `serve` lets the loop put its own queue per session in between; left out, sessions are driven right here. */
export async function passAgent(
  deps: ControllerDeps,
  agent: ActingAgent,
  report: RunReport,
  signal: AbortSignal,
  serve?: ServeSession,
): Promise<'up' | 'cameUp' | 'unreachable'> {
  // Containers first, rows after: a container that is made in between then belongs to a row that is known. The other way round it
  // would look like an orphan. What seems missing is asked for again before anything follows from it.
  let listed: ListedContainers
  const askedAt = deps.clock.now()
  try {
    listed = await agent.host.list(signal, async () => knownStarts(await deps.sessionsOn(agent.row.id)))
  } catch (error) {
    return await isAway(deps, agent, report, error, signal)
  }
  const now = deps.clock.now()
  const sessions = await deps.sessionsOn(agent.row.id)
  try {
    if (hasNoneOf(sessions, listed)) await deps.assertSameEngine(agent.row)
  } catch (error) {
    return await isAway(deps, agent, report, error, signal)
  }
  const cameUp = await deps.heard(agent, now, noteSpeed(deps, agent, now, now.getTime() - askedAt.getTime()))
  const { seen } = listed
  const bySession = new Map(seen.map((container) => [container.sessionId, container]))
  const steps = plan(sessions, listed, toPlannedAgent(agent), deps.clock.now())
  const drive: ServeSession =
    serve ??
    ((sessionId, container) =>
      driveSession(deps, agent, report, { sessionId, ...(container ? { seen: container } : {}), signal, interrupted: signal }))
  await eachLimited(sideBySide, steps, async (step) => {
    try {
      if (step.kind === 'removeOrphan') await withinPatience(removeOrphan(deps, agent, report, step, signal))
      else await drive(step.session.id, bySession.get(step.session.id))
    } catch (error) {
      const sessionId = step.kind === 'removeOrphan' ? step.sessionId : step.session.id
      if (!signal.aborted) report.failed(agent.row.id, sessionId, step.kind, error)
    }
  })
  // Last, when what has ended has given back what it held.
  const after = steps.length > 0 ? await deps.sessionsOn(agent.row.id) : sessions
  if (!signal.aborted) await matchHolds(deps, agent, report, after, seen)
  if (!signal.aborted) await writeEndpoints(deps.db, newEndpoints(after, bySession))
  return cameUp ? 'cameUp' : 'up'
}

async function isAway(
  deps: ControllerDeps,
  agent: ActingAgent,
  report: RunReport,
  error: unknown,
  signal: AbortSignal,
): Promise<'unreachable'> {
  if (signal.aborted) return 'unreachable'
  report.unreachable.push({ agentId: agent.row.id, error })
  const reason = isDomainError(error) ? [error.message, error.hint].filter(Boolean).join(' ') : 'The agent does not answer.'
  await markUnreachable(deps.db, agent.row.id, reason, deps.clock.now())
  // The next look may be sooner than the row is read again. A copy: one that answers before that is never read anew.
  agent.row = { ...agent.row, status: 'unreachable' }
  return 'unreachable'
}

/** As on another engine. */
function hasNoneOf(sessions: readonly SessionOnAgent[], { seen, unknown }: ListedContainers): boolean {
  const named = new Set(sessions.flatMap(({ containerId }) => containerId ?? []))
  return named.size > 0 && ![...seen, ...unknown].some(({ id }) => named.has(id))
}

/** Of starts that are written down: those whose endpoint is not, or is another's, as of a container that was put on a network anew. */
function newEndpoints(sessions: readonly SessionOnAgent[], seen: ReadonlyMap<string, SeenContainer>): StartOfSession[] {
  return sessions.flatMap((session) => {
    const { id: containerId, endpointId = null, startedAt } = seen.get(session.id) ?? {}
    const isKnown = containerId === session.containerId && startedAt === session.containerStartedAt
    if (!isKnown || endpointId === null || endpointId === session.containerEndpoint) return []
    return containerId && startedAt ? [{ sessionId: session.id, containerId, startedAt, endpointId }] : []
  })
}

/** Listing is asked of every agent in every pass, and costs all of them about the same. */
function noteSpeed({ log }: ControllerDeps, agent: ActingAgent, now: Date, tookMs: number): Required<ObservedSpeed> {
  const { row } = agent
  const latency = noteLatency(agent.latency ?? { samples: [], slow: row.slowSince !== null }, tookMs)
  agent.latency = latency
  const latencyMs = typicalMs(latency)
  const slowSince = latency.slow ? (row.slowSince ?? now) : null
  if (latency.slow && row.slowSince === null) log.warn({ agent: row.name, latencyMs }, 'An agent is slow to answer')
  row.slowSince = slowSince
  return { latencyMs, slowSince }
}
