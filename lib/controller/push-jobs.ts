// Pushes run beside everything else, one per agent at a time. The row says what is wanted: when it goes, the push ends.
import { addAgentImage } from '@/lib/db/agents-observed'
import { addBroughtName } from '@/lib/db/brought-images'
import {
  loadOpenPushes,
  loginOfPush,
  type PushRow,
  writePushEnded,
  writePushProgress,
  writePushStarted,
} from '@/lib/db/image-pushes'
import { holdsLease } from '@/lib/db/leases'
import type { PullProgress } from '@/lib/domain/container-host'
import { DomainError, isDomainError } from '@/lib/domain/errors'
import type { ActingAgent, ControllerDeps } from './controller-deps'

export type PushJobs = {
  /** Begins what waits on this agent; returns at once. */
  ensure(agent: ActingAgent): void
  idle(): Promise<void>
  stop(): void
}

const progressMs = 1_000

export function openPushJobs(getDeps: () => ControllerDeps): PushJobs {
  const running = new Map<string, Promise<void>>()
  const stopped = new AbortController()
  return {
    ensure: (agent) => {
      const agentId = agent.row.id
      if (running.has(agentId) || stopped.signal.aborted) return
      const work = pushAll(getDeps(), agent, stopped.signal)
        .catch((error: unknown) => {
          if (!stopped.signal.aborted) getDeps().log.error({ err: error, agent: agent.row.name }, 'A push could not be recorded')
        })
        .finally(() => running.delete(agentId))
      running.set(agentId, work)
    },
    idle: async () => {
      while (running.size > 0) await Promise.all(running.values())
    },
    stop: () => stopped.abort(),
  }
}

async function pushAll(deps: ControllerDeps, agent: ActingAgent, stopped: AbortSignal): Promise<void> {
  const seen = new Set<string>()
  for (;;) {
    const next = (await loadOpenPushes(deps.db, agent.row.id)).find(({ id }) => !seen.has(id))
    if (!next || stopped.aborted) return
    seen.add(next.id)
    await runPush(deps, agent, next, stopped)
  }
}

async function runPush(deps: ControllerDeps, agent: ActingAgent, push: PushRow, stopped: AbortSignal): Promise<void> {
  const { db, clock } = deps
  const { id } = push
  const unwanted = new AbortController()
  const cancel = () => unwanted.abort()
  stopped.addEventListener('abort', cancel, { once: true })
  if (stopped.aborted) cancel()
  let latest: PullProgress | null = null
  const timer = setInterval(() => {
    void writePushProgress(db, id, latest)
      .then((isWanted) => isWanted || cancel())
      .catch((error: unknown) => deps.log.warn({ err: error }, 'The progress of a push could not be written'))
  }, progressMs)
  try {
    if (!(await writePushStarted(db, id, clock.now()))) return
    await nameIt(deps, agent, push, unwanted.signal)
    const tell = (progress: PullProgress) => {
      latest = progress
    }
    const login = loginOfPush(deps.keys, push) ?? undefined
    const { digest } = await agent.host.pushImage(push.reference, tell, unwanted.signal, login)
    const image = await agent.host.findImage(push.reference, unwanted.signal)
    if (image) await addAgentImage(db, agent.row.id, push.reference, image, clock.now())
    await writePushEnded(db, id, { digest }, clock.now())
  } catch (error) {
    if (unwanted.signal.aborted) return
    if (!isDomainError(error)) deps.log.error({ err: error, push: id }, 'A push failed in an unexpected way')
    const problem = isDomainError(error) ? error.message : 'Something went wrong inside the portal.'
    await writePushEnded(db, id, { problem, hint: (isDomainError(error) && error.hint) || null }, clock.now())
  } finally {
    clearInterval(timer)
    stopped.removeEventListener('abort', cancel)
  }
}

/** An engine pushes names, so it must have the one that the registry knows. One that is another image's there is not taken from it. */
async function nameIt(deps: ControllerDeps, agent: ActingAgent, push: PushRow, signal: AbortSignal): Promise<void> {
  const there = await agent.host.findImage(push.reference, signal)
  if (there?.id === push.dockerImageId) return
  if (there) {
    throw new DomainError('conflict', {
      message: `On ${agent.row.name} this name belongs to another image.`,
      hint: 'Push it under another tag, or take the name away from that image on the host.',
    })
  }
  if (!(await agent.host.findImage(push.dockerImageId, signal)))
    throw new DomainError('image_missing', {
      message: `${agent.row.name} does not have the image any more.`,
      hint: 'Push it again.',
    })
  if (!(await holdsLease(deps.db, agent.lease))) throw new DomainError('conflict', { message: 'Another controller took over.' })
  await agent.host.tagImage(push.dockerImageId, push.reference, signal)
  await addBroughtName(deps.db, { agentId: agent.row.id, imageId: push.dockerImageId }, push.reference)
}
