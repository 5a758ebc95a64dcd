// The port to one Docker Engine, in our words. No Docker type crosses it. Every method takes a signal or has a deadline of its own,
// returns data or throws a DomainError (agent_unreachable, agent_timeout, agent_tls, image_missing, container_conflict, disk_low, …).
import type { ContainerSpec } from './container-spec'
import type { GpuReading } from './gpu-reading'
import type { HostSays, HostVolume } from './host-claim'
import type { ImageHost, SeenImage } from './image-host'
import type { FileFolder, FolderListing } from './session-files'

export type { PullProgress, SeenImage } from './image-host'

export type SeenContainer = {
  id: string
  name: string
  sessionId: string
  installId: string
  state: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead'
  /** Docker's StartedAt as it was given: a change means another start, hence another certificate and maybe another address. */
  startedAt: string | null
  /** Docker's id of its place on a network, made anew at each start; null where it has none. */
  endpointId: string | null
  exitCode: number | null
  outOfMemory: boolean
  bridgeAddress: string | null
  published: { address: string; port: number } | null
  imageId: string
  /** Its image says that the portal's own viewer page fits (viewerLabel). */
  fitsViewer: boolean
  /** The GPUs that it was given: UUIDs or CDI names. */
  gpuDevices: string[]
}

/** `unknown`: containers that are there, while the engine tells no more of them: nothing else follows from that. */
export type ListedContainers = { seen: SeenContainer[]; unknown: Pick<SeenContainer, 'id' | 'sessionId'>[] }

/** A start of a container as it was seen before: while it shows this endpoint, it runs since then. */
export type KnownStart = { containerId: string; endpointId: string; startedAt: string }

export type EngineFacts = {
  name: string
  /** What Docker calls it; machines that were cloned have the same. Null where it says none. */
  engineId: string | null
  engineVersion: string
  apiVersion: string
  os: string
  architecture: string
  cpuCount: number
  memoryBytes: number
  hasNvidiaRuntime: boolean
  /** Names such as `nvidia.com/gpu=0`, which engines list since API 1.50. */
  cdiDevices: string[]
  /** Of the NVIDIA container toolkit, where an engine label says it: no interface of Docker does. */
  toolkitVersion: string | null
  storageDriver: string
  liveRestore: boolean
  /** The end of the certificate that the engine showed; null behind a socket. */
  serverCertEndsAt: string | null
  /** Null where the engine does not tell its time. */
  clockAheadMs: number | null
  warnings: string[]
}

export type HostNudge = { sessionId: string | null; what: string }

export type SeenGpu = {
  uuid: string
  /** A slice carries the number of its GPU. */
  index: number
  kind: 'device' | 'mig'
  /** Of a slice: the GPU that it is cut from. */
  parentUuid: string | null
  migProfile: string | null
  /** Handed out as slices only. */
  migEnabled: boolean
  model: string
  memoryBytes: number | null
  driverVersion: string | null
  pciAddress: string | null
  computeCapability: string | null
  cdiName: string | null
}

/** What a throw-away container of an image on the agent sees of its disk and GPUs. */
export type ProbeResult = {
  diskTotalBytes: number
  diskFreeBytes: number
  /** What the whole host uses, by whomever; null where /proc does not tell. */
  use: { cpuMillis: number; memoryBytes: number } | null
  /** Null: nobody looked. Empty: looked, and there is none. */
  gpus: SeenGpu[] | null
  cudaVersion: string | null
  gpuProblem: string | null
}

/** filtered: no answer from here · not_its_address: the engine cannot publish there · unknown: nothing to try it with. */
export const publishedReaches = ['reached', 'filtered', 'not_its_address', 'unknown'] as const
export type PublishedReach = (typeof publishedReaches)[number]

export type CleanedContainer = {
  /** Paths that were there and are gone. */
  removed: string[]
  /** Paths in which the secret still stands. */
  leaks: string[]
}

export type ContainerChange = { path: string; kind: 'changed' | 'added' | 'deleted' }
export type ContainerChanges = { changes: ContainerChange[]; sizeBytes: number }

/** unknown: nothing in the container tells of any. */
export type CertificateWord = 'same' | 'another' | 'unknown'

/** The very container that was looked at: one that is made anew meanwhile is another. */
export type InContainer = { sessionId: string; containerId: string }

/** Everything is done as uid 1000 of the container, by its own tar. */
export interface FileHost {
  listFiles(where: InContainer, signal: AbortSignal): Promise<FolderListing[]>
  /** Throws before the first byte where there is no such plain file, or it is too large; from its content where it breaks off. */
  readFile(
    where: InContainer,
    file: { folder: FileFolder; name: string; maxBytes: number },
    signal: AbortSignal,
  ): Promise<{ sizeBytes: number; content: AsyncIterable<Uint8Array> }>
  /** It has its name once it is complete, and leaves nothing where it is not. `content` is asked for once it may come. */
  writeFile(
    where: InContainer,
    file: { name: string; sizeBytes: number; replace: boolean; content: () => AsyncIterable<Uint8Array> },
    signal: AbortSignal,
  ): Promise<void>
}

