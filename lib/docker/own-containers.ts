// Finds the containers of our sessions. Nothing else in this folder looks a container up, so that what is not ours cannot be touched.
import type Docker from 'dockerode'
import type { KnownStart, ListedContainers, SeenContainer } from '@/lib/domain/container-host'
import { containerName } from '@/lib/domain/container-spec'
import { newContainerLooks } from './container-looks'
import type { Engine } from './engine'
import { fromInspect } from './from-inspect'
import { sessionOf } from './labels'
import { newListReader } from './read-list'
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
  list(signal: AbortSignal, known?: () => Promise<readonly KnownStart[]>): Promise<ListedContainers>
  /** Runs a verb on the container of a session; null when there is none of ours. */
  on<T>(
    sessionId: string,
    options: CallOptions,
    run: (container: Docker.Container, abortSignal: AbortSignal) => Promise<T>,
  ): Promise<T | null>
  /** Left out: whichever it is. */
  forget(sessionId: string, containerId?: string): void
}

const lookedAtAtOnce = 4

export function ownContainers(engine: Engine): OwnContainers {
  const { installId } = engine
  const looks = newContainerLooks(engine)
  // A container id never changes hands, so one that was seen to be ours stays ours.
  const ids = new Map<string, string>()
  const readList = newListReader(engine)

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
    looks.answered(seen.id)
    return seen
  }

  async function list(signal: AbortSignal, known?: () => Promise<readonly KnownStart[]>): Promise<ListedContainers> {
    const atMs = performance.now()
    const { same, listed, keep } = await readList(signal)
    if (same) return same
    looks.keepOnly(listed)
    if (known && listed.some(({ Id }) => !looks.knows(Id))) looks.learn(listed, await known(), atMs)
    const own: ListedContainers = { seen: [], unknown: [] }
    await eachOf(listed, async (entry) => {
      const seen = await looks.look(entry, signal)
      if (seen === 'unknown') own.unknown.push(...namedBy(entry, installId))
      // Labels can be copied to a container made by hand; with the name they say which one is the session's.
      else if (seen !== null && seen.name === containerName(seen.sessionId)) own.seen.push(seen)
    })
    for (const container of own.seen) ids.set(container.sessionId, container.id)
    keep(own, Math.min(...listed.map(({ Id }) => looks.sameUntilMs(Id))))
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

function namedBy({ Id: id, Labels, Names }: Docker.ContainerInfo, installId: string): ListedContainers['unknown'] {
  const sessionId = sessionOf(Labels, installId)
  return sessionId !== null && Names.includes(`/${containerName(sessionId)}`) ? [{ id, sessionId }] : []
}

async function eachOf<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  const rest = [...items]
  const work = async () => {
    for (let item = rest.shift(); item; item = rest.shift()) await run(item)
  }
  await Promise.all(Array.from({ length: lookedAtAtOnce }, work))
}
