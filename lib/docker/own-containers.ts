// Finds the containers of our sessions. Nothing else in this folder looks a container up, so that what is not ours cannot be touched.
import type Docker from 'dockerode'
import type { KnownStart, SeenContainer } from '@/lib/domain/container-host'
import { containerName, desktopPort } from '@/lib/domain/container-spec'
import type { Engine } from './engine'
import { addressOf, endpointOf, fromInspect, fromListed } from './from-inspect'
import { isStartedBefore } from './listed-uptime'
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
  list(signal: AbortSignal, known?: () => Promise<readonly KnownStart[]>): Promise<SeenContainer[]>
  /** Runs a verb on the container of a session; null when there is none of ours. */
  on<T>(
    sessionId: string,
    options: CallOptions,
    run: (container: Docker.Container, abortSignal: AbortSignal) => Promise<T>,
  ): Promise<T | null>
  /** Left out: whichever it is. */
  forget(sessionId: string, containerId?: string): void
}

/** Looked at, and when the question was sent, by a clock that nobody sets. */
type Looked = { seen: SeenContainer; atMs: number; forMs: number }

const inspectedAtOnce = 4
/** What a list shows is compared each time; the rest of a container does not change, and is looked at again all the same: sooner where only words prove it. */
const forgetAfterMs = { byEndpoint: 3_600_000, byWords: 600_000 }

export function ownContainers(engine: Engine): OwnContainers {
  const { installId } = engine
  const looked = new Map<string, Looked>()
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
    return seen
  }

  async function inspect(id: string, signal: AbortSignal): Promise<SeenContainer | null> {
    const atMs = performance.now()
    const seen = await engine.call('look', { signal, deadlineMs: 10_000 }, async (docker, abortSignal) => {
      const info = await unless([404], docker.getContainer(id).inspect({ abortSignal }))
      return info && fromInspect(info, installId)
    })
    // Not all of them in one round again.
    if (seen) looked.set(seen.id, { seen, atMs, forMs: keptMs(seen) * (1 + Math.random()) })
    return seen
  }

  /** What was seen at the last look, where the list shows that it is still so. */
  function recall(entry: Docker.ContainerInfo): SeenContainer | null {
    const last = looked.get(entry.Id)
    const agoMs = last ? performance.now() - last.atMs : Number.POSITIVE_INFINITY
    if (!last || agoMs > last.forMs || !isSameStart(last.seen, entry, agoMs)) return null
    return isSame(last.seen, entry) ? last.seen : null
  }

  /** What another controller saw of them: this one comes anew, and need not inspect each of hundreds before it knows anything. */
  function learn(listed: readonly Docker.ContainerInfo[], starts: readonly KnownStart[], atMs: number): void {
    const byId = new Map(starts.map((start) => [start.containerId, start]))
    for (const entry of listed) {
      const start = looked.has(entry.Id) ? undefined : byId.get(entry.Id)
      const seen = start && fromListed(entry, installId, start)
      if (seen) looked.set(seen.id, { seen, atMs, forMs: keptMs(seen) * Math.random() })
    }
  }

  async function list(signal: AbortSignal, known?: () => Promise<readonly KnownStart[]>): Promise<SeenContainer[]> {
    const atMs = performance.now()
    const { same, listed, keep } = await readList(signal)
    if (same) return same
    const here = new Set(listed.map((entry) => entry.Id))
    for (const id of looked.keys()) if (!here.has(id)) looked.delete(id)
    if (known && listed.some((entry) => !looked.has(entry.Id))) learn(listed, await known(), atMs)
    const seen: (SeenContainer | null)[] = []
    const rest = [...listed]
    const work = async () => {
      for (let entry = rest.shift(); entry; entry = rest.shift()) seen.push(recall(entry) ?? (await inspect(entry.Id, signal)))
    }
    await Promise.all(Array.from({ length: inspectedAtOnce }, work))
    // Labels can be copied to a container made by hand; with the name they say which one is the session's.
    const own = seen
      .filter((container) => container !== null)
      .filter((container) => container.name === containerName(container.sessionId))
    for (const container of own) ids.set(container.sessionId, container.id)
    keep(own, Math.min(...listed.map(({ Id }) => sameUntilMs(looked.get(Id)))))
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

/** Words prove less the older a look is. */
function sameUntilMs(entry: Looked | undefined): number {
  return entry && entry.seen.endpointId !== null ? entry.atMs + entry.forMs : Number.NEGATIVE_INFINITY
}

function keptMs({ endpointId }: SeenContainer): number {
  return endpointId === null ? forgetAfterMs.byWords : forgetAfterMs.byEndpoint
}

function isSameStart({ endpointId }: SeenContainer, entry: Docker.ContainerInfo, agoMs: number): boolean {
  return endpointId === null ? isStartedBefore(entry.Status, agoMs) : endpointOf(entry) === endpointId
}

function isSame(seen: SeenContainer, entry: Docker.ContainerInfo): boolean {
  if (seen.state !== entry.State || !entry.Names.includes(`/${seen.name}`)) return false
  if (addressOf(entry) !== seen.bridgeAddress) return false
  const { published } = seen
  const ports = entry.Ports.filter((port) => port.PrivatePort === desktopPort && port.PublicPort !== undefined)
  if (published === null) return ports.length === 0
  return ports.some((port) => port.IP === published.address && port.PublicPort === published.port)
}
