// The port to the images of one Docker Engine, a part of container-host.ts with the same promises.
import type { RegistryLogin } from './registry-login'

export type SeenImage = {
  id: string
  references: string[]
  /** `repository@sha256:…`, as registries gave them; none for what was built or loaded. */
  digests: string[]
  sizeBytes: number
  architecture: string | null
  /** As the image itself says; null where it says nothing. */
  builtAt: string | null
}

/** Unpacked, from the bottom up. Images that share a layer name it alike, and an engine keeps it once. */
export type ImageLayer = { id: string; sizeBytes: number }

export type PullProgress = { layers: number; layersDone: number; bytes: number; bytesTotal: number; status: string }

export interface ImageHost {
  images(signal: AbortSignal): Promise<SeenImage[]>
  findImage(reference: string, signal: AbortSignal): Promise<SeenImage | null>
  /** Asks the registry through the engine, without pulling. Throws registry_refused or registry_unreachable with the cause in words. */
  checkPullable(reference: string, signal: AbortSignal, login?: RegistryLogin): Promise<{ digest: string }>
  pull(reference: string, onProgress: (progress: PullProgress) => void, signal: AbortSignal, login?: RegistryLogin): Promise<void>
  /** `docker save` of one image, by its id. Fails where the engine breaks off in the middle; nothing is changed there. */
  saveImage(imageId: string, signal: AbortSignal): AsyncIterable<Uint8Array>
  /** Takes what `saveImage` gives, as fast as the engine takes it. What breaks off half way leaves no image behind. */
  loadImage(archive: AsyncIterable<Uint8Array>, onBytes: (sent: number) => void, signal: AbortSignal): Promise<void>
  /** From then on the reference names this image: at once, or not at all. */
  tagImage(imageId: string, reference: string, signal: AbortSignal): Promise<void>
  pushImage(
    reference: string,
    onProgress: (progress: PullProgress) => void,
    signal: AbortSignal,
    login?: RegistryLogin,
  ): Promise<{ digest: string }>
  imageLayers(imageId: string, signal: AbortSignal): Promise<ImageLayer[]>
  /** Names of all layers of all images there. */
  heldLayers(signal: AbortSignal): Promise<ReadonlySet<string>>
  /** Ids of the images that any container is made of, whosever it is and whether or not it runs. */
  imagesInUse(signal: AbortSignal): Promise<ReadonlySet<string>>
  /** Never by force: throws image_still_used where the engine still needs it. One that is gone is no failure. */
  removeImage(imageId: string, signal: AbortSignal): Promise<void>
}
