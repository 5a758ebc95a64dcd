// Pulls run beside the steps, two per agent at a time and one per reference; whoever waits for the image waits for the same one.
import { addAgentImage, noteDiskFull } from '@/lib/db/agents-observed'
import { findControlled, loadWaitingForImage, writePullProgress } from '@/lib/db/controller-sessions'
import { DbNull } from '@/lib/db/json-null'
import { loginsFor } from '@/lib/db/registry-logins'
import { backOffMs } from '@/lib/domain/back-off'
import type { PullProgress } from '@/lib/domain/container-host'
import { hasCode, isDomainError } from '@/lib/domain/errors'
import { normalReference } from '@/lib/domain/image-reference'
import { changeSession } from './change-session'
import type { ActingAgent, ControllerDeps } from './controller-deps'

export type PullJobs = {
  /** Sees to it that the reference is being pulled; returns at once. */
  ensure(agent: ActingAgent, reference: string): void
  /** Resolves when no pull runs or waits. */
  idle(): Promise<void>
  stop(): void
}

const perAgent = 2
const progressMs = 1_000

type Job = { agentId: string; start(): void; started: boolean }

export function openPullJobs(getDeps: () => ControllerDeps): PullJobs {
  const jobs = new Map<string, Job>()
  const running = new Set<Promise<void>>()
  const stopped = new AbortController()

  function startNext(agentId: string): void {
    const here = [...jobs.values()].filter((job) => job.agentId === agentId)
    const free = perAgent - here.filter((job) => job.started).length
    for (const job of here.filter((candidate) => !candidate.started).slice(0, Math.max(0, free))) job.start()
  }

  function ensure(agent: ActingAgent, reference: string): void {
    const agentId = agent.row.id
    const key = `${agentId} ${reference}`
    if (jobs.has(key) || stopped.signal.aborted) return
    const job: Job = {
      agentId,
      started: false,
      start: () => {
        job.started = true
        const work = runPull(getDeps(), agent, reference, stopped.signal)
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
    const late = waiting.filter((row) => normalReference(row.reference) === reference)
    for (const { id } of late) deps.wakeAt(id, deps.clock.now())
  } catch (error) {
    deps.log.warn({ err: error }, 'Who waits for an image could not be read; the next pass finds out')
  }
}

async function runPull(deps: ControllerDeps, agent: ActingAgent, reference: string, stopped: AbortSignal): Promise<void> {
  const { db, clock } = deps
  const unwanted = new AbortController()
  const cancel = () => unwanted.abort()
  stopped.addEventListener('abort', cancel, { once: true })
  if (stopped.aborted) cancel()
  let latest: PullProgress | null = null
  const waiting = async () =>
    (await loadWaitingForImage(db, agent.row.id))
      .filter((row) => normalReference(row.reference) === reference)
      .map((row) => row.id)
  const timer = setInterval(() => {
    void tellProgress(deps, waiting, latest, cancel)
  }, progressMs)
  try {
    const tell = (progress: PullProgress) => {
      latest = progress
    }
    await pullWithLogins(deps, agent, { reference, tell, signal: unwanted.signal })
    const image = await agent.host.findImage(reference, unwanted.signal)
    if (image) await addAgentImage(db, agent.row.id, reference, image, clock.now())
    await Promise.all((await waiting()).map((id) => finish(deps, agent, id)))
  } catch (error) {
    if (!unwanted.signal.aborted) await Promise.all((await waiting()).map((id) => pullFailed(deps, agent, id, error)))
  } finally {
    clearInterval(timer)
    stopped.removeEventListener('abort', cancel)
  }
}

type Pull = { reference: string; tell: (progress: PullProgress) => void; signal: AbortSignal }

/** Several workspace images may name one reference with logins of their own: whichever the registry takes will do. */
async function pullWithLogins(
  { db, keys }: ControllerDeps,
  { host }: ActingAgent,
  { reference, tell, signal }: Pull,
): Promise<void> {
  const [first, ...others] = await loginsFor(db, keys, reference)
  let pulled = host.pull(reference, tell, signal, first)
  for (const login of others) {
    pulled = pulled.catch((error: unknown) => {
      if (!hasCode(error, 'registry_refused')) throw error
      return host.pull(reference, tell, signal, login)
    })
  }
  await pulled
}

async function tellProgress(
  deps: ControllerDeps,
  waiting: () => Promise<string[]>,
  latest: PullProgress | null,
  cancel: () => void,
): Promise<void> {
  try {
    const ids = await waiting()
    // Everybody who wanted it has gone: ending the request makes the engine stop fetching.
    if (ids.length === 0) cancel()
    else if (latest) await writePullProgress(deps.db, ids, latest)
  } catch (error) {
    deps.log.warn({ err: error }, 'The progress of a pull could not be written')
  }
}

/** A lost race is no loss: whoever changed the row has looked at it. */
async function finish(deps: ControllerDeps, agent: ActingAgent, sessionId: string): Promise<void> {
  const session = await findControlled(deps.db, sessionId)
  if (session?.state !== 'starting') return
  const change = { data: { pull: DbNull, attempts: 0, nextTryAt: null }, events: [{ code: 'pulled' as const }] }
  if (await changeSession(deps, agent.lease, session, change)) deps.wakeAt(sessionId, deps.clock.now())
}

async function pullFailed(deps: ControllerDeps, agent: ActingAgent, sessionId: string, error: unknown): Promise<void> {
  const session = await findControlled(deps.db, sessionId)
  if (session?.state !== 'starting') return
  const now = deps.clock.now()
  const message = isDomainError(error) ? error.message : 'Something went wrong inside the portal.'
  const hint = isDomainError(error) ? error.hint : undefined
  if (!isDomainError(error)) deps.log.error({ err: error, session: sessionId }, 'A pull failed in an unexpected way')
  // The registry has spoken: it will say the same again. Everything else is a matter of the agent or of the moment.
  if (isDomainError(error) && error.code === 'registry_refused') {
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
  // Then the plan sends it back to the queue, as everywhere where the disk is full.
  if (isDomainError(error) && error.code === 'disk_low') {
    await noteDiskFull(deps.db, agent.row.id)
    agent.row.diskFreeBytes = 0
    agent.row.diskTotalBytes ??= 0
    deps.wakeAt(sessionId, now)
    return
  }
  const attempts = session.attempts + 1
  const nextTryAt = new Date(now.getTime() + backOffMs(attempts))
  const events = [{ code: 'attempt_failed' as const, params: { step: 'pull', message, attempt: attempts } }]
  if (await changeSession(deps, agent.lease, session, { data: { attempts, nextTryAt }, events }))
    deps.wakeAt(sessionId, nextTryAt)
}
