// Images of an engine: which are there, whether one could be fetched, and fetching it.
import { DomainError } from '@/lib/domain/errors'
import type { ImageHost } from '@/lib/domain/image-host'
import { parseImageReference, registryOf } from '@/lib/domain/image-reference'
import type { RegistryLogin } from '@/lib/domain/registry-login'
import type { Engine } from './engine'
import { fromImage } from './from-inspect'
import { jsonLines } from './json-lines'
import { newPullProgress, type PullEvent } from './pull-progress'
import { unless } from './status-codes'

/** A pull may take an hour; what it may not do is say nothing for this long. */
export const silenceMs = 5 * 60_000

export function imageVerbs(engine: Engine): Pick<ImageHost, 'images' | 'findImage' | 'checkPullable' | 'pull' | 'tagImage'> {
  return {
    images: (signal) =>
      engine.call('look', { signal, deadlineMs: 10_000 }, async (docker, abortSignal) => {
        const images = await docker.listImages({ abortSignal } as object)
        return images.map((image) => fromImage(image, null))
      }),
    findImage: (reference, signal) =>
      engine.call('look', { signal, deadlineMs: 10_000 }, async (docker, abortSignal) => {
        const image = await unless([404], docker.getImage(reference).inspect({ abortSignal } as object))
        return image && fromImage(image, image.Architecture)
      }),
    checkPullable: (reference, signal, login) =>
      engine.call('check', { signal, deadlineMs: 8_000 }, async (docker, abortSignal) => {
        const answer = await docker.getImage(reference).distribution({ abortSignal, ...loginFor(reference, login) } as object)
        const digest = (answer as { Descriptor?: { digest?: string } }).Descriptor?.digest
        if (!digest) throw new DomainError('registry_refused', { message: 'The registry gave no digest for this image.' })
        return { digest }
      }),
    pull: (reference, onProgress, signal, login) =>
      engine.call('pull', { signal, deadlineMs: silenceMs }, async (docker, abortSignal, deadline) => {
        const stream = await docker.createImage({
          ...pullTarget(reference),
          ...loginFor(reference, login),
          abortSignal,
        } as object)
        const add = newPullProgress()
        for await (const event of jsonLines<PullEvent>(stream as AsyncIterable<Buffer>)) {
          deadline.extend()
          onProgress(add(event))
        }
      }),
    tagImage: (imageId, reference, signal) =>
      engine.call('change', { signal, deadlineMs: 10_000 }, async (docker, abortSignal) => {
        const { fromImage: repo, tag } = pullTarget(reference)
        await docker.getImage(imageId).tag({ repo, tag, abortSignal } as { repo: string })
      }),
  }
}

/** Travels in a header of this one call: the engine keeps none of it. */
export function loginFor(reference: string, login: RegistryLogin | undefined): object {
  if (!login) return {}
  const registry = registryOf(reference)
  const serveraddress = registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry
  return { authconfig: { username: login.user, password: login.password, serveraddress } }
}

/** Without a tag the engine would fetch every tag of the repository. */
function pullTarget(reference: string): { fromImage: string; tag: string } {
  const parsed = parseImageReference(reference)
  if (!parsed) throw new DomainError('registry_refused', { message: `${reference} is not an image reference.` })
  const fromImage = parsed.registry ? `${parsed.registry}/${parsed.path}` : parsed.path
  return { fromImage, tag: parsed.digest ?? parsed.tag ?? 'latest' }
}
