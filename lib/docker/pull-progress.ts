// Adds up the events of a pull: one line per layer and step from Docker, one figure for the page.
import type { PullProgress } from '@/lib/domain/container-host'
import { DomainError } from '@/lib/domain/errors'
import { toHostError, type Verb } from './host-errors'
import { type Layer, retryWords, sumLayers, unknownLayer } from './layer-sum'

export type PullEvent = {
  id?: string
  status?: string
  progressDetail?: { current?: number; total?: number }
  error?: string
  errorDetail?: { message?: string }
}

/** The returned function takes one event and returns the sum so far. An error event throws. */
export function newPullProgress(): (event: PullEvent) => PullProgress {
  const layers = new Map<string, Layer>()
  let status = 'Asking the registry'
  return (event) => {
    if (event.error !== undefined) throw pullError(event)
    if (event.id && isLayerStep(event.status)) {
      status = event.status === 'Extracting' ? 'Unpacking' : 'Fetching'
      layers.set(event.id, advance(layers.get(event.id) ?? unknownLayer, event))
    }
    status = retryWords(event.status) ?? status
    return sumLayers(layers, status)
  }
}

const steps = [
  'Pulling fs layer',
  'Waiting',
  'Downloading',
  'Verifying Checksum',
  'Download complete',
  'Extracting',
  'Pull complete',
  'Already exists',
]

/** Lines such as "Pulling from library/x" carry the tag as id; they are no layer. */
function isLayerStep(status: string | undefined): boolean {
  return status !== undefined && steps.includes(status)
}

function advance(layer: Layer, { status, progressDetail }: PullEvent): Layer {
  if (status === 'Downloading') {
    // A line that comes late tells less than was told: the engine goes on where it was, also after a break.
    const { current = 0, total = 0 } = progressDetail ?? {}
    return { ...layer, bytes: Math.max(layer.bytes, current), total: Math.max(layer.total, total) }
  }
  if (status === 'Download complete' || status === 'Verifying Checksum' || status === 'Extracting')
    return { ...layer, bytes: layer.total }
  if (status === 'Pull complete' || status === 'Already exists') return { ...layer, bytes: layer.total, done: true }
  return layer
}

export function pullError(event: PullEvent, verb: Verb = 'pull'): Error {
  const message = event.errorDetail?.message ?? event.error ?? ''
  const error = toHostError({ statusCode: 500, json: { message } }, verb)
  return error instanceof Error ? error : new DomainError('registry_refused', { message })
}
