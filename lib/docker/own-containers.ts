// Finds the containers of our sessions. Nothing else in this folder looks a container up, so that what is not ours cannot be touched.
import type Docker from 'dockerode'
import type { SeenContainer } from '@/lib/domain/container-host'
import { containerName, labelKeys } from '@/lib/domain/container-spec'
import type { Engine } from './engine'
import { fromInspect } from './from-inspect'
import { labelFilter } from './labels'
import { unless } from './status-codes'

type CallOptions = {
  signal: AbortSignal
  deadlineMs: number
  verb: 'look' | 'start' | 'change' | 'remove'
  /** One that was seen before, whatever has the session's name by now. */
  containerId?: string | undefined
}

export type OwnContainers = {
  find(sessionId: string, signal: AbortSignal): Promise<SeenContainer | null>
  list(signal: AbortSignal): Promise<SeenContainer[]>
  /** Runs a verb on the container of a session; null when there is none of ours. */
  on<T>(
    sessionId: string,
    options: CallOptions,
    run: (container: Docker.Container, abortSignal: AbortSignal) => Promise<T>,
  ): Promise<T | null>
  /** Left out: whichever it is. */
  forget(sessionId: string, containerId?: string): void
}

export function ownContainers(engine: Engine): OwnContainers {
  const { installId } = engine
  // A container id never changes hands, so one that was seen to be ours stays ours.
  const ids = new Map<string, string>()

  async function find(sessionId: string, signal: AbortSignal): Promise<SeenContainer | null> {
    const info = await engine.call('look', { signal, deadlineMs: 10_000 }, (docker, abortSignal) =>
      unless([404], docker.getContainer(containerName(sessionId)).inspect({ abortSignal })),
    )
    const seen = info && fromInspect(info, installId)
    if (!seen || seen.sessionId !== sessionId) {
      ids.delete(sessionId)
      return null
    }
    ids.set(sessionId, seen.id)
    return seen
  }

  async function list(signal: AbortSignal): Promise<SeenContainer[]> {
    const filters = { label: labelFilter(installId, labelKeys.session) }
    const listed = await engine.call('look', { signal, deadlineMs: 10_000 }, (docker, abortSignal) =>
      docker.listContainers({ all: true, filters, abortSignal }),
    )
    const inspect = (id: string) =>
      engine.call('look', { signal, deadlineMs: 10_000 }, async (docker, abortSignal) => {
        const info = await unless([404], docker.getContainer(id).inspect({ abortSignal }))
        return info && fromInspect(info, installId)
      })
    const seen = await Promise.all(listed.map((entry) => inspect(entry.Id)))
    // Labels can be copied to a container made by hand; with the name they say which one is the session's.
    const own = seen
      .filter((container) => container !== null)
      .filter((container) => container.name === containerName(container.sessionId))
    for (const container of own) ids.set(container.sessionId, container.id)
    return own
  }

  return {
    find,
    list,
    on: async (sessionId, options, run) => {
      const id = options.containerId ?? ids.get(sessionId) ?? (await find(sessionId, options.signal))?.id
      if (!id) return null
      return engine.call(options.verb, options, (docker, abortSignal) => run(docker.getContainer(id), abortSignal))
    },
    forget: (sessionId, containerId) => {
      if (containerId === undefined || ids.get(sessionId) === containerId) ids.delete(sessionId)
    },
  }
}
