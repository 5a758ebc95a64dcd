// The images of an engine in memory, for tests: what is there, what a registry would give, and what goes between engines.
import { DomainError } from '@/lib/domain/errors'
import type { ImageHost, ImageLayer, PullProgress, SeenImage } from '@/lib/domain/image-host'
import { digestReference, parseImageReference } from '@/lib/domain/image-reference'
import type { RegistryLogin } from '@/lib/domain/registry-login'

/** Of a reference that is there, where it is not the usual one. */
export type FakeBuild = { id: string; builtAt?: string; digests?: string[]; layers?: ImageLayer[]; sizeBytes?: number }

export abstract class FakeImages implements ImageHost {
  /** References that are there. */
  readonly stored: Set<string>
  readonly builds = new Map<string, FakeBuild>()
  /** Images without any name. */
  readonly nameless = new Map<string, FakeBuild>()
  /** References that can be pulled; a pull ends when its promise does. */
  readonly registry = new Map<string, Promise<void>>()
  /** What the registry's tags name: `sha256:…` by reference. */
  readonly named = new Map<string, string>()
  /** How many bytes a pull says that it takes. */
  announced = 2
  /** References whose registry wants this password. */
  readonly locked = new Map<string, string>()
  /** Containers of strangers, by the id of their image. */
  readonly strangersUse = new Set<string>()
  /** A copy from here waits for it after its first half. */
  saveGate: Promise<void> = Promise.resolve()
  readonly pushed: { reference: string; user: string | null }[] = []

  constructor(references: string[]) {
    this.stored = new Set(references)
  }

  /** The registry's tag names another build from now on; it can be pulled by the tag and by its digest. */
  publish(reference: string, digest: string, gate: Promise<void> = Promise.resolve()): void {
    this.named.set(reference, digest)
    this.registry.set(reference, gate)
    this.registry.set(digestReference(reference, digest), gate)
  }

  protected abstract enter(verb: string, signal: AbortSignal, sessionId?: string): Promise<void>
  protected abstract ownImages(): string[]

  async images(signal: AbortSignal): Promise<SeenImage[]> {
    await this.enter('images', signal)
    return this.#all()
  }

  async findImage(reference: string, signal: AbortSignal): Promise<SeenImage | null> {
    await this.enter('findImage', signal)
    return this.#find(reference)
  }

  async checkPullable(reference: string, signal: AbortSignal, login?: RegistryLogin): Promise<{ digest: string }> {
    await this.enter('checkPullable', signal)
    this.#letIn(reference, login)
    if (!this.registry.has(reference)) throw new DomainError('registry_refused', { message: 'manifest unknown' })
    return { digest: this.named.get(reference) ?? 'sha256:fake' }
  }

  async pull(
    reference: string,
    onProgress: (progress: PullProgress) => void,
    signal: AbortSignal,
    login?: RegistryLogin,
  ): Promise<void> {
    await this.enter('pull', signal)
    this.#letIn(reference, login)
    const gate = this.registry.get(reference)
    if (!gate) throw new DomainError('registry_refused', { message: 'manifest unknown' })
    onProgress({ layers: 1, layersDone: 0, bytes: 1, bytesTotal: this.announced, status: 'Fetching' })
    await Promise.race([gate, whenAborted(signal)])
    this.#store(reference, this.named.get(reference) ?? parseImageReference(reference)?.digest ?? null)
  }

