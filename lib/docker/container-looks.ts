// What single looks at containers told, and how long that counts: a list alone tells less, and to look at each of hundreds in every pass costs too much.
import type Docker from 'dockerode'
import type { KnownStart, SeenContainer } from '@/lib/domain/container-host'
import { desktopPort } from '@/lib/domain/container-spec'
import { type DomainError, hasCode } from '@/lib/domain/errors'
import type { Engine } from './engine'
import { addressOf, endpointOf, fromInspect, fromListed } from './from-inspect'
import { isStartedBefore } from './listed-uptime'
import { unless } from './status-codes'

type Entry = Docker.ContainerInfo

export type ContainerLooks = {
  /** What was seen before where the list shows that it is still so, or a new look; null: it is gone, or not ours. */
  look(entry: Entry, signal: AbortSignal): Promise<SeenContainer | 'unknown' | null>
  knows(id: string): boolean
  /** What another controller saw of them: this one comes anew, and need not inspect each of hundreds before it knows anything. */
  learn(listed: readonly Entry[], starts: readonly KnownStart[], atMs: number): void
  /** The others are gone. */
  keepOnly(listed: readonly Entry[]): void
  /** The engine told of it after all. */
  answered(id: string): void
  /** Until when the same entry shows the same container. */
  sameUntilMs(id: string): number
}

/** Looked at, and when the question was sent, by a clock that nobody sets. */
type Looked = { seen: SeenContainer; atMs: number; forMs: number }

/** What a list shows is compared each time; the rest of a container does not change, and is looked at again all the same: sooner where only words prove it. */
const forgetAfterMs = { byEndpoint: 3_600_000, byWords: 600_000 }
/** Everything on the agent waits for a list. */
const inspectWithinMs = 5_000
/** One that hung is not asked about again at once: each time leaves a call behind in the engine. */
const quietForMs = 60_000

export function newContainerLooks(engine: Engine): ContainerLooks {
  const { installId } = engine
  const looked = new Map<string, Looked>()
  // Those that the engine told nothing of, and until when it is not asked.
  const quietUntil = new Map<string, number>()

  async function inspect(id: string, signal: AbortSignal): Promise<SeenContainer | null> {
    const atMs = performance.now()
    const seen = await engine.call('look', { signal, deadlineMs: inspectWithinMs }, async (docker, abortSignal) => {
      const info = await unless([404], docker.getContainer(id).inspect({ abortSignal }))
      return info && fromInspect(info, installId)
    })
    // Not all of them in one round again.
    if (seen) looked.set(seen.id, { seen, atMs, forMs: keptMs(seen) * (1 + Math.random()) })
    return seen
  }

  function recall(entry: Entry): SeenContainer | null {
    const last = looked.get(entry.Id)
    const agoMs = last ? performance.now() - last.atMs : Number.POSITIVE_INFINITY
    if (!last || agoMs > last.forMs || !isSameStart(last.seen, entry, agoMs)) return null
    return isSame(last.seen, entry) ? last.seen : null
  }

  return {
    look: async (entry, signal) => {
      const known = recall(entry)
      if (known) return known
      if (performance.now() < (quietUntil.get(entry.Id) ?? 0)) return 'unknown'
      try {
        const seen = await inspect(entry.Id, signal)
        quietUntil.delete(entry.Id)
        return seen
      } catch (error) {
        if (!isOfOne(error)) throw error
        looked.delete(entry.Id)
        quietUntil.set(entry.Id, performance.now() + quietForMs)
        return 'unknown'
      }
    },
    knows: (id) => looked.has(id),
    learn: (listed, starts, atMs) => {
      const byId = new Map(starts.map((start) => [start.containerId, start]))
      for (const entry of listed) {
        const start = looked.has(entry.Id) ? undefined : byId.get(entry.Id)
        const seen = start && fromListed(entry, installId, start)
        if (seen) looked.set(seen.id, { seen, atMs, forMs: keptMs(seen) * Math.random() })
      }
    },
    keepOnly: (listed) => {
      const here = new Set(listed.map((entry) => entry.Id))
      for (const kept of [looked, quietUntil]) for (const id of kept.keys()) if (!here.has(id)) kept.delete(id)
    },
    answered: (id) => void quietUntil.delete(id),
    sameUntilMs: (id) => sameUntilMs(looked.get(id)),
  }
}

/** No answer about this one, or that the engine finds it broken, says nothing about the others. */
function isOfOne(error: unknown): boolean {
  return hasCode(error, 'agent_timeout') || (hasCode(error, 'agent_refused') && (error as DomainError).detail?.statusCode === 500)
}

/** Words prove less the older a look is. */
function sameUntilMs(entry: Looked | undefined): number {
  return entry && entry.seen.endpointId !== null ? entry.atMs + entry.forMs : Number.NEGATIVE_INFINITY
}

function keptMs({ endpointId }: SeenContainer): number {
  return endpointId === null ? forgetAfterMs.byWords : forgetAfterMs.byEndpoint
}

function isSameStart({ endpointId }: SeenContainer, entry: Entry, agoMs: number): boolean {
  return endpointId === null ? isStartedBefore(entry.Status, agoMs) : endpointOf(entry) === endpointId
}

function isSame(seen: SeenContainer, entry: Entry): boolean {
  if (seen.state !== entry.State || !entry.Names.includes(`/${seen.name}`)) return false
  if (addressOf(entry) !== seen.bridgeAddress) return false
  const { published } = seen
  const ports = entry.Ports.filter((port) => port.PrivatePort === desktopPort && port.PublicPort !== undefined)
  if (published === null) return ports.length === 0
  return ports.some((port) => port.IP === published.address && port.PublicPort === published.port)
}
