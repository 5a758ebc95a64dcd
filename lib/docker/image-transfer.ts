// Images between engines, and from an engine to a registry.
import { Readable } from 'node:stream'
import { DomainError } from '@/lib/domain/errors'
import type { ImageHost } from '@/lib/domain/image-host'
import { parseImageReference } from '@/lib/domain/image-reference'
import { withDeadline } from './deadline'
import { dialGet } from './dial-get'
import type { Engine } from './engine'
import { toHostError } from './host-errors'
import { loginFor, silenceMs } from './images'
import { jsonLines } from './json-lines'
import { type PullEvent, pullError } from './pull-progress'
import { newPushProgress, type PushEvent } from './push-progress'

/** An engine writes the whole archive to its own disk before the first byte of it comes. */
const firstByteMs = 20 * 60_000

type TransferVerbs = Pick<ImageHost, 'saveImage' | 'loadImage' | 'pushImage'>

export function imageTransferVerbs(engine: Engine): TransferVerbs {
  return {
    saveImage: (imageId, signal) => saved(engine, imageId, signal),
    loadImage: (archive, onBytes, signal) =>
      engine.call('change', { signal, deadlineMs: silenceMs }, async (docker, abortSignal, deadline) => {
        let sent = 0
        const count = async function* () {
          for await (const chunk of archive) {
            yield chunk
            // It asks for the next one, so this one was taken.
            sent += chunk.byteLength
            deadline.extend()
            onBytes(sent)
          }
        }
        const body = Readable.from(count(), { objectMode: false })
        try {
          const answer = await docker.loadImage(body, { abortSignal } as object)
          for await (const event of jsonLines<PullEvent>(answer as AsyncIterable<Buffer>)) {
            deadline.extend()
            if (event.error !== undefined) throw pullError(event, 'change')
          }
        } finally {
          body.destroy()
        }
      }),
    pushImage: (reference, onProgress, signal, login) =>
      engine.call('push', { signal, deadlineMs: silenceMs }, async (docker, abortSignal, deadline) => {
        const { repo, tag } = nameAndTag(reference)
        // The engine wants the header of a login also where none is asked for.
        const nobody = { authconfig: { username: '', password: '' } }
        const options = { tag, ...nobody, ...loginFor(reference, login), abortSignal }
        const stream = await docker.getImage(repo).push(options as object)
        const progress = newPushProgress()
        for await (const event of jsonLines<PushEvent>(stream as AsyncIterable<Buffer>)) {
          deadline.extend()
          onProgress(progress.add(event))
        }
        const digest = progress.digest()
        if (digest === null) throw new DomainError('registry_refused', { message: 'The registry gave no digest for this image.' })
        return { digest: `${repo}@${digest}` }
      }),
  }
}

async function* saved(engine: Engine, imageId: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const ended = new AbortController()
  const end = () => ended.abort(signal.reason)
  signal.addEventListener('abort', end, { once: true })
  if (signal.aborted) end()
  try {
    // What is asked here lives longer than the call that asks, so it hangs on a signal of its own.
    const stream = await engine.call('look', { signal, deadlineMs: firstByteMs }, (docker) =>
      dialGet<AsyncIterable<Buffer>>(docker, `/images/${imageId}/get`, { abortSignal: ended.signal, isStream: true }),
    )
    const chunks = stream[Symbol.asyncIterator]()
    for (;;) {
      // Only the wait for the source counts as its silence, never the time that the other side takes.
      const next = await withDeadline(signal, silenceMs, () => chunks.next())
      if (next.done) return
      yield next.value
    }
  } catch (error) {
    throw toHostError(error, 'look')
  } finally {
    signal.removeEventListener('abort', end)
    ended.abort()
  }
}

function nameAndTag(reference: string): { repo: string; tag: string } {
  const parsed = parseImageReference(reference)
  if (!parsed || parsed.digest !== null)
    throw new DomainError('agent_refused', { message: `${reference} is not a name that an image can be given.` })
  return { repo: parsed.registry ? `${parsed.registry}/${parsed.path}` : parsed.path, tag: parsed.tag ?? 'latest' }
}
