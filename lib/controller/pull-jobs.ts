// Images come beside the steps, two per agent at a time and one per reference; whoever waits for the image waits for the same one.
// From where, bring-image.ts says.
import { forgetPull, writeAgentPullProgress, writePullFailed, writePullStarted } from '@/lib/db/agent-pulls'
import { noteDiskFull } from '@/lib/db/agents-observed'
import { findControlled, loadWaitingForImage, writePullProgress } from '@/lib/db/controller-sessions'
import { DbNull } from '@/lib/db/json-null'
import { backOffMs } from '@/lib/domain/back-off'
import { pullBackOffMs, pullTimeLeftMs } from '@/lib/domain/background-pulls'
import type { PullProgress } from '@/lib/domain/container-host'
import { hasCode, isDomainError } from '@/lib/domain/errors'
import { bringImage } from './bring-image'
import { changeSession } from './change-session'
import type { ActingAgent, ControllerDeps } from './controller-deps'
import { type CopyLine, newCopyLine } from './copy-line'
import { noTries, withoutContainer } from './step-context'

export type PullJobs = {
  /** Sees to it that the reference is being pulled; returns at once. In the background: nobody waits for it, and launches come first. */
  ensure(agent: ActingAgent, reference: string, options?: { background: boolean }): void
  /** Nobody wants it there beforehand any more: it ends, unless a launch waits for it. */
  release(agentId: string, reference: string): void
  /** Resolves when no pull runs or waits. */
  idle(): Promise<void>
  stop(): void
}

const perAgent = 2
const progressMs = 1_000

type Job = {
  agentId: string
  start(): void
  started: boolean
  /** Some session waits for it. */
  urgent: boolean
  /** It goes on when nobody waits any more. */
  keep: boolean
}

export function openPullJobs(getDeps: () => ControllerDeps): PullJobs {
  const jobs = new Map<string, Job>()
  const running = new Set<Promise<void>>()
  const stopped = new AbortController()
  const line = newCopyLine()

  function startNext(agentId: string): void {
    const here = [...jobs.values()].filter((job) => job.agentId === agentId)
    const urgent = here.filter((job) => job.urgent)
    // Launches do not wait for what nobody waits for; and nothing of that begins while they pull.
    const line = urgent.length > 0 ? urgent : here
    const free = perAgent - line.filter((job) => job.started).length
    for (const job of line.filter((candidate) => !candidate.started).slice(0, Math.max(0, free))) job.start()
  }

  function ensure(agent: ActingAgent, reference: string, { background } = { background: false }): void {
    const agentId = agent.row.id
    const key = `${agentId} ${reference}`
    if (stopped.signal.aborted) return
    const known = jobs.get(key)
    if (known) {
      if (background) known.keep = true
      else known.urgent = true
      startNext(agentId)
      return
    }
    const job: Job = {
      agentId,
      started: false,
      urgent: !background,
      keep: background,
      start: () => {
        job.started = true
        const work = runPull(getDeps(), agent, {
          reference,
          line,
          stopped: stopped.signal,
          isKept: () => job.keep,
          isUrgent: () => job.urgent,
        })
          .catch((error: unknown) => {
            if (!stopped.signal.aborted) getDeps().log.error({ err: error, reference }, 'A pull could not be recorded')
          })
          .finally(() => {
            jobs.delete(key)
            running.delete(work)
            startNext(agentId)
          })
          .then(() => wakeLatecomers(getDeps(), agentId, reference))
        running.add(work)
      },
    }
    jobs.set(key, job)
    startNext(agentId)
  }

  return {
    ensure,
    release: (agentId, reference) => {
      const job = jobs.get(`${agentId} ${reference}`)
      if (job) job.keep = false
    },
    idle: async () => {
      while (running.size > 0) await Promise.all(running)
    },
    stop: () => stopped.abort(),
  }
}

/** A session that asked while the last pull was just ending found a job that was none any more. */
async function wakeLatecomers(deps: ControllerDeps, agentId: string, reference: string): Promise<void> {
  try {
    const waiting = await loadWaitingForImage(deps.db, agentId)
    const late = waiting.filter((row) => row.reference === reference)
    for (const { id } of late) deps.wakeAt(id, deps.clock.now())
  } catch (error) {
    deps.log.warn({ err: error }, 'Who waits for an image could not be read; the next pass finds out')
  }
}

/** Some fifteen seconds of a registry's silence. */
const unreachableTries = 5

type Run = { reference: string; line: CopyLine; stopped: AbortSignal; isKept: () => boolean; isUrgent: () => boolean }

async function runPull(deps: ControllerDeps, agent: ActingAgent, run: Run): Promise<void> {
  const { reference, line, stopped, isKept, isUrgent } = run
  const { db, clock } = deps
  const unwanted = new AbortController()
  const cancel = () => unwanted.abort()
  stopped.addEventListener('abort', cancel, { once: true })
  if (stopped.aborted) cancel()
  let latest: PullProgress | null = null
  const key = { agentId: agent.row.id, reference }
  const startedAt = clock.now()
  const waiting = async () =>
    (await loadWaitingForImage(db, agent.row.id)).filter((row) => row.reference === reference).map((row) => row.id)
  const timer = setInterval(() => {
    void tellProgress(deps, { key, startedAt, waiting, latest, cancel, isKept })
  }, progressMs)
  try {
    await writePullStarted(db, key, startedAt)
    const tell = (progress: PullProgress) => {
      latest = progress
    }
    await bringImage(deps, agent, { reference, tell, signal: unwanted.signal, isUrgent, line })
    await forgetPull(db, key)
    await Promise.all((await waiting()).map((id) => finish(deps, agent, id)))
  } catch (error) {
    if (unwanted.signal.aborted) await forgetPull(db, key)
    else {
      await noteFailedPull(deps, key, error)
      await Promise.all((await waiting()).map((id) => pullFailed(deps, agent, id, error)))
    }
  } finally {
    clearInterval(timer)
    stopped.removeEventListener('abort', cancel)
  }
}