/** What portals leave on a host for themselves and each other. */
export interface HostNotes {
  hostVolumes(signal: AbortSignal): Promise<HostVolume[]>
  /** Changes nothing where one of that name is there. */
  makeHostVolume(name: string, says: HostSays, signal: AbortSignal): Promise<void>
  removeHostVolume(name: string, signal: AbortSignal): Promise<void>
  hostTime(signal: AbortSignal): Promise<Date>
}

export interface ContainerHost extends ImageHost, FileHost, HostNotes {
  facts(signal: AbortSignal): Promise<EngineFacts>
  /** Only containers with our installation's label. One that hangs in the engine is unknown, and holds up no other. `known` is asked where that may spare looks at single ones. */
  list(signal: AbortSignal, known?: () => Promise<readonly KnownStart[]>): Promise<ListedContainers>
  find(sessionId: string, signal: AbortSignal): Promise<SeenContainer | null>
  ensureNetwork(name: string, signal: AbortSignal): Promise<void>
  /** Creates or adopts by name and label. */
  ensureCreated(spec: ContainerSpec, signal: AbortSignal): Promise<SeenContainer>
  // With a container's id, exactly that one is meant: a call that comes late must not hit the one that has its name by then.
  ensureStarted(sessionId: string, signal: AbortSignal, containerId?: string): Promise<SeenContainer>
  ensurePaused(sessionId: string, signal: AbortSignal, containerId?: string): Promise<void>
  ensureUnpaused(sessionId: string, signal: AbortSignal, containerId?: string): Promise<void>
  ensureStopped(sessionId: string, graceSeconds: number, signal: AbortSignal, containerId?: string): Promise<void>
  ensureRemoved(sessionId: string, signal: AbortSignal, containerId?: string): Promise<void>
  ensureVolumeRemoved(name: string, signal: AbortSignal): Promise<void>
  logTail(sessionId: string, lines: number, signal: AbortSignal): Promise<string>
  /** Whether the certificate with this SHA-256 is the one that the desktop made at this start, as told through the engine. */
  compareCertificate(where: InContainer, fingerprint: string, signal: AbortSignal): Promise<CertificateWord>
  /** Looking at GPUs costs more than all else of it, and is left out where it is not asked for. */
  probe(imageReference: string, options: { gpus: boolean }, signal: AbortSignal): Promise<ProbeResult>
  /** Publishes a port for a moment and knocks at it from here. */
  tryPublished(address: string, signal: AbortSignal): Promise<PublishedReach>
  /** The one long-lived container that tells GPU numbers: adopted where it runs as it should, or else made anew. It holds no GPU. */
  ensureGpuWatch(imageReference: string, signal: AbortSignal): Promise<{ isNew: boolean }>
  ensureGpuWatchRemoved(signal: AbortSignal): Promise<void>
  /** Numbers of all GPUs every few seconds until that container ends; throws when none come, or the stream breaks. */
  followGpuWatch(options: { fromStart: boolean }, signal: AbortSignal): AsyncIterable<GpuReading[]>
  /** UUIDs of the GPUs that a session's container sees now; null where that cannot be told. */
  visibleGpus(sessionId: string, signal: AbortSignal): Promise<string[] | null>
  /** Opens a terminal of root on the desktop of an authoring session. Throws container_failed where the image has none. */
  openRootTerminal(sessionId: string, signal: AbortSignal): Promise<void>
  /**
   * Ends the desktop, takes out what is private and makes the home the default profile; the container is left running, and frozen. May be
   * done again. `secret` must stand in no file afterwards.
   */
  cleanForImage(sessionId: string, secret: string, signal: AbortSignal): Promise<CleanedContainer>
  /** What a stopped container has beside its image. */
  changesOf(sessionId: string, signal: AbortSignal): Promise<ContainerChanges>
  /** Makes an image of a stopped container, with the configuration that its parent has and nothing of the session's. */
  commitImage(sessionId: string, reference: string, signal: AbortSignal): Promise<SeenImage>
  /** Nudges until aborted or the stream breaks; the caller subscribes again with back-off. */
  watch(signal: AbortSignal): AsyncIterable<HostNudge>
}

export type AgentConnection =
  | { kind: 'socket'; socketPath: string }
  | { kind: 'tcp'; host: string; port: number; caPem: string; certPem: string; keyPem: string; serverName: string | null }
  | {
      kind: 'ssh'
      user: string
      host: string
      port: number
      /** On the host. */
      socketPath: string
      /** Null: nobody has confirmed one yet, and nothing is said to the host. */
      hostKey: string | null
      privateKey: string
    }

export type OpenHost = (connection: AgentConnection, installId: string) => ContainerHost
