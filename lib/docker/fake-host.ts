// An engine in memory with the same contract as the real one, for tests: it can fail, lag and be cut off.
import { randomUUID } from 'node:crypto'
import type {
  CertificateWord,
  CleanedContainer,
  ContainerChanges,
  ContainerHost,
  EngineFacts,
  HostNudge,
  InContainer,
  ListedContainers,
  ProbeResult,
  PublishedReach,
  SeenContainer,
  SeenGpu,
} from '@/lib/domain/container-host'
import { type ContainerSpec, labelKeys } from '@/lib/domain/container-spec'
import { DomainError } from '@/lib/domain/errors'
import type { GpuReading } from '@/lib/domain/gpu-reading'
import type { HostSays, HostVolume } from '@/lib/domain/host-claim'
import type { SeenImage } from '@/lib/domain/image-host'
import { FakeFiles } from './fake-files'
import { whenAborted } from './fake-images'

type FakeContainer = SeenContainer & { spec: ContainerSpec; log: string }

export class FakeHost extends FakeFiles implements ContainerHost {
  readonly containers = new Map<string, FakeContainer>()
  readonly volumes = new Set<string>()
  /** What portals left here for each other. */
  readonly notes = new Map<string, HostVolume>()
  clockAheadMs = 0
  readonly engineId = randomUUID()
  published: PublishedReach = 'reached'
  /** What desktops here made; null: nothing tells of it. */
  certificate: string | null = null
  /** Names under which some other installation has a container. */
  readonly foreign = new Set<string>()
  /** What nvidia-smi would show here. */
  gpus: SeenGpu[] = []
  gpuProblem: string | null = null
  /** Verbs in the order in which they were called. */
  readonly calls: string[] = []
  /** Set: every call fails with it, as when the engine is away. */
  cut: DomainError | null = null
  /** Called before each verb with its name and session; may throw or wait. */
  before: (verb: string, sessionId?: string) => void | Promise<void> = () => undefined
  /** Sessions whose container hangs: every call for it ends at its deadline, while the rest is answered. Whether a list still knows what it is. */
  readonly hung = new Map<string, 'unknown' | 'known'>()
  /** GPUs that containers of sessions no longer see, although they were given them. */
  readonly lostGpus = new Set<string>()
  /** Files in which a cleaning finds the secret. */
  leaks: string[] = []
  /** Containers without nvidia-smi, as sessions. */
  readonly withoutSmi = new Set<string>()
  /** The container that tells GPU numbers: null while there is none. */
  gpuWatch: { serial: number; tell(readings: GpuReading[]): void; die(): void } | null = null
  readonly #installId: string
  #serial = 0
  #follow: ((readings: GpuReading[] | null) => void) | null = null

  constructor(installId: string, references: string[] = []) {
    super(references)
    this.#installId = installId
  }