type Telling = {
  key: { agentId: string; reference: string }
  startedAt: Date
  waiting: () => Promise<string[]>
  latest: PullProgress | null
  cancel: () => void
  isKept: () => boolean
}

async function tellProgress(deps: ControllerDeps, { key, startedAt, waiting, latest, cancel, isKept }: Telling): Promise<void> {
  try {
    const ids = await waiting()
    // Everybody who wanted it has gone: ending the request makes the engine stop fetching.
    if (ids.length === 0 && !isKept()) cancel()
    else if (latest) {
      const timeLeftMs = pullTimeLeftMs(latest, deps.clock.now().getTime() - startedAt.getTime())
      const told = { ...latest, timeLeftMs }
      await Promise.all([writePullProgress(deps.db, ids, told), writeAgentPullProgress(deps.db, key, told)])
    }
  } catch (error) {
    deps.log.warn({ err: error }, 'The progress of a pull could not be written')
  }
}

/** For the pages, and so that the next try without a session waits for its time. */
async function noteFailedPull(
  { db, clock }: ControllerDeps,
  key: { agentId: string; reference: string },
  error: unknown,
): Promise<void> {
  const refused = hasCode(error, 'registry_refused')
  await writePullFailed(db, key, {
    problem: isDomainError(error) ? error.message : 'Something went wrong inside the portal.',
    hint: (isDomainError(error) && error.hint) || null,
    needBytes: needBytesOf(error),
    nextTry: (attempts) => new Date(clock.now().getTime() + pullBackOffMs(attempts, refused)),
  })
  if (hasCode(error, 'disk_low')) await noteDiskFull(db, key.agentId)
}

/** The room that it wants, where that is why it did not come. */
function needBytesOf(error: unknown): number | null {
  const needBytes = isDomainError(error) && error.code === 'image_too_large' ? error.detail?.needBytes : null
  return typeof needBytes === 'number' ? needBytes : null
}

/** A lost race is no loss: whoever changed the row has looked at it. */
async function finish(deps: ControllerDeps, agent: ActingAgent, sessionId: string): Promise<void> {
  const session = await findControlled(deps.db, sessionId)
  if (session?.state !== 'starting') return
  const change = { data: { pull: DbNull, ...noTries }, events: [{ code: 'pulled' as const }] }
  if (await changeSession(deps, agent.lease, session, change)) deps.wakeAt(sessionId, deps.clock.now())
}

async function pullFailed(deps: ControllerDeps, agent: ActingAgent, sessionId: string, error: unknown): Promise<void> {
  const session = await findControlled(deps.db, sessionId)
  if (session?.state !== 'starting') return
  const now = deps.clock.now()
  const message = isDomainError(error) ? error.message : 'Something went wrong inside the portal.'
  const hint = isDomainError(error) ? error.hint : undefined
  if (!isDomainError(error)) deps.log.error({ err: error, session: sessionId }, 'A pull failed in an unexpected way')
  const attempts = session.attempts + 1
  // The registry has spoken: it will say the same again. One that does not answer may come back, but a place, perhaps with GPUs, is not
  // held for it for ever. Everything else is a matter of the agent or of the moment.
  if (
    hasCode(error, 'registry_refused') ||
    (hasCode(error, 'registry_unreachable', 'image_source_away') && attempts >= unreachableTries)
  ) {
    await changeSession(deps, agent.lease, session, {
      data: {
        state: 'failed',
        credentialSealed: null,
        pull: DbNull,
        failureCode: 'pull_failed',
        failureParams: { detailText: message, ...(hint ? { hint } : {}) },
        endedAt: now,
      },
      events: [{ code: 'failed', params: { reason: 'pull_failed', message } }],
      release: true,
    })
    return
  }
  // It does not fit here, which placement knows from now on: another agent may have the room.
  const needs = needBytesOf(error)
  if (needs !== null) {
    const params = { needs, free: agent.row.diskFreeBytes ?? 0 }
    const reasons = [{ agentId: agent.row.id, agentName: agent.row.name, code: 'image_too_large', params }]
    await changeSession(deps, agent.lease, session, {
      data: { state: 'queued', ...withoutContainer, agentId: null, reasons, pull: DbNull, queuedAt: now },
      events: [{ code: 'attempt_failed', params: { step: 'pull', message, attempt: attempts } }],
      release: true,
    })
    return
  }
  // Then the plan sends it back to the queue, as everywhere where the disk is full.
  if (isDomainError(error) && error.code === 'disk_low') {
    await noteDiskFull(deps.db, agent.row.id)
    agent.row.diskFreeBytes = 0
    agent.row.diskTotalBytes ??= 0
    deps.wakeAt(sessionId, now)
    return
  }
  const nextTryAt = new Date(now.getTime() + backOffMs(attempts))
  const events = [{ code: 'attempt_failed' as const, params: { step: 'pull', message, attempt: attempts } }]
  if (await changeSession(deps, agent.lease, session, { data: { attempts, nextTryAt }, events }))
    deps.wakeAt(sessionId, nextTryAt)
}
