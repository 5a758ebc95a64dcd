// Docker's events, as hints only: whoever hears one looks for itself. The first nudge says that the subscription stands.
import type { HostNudge } from '@/lib/domain/container-host'
import type { Engine } from './engine'
import { jsonLines } from './json-lines'
import { labelFilter, sessionOf } from './labels'

type ContainerEvent = { Action?: string; status?: string; Actor?: { Attributes?: Record<string, string> } }

const actions = ['start', 'die', 'oom', 'pause', 'unpause', 'destroy']

export async function* watchEvents(engine: Engine, signal: AbortSignal): AsyncGenerator<HostNudge> {
  const filters = { type: ['container'], event: actions, label: labelFilter(engine.installId) }
  // The deadline is for the beginning only; the stream itself lives until the caller's signal ends it.
  const stream = await engine.call('look', { signal, deadlineMs: 10_000 }, (docker) =>
    docker.getEvents({ filters, abortSignal: signal } as object),
  )
  yield { sessionId: null, what: 'subscribed' }
  for await (const event of jsonLines<ContainerEvent>(stream as AsyncIterable<Buffer>)) {
    const sessionId = sessionOf(event.Actor?.Attributes, engine.installId)
    if (sessionId) yield { sessionId, what: event.Action ?? event.status ?? 'changed' }
  }
}