  /** As if the container ended by itself. */
  exit(sessionId: string, exitCode: number, { outOfMemory = false, log = '' } = {}): void {
    this.#change(sessionId, {
      state: 'exited',
      exitCode,
      outOfMemory,
      log,
      bridgeAddress: null,
      published: null,
      endpointId: null,
    })
  }

  /** As if somebody had restarted it by hand: another start, another address. */
  restart(sessionId: string): void {
    const startedAt = this.#nextStart()
    this.#change(sessionId, {
      state: 'running',
      startedAt,
      endpointId: `endpoint-${startedAt}`,
      bridgeAddress: this.#nextAddress(),
    })
  }

  async facts(signal: AbortSignal): Promise<EngineFacts> {
    await this.enter('facts', signal)
    return {
      name: 'fake',
      engineId: this.engineId,
      engineVersion: '28.0.0',
      apiVersion: '1.48',
      os: 'Test',
      architecture: 'x86_64',
      cpuCount: 8,
      memoryBytes: 32 * 1024 ** 3,
      hasNvidiaRuntime: this.gpus.length > 0,
      cdiDevices: [],
      toolkitVersion: null,
      storageDriver: 'overlay2',
      liveRestore: true,
      serverCertEndsAt: null,
      clockAheadMs: this.clockAheadMs,
      warnings: [],
    }
  }

  async list(signal: AbortSignal): Promise<ListedContainers> {
    await this.enter('list', signal)
    const isUnknown = ({ sessionId }: FakeContainer) => this.hung.get(sessionId) === 'unknown'
    const all = [...this.containers.values()]
    return {
      seen: all.filter((container) => !isUnknown(container)).map(toSeen),
      unknown: all.filter(isUnknown).map(({ id, sessionId }) => ({ id, sessionId })),
    }
  }

  async find(sessionId: string, signal: AbortSignal): Promise<SeenContainer | null> {
    await this.enter('find', signal, sessionId)
    const container = this.containers.get(sessionId)
    return container ? toSeen(container) : null
  }

  async ensureNetwork(_name: string, signal: AbortSignal): Promise<void> {
    await this.enter('ensureNetwork', signal)
  }

  async ensureCreated(spec: ContainerSpec, signal: AbortSignal): Promise<SeenContainer> {
    const sessionId = spec.labels[labelKeys.session] ?? ''
    await this.enter('ensureCreated', signal, sessionId)
    if (this.foreign.has(spec.name)) throw new DomainError('container_conflict')
    const known = this.containers.get(sessionId)
    if (known) return toSeen(known)
    const image = await this.findImage(spec.reference, signal)
    if (!image) throw new DomainError('image_missing')
    for (const volume of spec.volumes) this.volumes.add(volume.name)
    const container: FakeContainer = {
      id: `container-${++this.#serial}`,
      name: spec.name,
      sessionId,
      installId: this.#installId,
      state: 'created',
      startedAt: null,
      endpointId: null,
      exitCode: null,
      outOfMemory: false,
      bridgeAddress: null,
      published: null,
      imageId: image.id,
      gpuDevices: spec.gpuUuids,
      fitsViewer: false,
      spec,
      log: '',
    }
    this.containers.set(sessionId, container)
    return toSeen(container)
  }

  async ensureStarted(sessionId: string, signal: AbortSignal, containerId?: string): Promise<SeenContainer> {
    await this.enter('ensureStarted', signal, sessionId)
    if (['created', 'exited'].includes(this.#stateOf(sessionId, containerId) ?? '')) this.restart(sessionId)
    const container = this.containers.get(sessionId)
    if (!container) throw new DomainError('container_failed')
    return toSeen(container)
  }

  async ensurePaused(sessionId: string, signal: AbortSignal, containerId?: string): Promise<void> {
    await this.enter('ensurePaused', signal, sessionId)
    if (this.#stateOf(sessionId, containerId) === 'running') this.#change(sessionId, { state: 'paused' })
  }

  async ensureUnpaused(sessionId: string, signal: AbortSignal, containerId?: string): Promise<void> {
    await this.enter('ensureUnpaused', signal, sessionId)
    if (this.#stateOf(sessionId, containerId) === 'paused') this.#change(sessionId, { state: 'running' })
  }

  async ensureStopped(sessionId: string, _graceSeconds: number, signal: AbortSignal, containerId?: string): Promise<void> {
    await this.enter('ensureStopped', signal, sessionId)
    if (this.#stateOf(sessionId, containerId) === 'running') this.exit(sessionId, 0)
  }

  async ensureRemoved(sessionId: string, signal: AbortSignal, containerId?: string): Promise<void> {
    await this.enter('ensureRemoved', signal, sessionId)
    if (this.#stateOf(sessionId, containerId) !== null) this.containers.delete(sessionId)
  }

  #stateOf(sessionId: string, containerId?: string): SeenContainer['state'] | null {
    const container = this.containers.get(sessionId)
    return container && (containerId === undefined || container.id === containerId) ? container.state : null
  }

  async ensureVolumeRemoved(name: string, signal: AbortSignal): Promise<void> {
    await this.enter('ensureVolumeRemoved', signal)
    this.volumes.delete(name)
  }

  async logTail(sessionId: string, _lines: number, signal: AbortSignal): Promise<string> {
    await this.enter('logTail', signal, sessionId)
    return this.containers.get(sessionId)?.log ?? ''
  }

  async compareCertificate({ sessionId }: InContainer, fingerprint: string, signal: AbortSignal): Promise<CertificateWord> {
    await this.enter('compareCertificate', signal, sessionId)
    if (this.certificate === null) return 'unknown'
    return this.certificate === fingerprint ? 'same' : 'another'
  }

  async probe(_imageReference: string, options: { gpus: boolean }, signal: AbortSignal): Promise<ProbeResult> {
    await this.enter('probe', signal)
    return {
      diskTotalBytes: 1e12,
      diskFreeBytes: 5e11,
      use: { cpuMillis: 500, memoryBytes: 1e9 },
      gpus: options.gpus ? this.gpus : null,
      cudaVersion: options.gpus && this.gpus.length > 0 ? '13.0' : null,
      gpuProblem: options.gpus ? this.gpuProblem : null,
    }
  }

  async ensureGpuWatch(imageReference: string, signal: AbortSignal): Promise<{ isNew: boolean }> {
    await this.enter('ensureGpuWatch', signal)
    if (this.gpuWatch) return { isNew: false }
    if (!this.stored.has(imageReference)) throw new DomainError('image_missing')
    if (this.gpus.length === 0) throw new DomainError('container_failed')
    this.gpuWatch = {
      serial: ++this.#serial,
      tell: (readings) => this.#follow?.(readings),
      die: () => {
        this.gpuWatch = null
        this.#follow?.(null)
      },
    }
    return { isNew: true }
  }

  async ensureGpuWatchRemoved(signal: AbortSignal): Promise<void> {
    await this.enter('ensureGpuWatchRemoved', signal)
    this.gpuWatch?.die()
  }

  async *followGpuWatch(_options: { fromStart: boolean }, signal: AbortSignal): AsyncGenerator<GpuReading[]> {
    await this.enter('followGpuWatch', signal)
    const waiting: (GpuReading[] | null)[] = []
    let wake = () => undefined as unknown
    this.#follow = (readings) => {
      waiting.push(readings)
      wake()
    }
    while (this.gpuWatch) {
      const next = waiting.shift()
      if (next === null) return
      if (next) yield next
      else await Promise.race([new Promise((resolve) => (wake = () => resolve(null))), whenAborted(signal)])
    }
  }

  async visibleGpus(sessionId: string, signal: AbortSignal): Promise<string[] | null> {
    await this.enter('visibleGpus', signal, sessionId)
    const container = this.containers.get(sessionId)
    if (container?.state !== 'running' || this.gpus.length === 0 || this.withoutSmi.has(sessionId)) return null
    return container.spec.gpuUuids.filter((uuid) => !this.lostGpus.has(uuid))
  }

  async openRootTerminal(sessionId: string, signal: AbortSignal): Promise<void> {
    await this.enter('openRootTerminal', signal, sessionId)
    if (this.containers.get(sessionId)?.state !== 'running') throw new DomainError('container_failed')
  }

  async cleanForImage(sessionId: string, _secret: string, signal: AbortSignal): Promise<CleanedContainer> {
    await this.enter('cleanForImage', signal, sessionId)
    if (this.containers.get(sessionId)?.state !== 'running') throw new DomainError('container_failed')
    return { removed: ['/home/kasm-user/.vnc'], leaks: this.leaks }
  }

  async changesOf(sessionId: string, signal: AbortSignal): Promise<ContainerChanges> {
    await this.enter('changesOf', signal, sessionId)
    return { changes: [{ path: '/opt/tool', kind: 'added' }], sizeBytes: 1024 }
  }

  async commitImage(sessionId: string, reference: string, signal: AbortSignal): Promise<SeenImage> {
    await this.enter('commitImage', signal, sessionId)
    if (this.containers.get(sessionId)?.state !== 'exited') throw new DomainError('container_failed')
    this.stored.add(reference)
    const image = await this.findImage(reference, signal)
    if (!image) throw new DomainError('image_missing')
    return image
  }

  async tryPublished(_address: string, signal: AbortSignal): Promise<PublishedReach> {
    await this.enter('tryPublished', signal)
    return this.published
  }

  async hostVolumes(signal: AbortSignal): Promise<HostVolume[]> {
    await this.enter('hostVolumes', signal)
    return [...this.notes.values()]
  }

  async makeHostVolume(name: string, says: HostSays, signal: AbortSignal): Promise<void> {
    await this.enter('makeHostVolume', signal)
    if (!this.notes.has(name)) this.notes.set(name, { name, says, createdAt: await this.hostTime(signal) })
  }

  async removeHostVolume(name: string, signal: AbortSignal): Promise<void> {
    await this.enter('removeHostVolume', signal)
    this.notes.delete(name)
  }

  async hostTime(signal: AbortSignal): Promise<Date> {
    await this.enter('hostTime', signal)
    return new Date(Date.now() + this.clockAheadMs)
  }

  async *watch(signal: AbortSignal): AsyncGenerator<HostNudge> {
    await this.enter('watch', signal)
    yield { sessionId: null, what: 'subscribed' }
    await whenAborted(signal).catch(() => undefined)
  }

  protected async enter(verb: string, signal: AbortSignal, sessionId?: string): Promise<void> {
    this.calls.push(verb)
    await this.before(verb, sessionId)
    signal.throwIfAborted()
    if (this.cut) throw this.cut
    if (sessionId !== undefined && this.hung.has(sessionId)) throw new DomainError('agent_timeout')
  }

  protected ownImages(): string[] {
    return [...this.containers.values()].map((container) => container.imageId)
  }

  #change(sessionId: string, values: Partial<FakeContainer>): void {
    const container = this.containers.get(sessionId)
    if (container) this.containers.set(sessionId, { ...container, ...values })
  }

  #nextStart(): string {
    return new Date(1_700_000_000_000 + ++this.#serial * 1000).toISOString()
  }

  #nextAddress(): string {
    return `172.31.0.${(++this.#serial % 250) + 2}`
  }
}

function toSeen({ spec: _spec, log: _log, ...container }: FakeContainer): SeenContainer {
  return { ...container }
}
