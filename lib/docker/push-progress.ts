// Adds up the events of a push, the way pull-progress.ts does for a pull.
import type { PullProgress } from '@/lib/domain/container-host'
import { type Layer, retryWords, sumLayers, unknownLayer } from './layer-sum'
import { type PullEvent, pullError } from './pull-progress'

export type PushEvent = PullEvent & { aux?: { Digest?: string } }

export type PushSum = { add(event: PushEvent): PullProgress /** Null until the registry has said it. */; digest(): string | null }

const isThere = /^(Pushed|Layer already exists|Mounted from )/
const steps = /^(Preparing|Waiting|Pushing)$/

export function newPushProgress(): PushSum {
  const layers = new Map<string, Layer>()
  let digest: string | null = null
  let status = 'Asking the registry'
  return {
    digest: () => digest,
    add: (event) => {
      if (event.error !== undefined) throw pullError(event, 'push')
      digest = event.aux?.Digest ?? digest
      const { id, status: said = '' } = event
      if (id && (steps.test(said) || isThere.test(said))) {
        if (said === 'Pushing') status = 'Sending'
        layers.set(id, advance(layers.get(id) ?? unknownLayer, said, event))
      }
      status = retryWords(said) ?? status
      return sumLayers(layers, status)
    },
  }
}

function advance(layer: Layer, said: string, { progressDetail }: PushEvent): Layer {
  if (isThere.test(said)) return { ...layer, bytes: layer.total, done: true }
  const { current = 0, total = 0 } = progressDetail ?? {}
  // The total of a layer is what it has unpacked, and what goes over the wire may be a little more.
  const most = Math.max(layer.total, total)
  return { ...layer, total: most, bytes: Math.min(most, Math.max(layer.bytes, current)) }
}