  async *saveImage(imageId: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    await this.enter('saveImage', signal)
    const image = this.#find(imageId)
    if (!image) throw new DomainError('image_missing')
    const archive = Buffer.from(JSON.stringify({ ...this.#build(imageId), id: image.id, sizeBytes: image.sizeBytes }))
    yield archive.subarray(0, 10)
    await Promise.race([this.saveGate, whenAborted(signal)])
    await this.enter('saveImage', signal)
    yield archive.subarray(10)
  }

  async loadImage(archive: AsyncIterable<Uint8Array>, onBytes: (sent: number) => void, signal: AbortSignal): Promise<void> {
    await this.enter('loadImage', signal)
    const parts: Uint8Array[] = []
    for await (const part of archive) {
      parts.push(part)
      onBytes(parts.reduce((sum, one) => sum + one.byteLength, 0))
      await this.enter('loadImage', signal)
    }
    const build = JSON.parse(Buffer.concat(parts).toString()) as FakeBuild
    if (!this.#find(build.id)) this.nameless.set(build.id, build)
  }

  async tagImage(imageId: string, reference: string, signal: AbortSignal): Promise<void> {
    await this.enter('tagImage', signal)
    const image = this.#find(imageId)
    if (!image) throw new DomainError('image_missing')
    const build = { ...this.#build(imageId), id: image.id }
    const before = this.#find(reference)
    this.nameless.delete(image.id)
    this.stored.add(reference)
    const old = this.builds.get(reference)
    this.builds.set(reference, build)
    if (before && before.id !== image.id && !this.#find(before.id)) this.nameless.set(before.id, old ?? { id: before.id })
  }

  async pushImage(
    reference: string,
    onProgress: (progress: PullProgress) => void,
    signal: AbortSignal,
    login?: RegistryLogin,
  ): Promise<{ digest: string }> {
    await this.enter('pushImage', signal)
    this.#letIn(reference, login)
    onProgress({ layers: 1, layersDone: 0, bytes: 1, bytesTotal: 2, status: 'Sending' })
    this.pushed.push({ reference, user: login?.user ?? null })
    return { digest: `${reference.replace(/:[^:/]+$/, '')}@sha256:pushed` }
  }

  async imageLayers(imageId: string, signal: AbortSignal): Promise<ImageLayer[]> {
    await this.enter('imageLayers', signal)
    return this.#layersOf(imageId)
  }

  async heldLayers(signal: AbortSignal): Promise<ReadonlySet<string>> {
    await this.enter('heldLayers', signal)
    return new Set(this.#all().flatMap((image) => this.#layersOf(image.id).map((layer) => layer.id)))
  }

  async imagesInUse(signal: AbortSignal): Promise<ReadonlySet<string>> {
    await this.enter('imagesInUse', signal)
    return new Set([...this.strangersUse, ...this.ownImages()])
  }

  async removeImage(imageId: string, signal: AbortSignal): Promise<void> {
    await this.enter('removeImage', signal)
    const image = this.#find(imageId)
    if (!image) return
    if (this.strangersUse.has(image.id)) throw new DomainError('image_still_used', { message: 'conflict: unable to delete' })
    this.nameless.delete(image.id)
    for (const reference of image.references) {
      this.stored.delete(reference)
      this.builds.delete(reference)
    }
  }

  #store(reference: string, digest: string | null): void {
    this.stored.add(reference)
    this.builds.delete(reference)
    if (digest === null) return
    const byDigest = digestReference(reference, digest)
    const build = { id: `image:${digest}`, digests: [byDigest] }
    for (const name of [reference, byDigest]) {
      this.stored.add(name)
      this.builds.set(name, build)
    }
  }

  #all(): SeenImage[] {
    const byId = new Map<string, SeenImage>()
    for (const reference of this.stored) {
      const build = this.builds.get(reference) ?? { id: `image:${reference}` }
      const known = byId.get(build.id)
      byId.set(build.id, { ...toImage(build), references: [...(known?.references ?? []), reference] })
    }
    for (const build of this.nameless.values()) byId.set(build.id, toImage(build))
    return [...byId.values()]
  }

  #find(nameOrId: string): SeenImage | null {
    return this.#all().find((image) => image.id === nameOrId || image.references.includes(nameOrId)) ?? null
  }

  #build(imageId: string): FakeBuild {
    return [...this.builds.values(), ...this.nameless.values()].find((build) => build.id === imageId) ?? { id: imageId }
  }

  #layersOf(imageId: string): ImageLayer[] {
    return this.#build(imageId).layers ?? [{ id: `layer of ${imageId}`, sizeBytes: this.#build(imageId).sizeBytes ?? 1 }]
  }

  #letIn(reference: string, login: RegistryLogin | undefined): void {
    const password = this.locked.get(reference)
    if (password !== undefined && password !== login?.password)
      throw new DomainError('registry_refused', { message: 'unauthorized: authentication required' })
  }
}

function toImage({ id, builtAt, digests, sizeBytes }: FakeBuild): SeenImage {
  return {
    id,
    references: [],
    digests: digests ?? [],
    sizeBytes: sizeBytes ?? 1,
    architecture: 'amd64',
    builtAt: builtAt ?? null,
  }
}

export function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const give = () => reject(new DOMException('aborted', 'AbortError'))
    if (signal.aborted) give()
    else signal.addEventListener('abort', give, { once: true })
  })
}
