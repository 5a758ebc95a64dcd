// What images take on an engine, what of them is used, and taking one away.
import { createHash } from 'node:crypto'
import { DomainError } from '@/lib/domain/errors'
import type { ImageHost, ImageLayer } from '@/lib/domain/image-host'
import { dialGet } from './dial-get'
import type { Engine } from './engine'
import { unless } from './status-codes'

type RoomVerbs = Pick<ImageHost, 'imageLayers' | 'heldLayers' | 'imagesInUse' | 'removeImage'>

/** Of a step that changed no file: it takes no room, and its line in the history has no size. */
const emptyLayer = 'sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef'

export function imageRoomVerbs(engine: Engine): RoomVerbs {
  return {
    imageLayers: (imageId, signal) =>
      engine.call('look', { signal, deadlineMs: 20_000 }, async (docker, abortSignal) => {
        const image = await docker.getImage(imageId).inspect({ abortSignal } as object)
        const path = `/images/${imageId}/history`
        const steps = await dialGet<{ Size: number }[]>(docker, path, { abortSignal, isStream: false })
        return toLayers(image.RootFS.Layers ?? [], steps.map((step) => step.Size).toReversed(), image.Size)
      }),
    heldLayers: (signal) =>
      engine.call('look', { signal, deadlineMs: 60_000 }, async (docker, abortSignal) => {
        const layers = new Set<string>()
        for (const { Id } of await docker.listImages({ abortSignal } as object)) {
          const image = await unless([404], docker.getImage(Id).inspect({ abortSignal } as object))
          for (const layer of chainIds(image?.RootFS.Layers ?? [])) layers.add(layer)
        }
        return layers
      }),
    imagesInUse: (signal) =>
      engine.call('look', { signal, deadlineMs: 10_000 }, async (docker, abortSignal) => {
        const containers = await docker.listContainers({ all: true, abortSignal })
        return new Set(containers.map((container) => container.ImageID))
      }),
    removeImage: (imageId, signal) =>
      engine.call('remove', { signal, deadlineMs: 120_000 }, async (docker, abortSignal) => {
        try {
          // What lies below it may be somebody else's cache of a build: only this one goes.
          await unless([404], docker.getImage(imageId).remove({ force: false, noprune: true, abortSignal } as object))
        } catch (error) {
          if ((error as { statusCode?: number }).statusCode !== 409) throw error
          throw new DomainError('image_still_used', { message: wordsOf(error), cause: error })
        }
      }),
  }
}

/** An image has no list of layers with sizes; its history has the sizes in the same order. Where the two do not match, the top one takes it all. */
export function toLayers(diffIds: string[], stepSizes: number[], sizeBytes: number): ImageLayer[] {
  const chain = chainIds(diffIds).filter((_, at) => diffIds[at] !== emptyLayer)
  const sizes = stepSizes.filter((size) => size > 0)
  if (chain.length === sizes.length) return chain.map((id, at) => ({ id, sizeBytes: sizes[at] ?? 0 }))
  return chain.map((id, at) => ({ id, sizeBytes: at === chain.length - 1 ? sizeBytes : 0 }))
}

/** An engine keeps a layer once for each stack of layers below it. */
function chainIds(diffIds: readonly string[]): string[] {
  const chain: string[] = []
  for (const diff of diffIds) {
    const below = chain.at(-1)
    chain.push(below ? createHash('sha256').update(`${below} ${diff}`).digest('hex') : diff)
  }
  return chain
}

function wordsOf(error: unknown): string {
  const said = (error as { json?: { message?: string } }).json?.message ?? (error as Error).message
  return said.slice(0, 300)
}
