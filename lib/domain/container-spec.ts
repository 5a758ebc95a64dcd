// What a session's container is to be, in our words; lib/docker translates it. Nothing a user types reaches Docker by another way.
import type { DockerOptions } from './docker-options'
import { allowsIn, allowsOut, type TransferPolicy } from './transfer-policy'
import type { VolumeMount } from './volume-mount'
import type { HomePolicy } from './workspace-image'

/** The launch-relevant part of an image, copied into the session when it is launched. */
export type SessionSpec = {
  reference: string
  /** `sha256:…`: this build, whatever the tag names. Left out by sessions that were launched before builds could be pinned. */
  pinnedDigest?: string | null
  shmBytes: number
  environment: Record<string, string>
  homePolicy: HomePolicy
  volumes: VolumeMount[]
  dockerOptions: DockerOptions
  agentGroup: string | null
  /** Left out by sessions that were launched before images could ask for these. */
  gpuMemoryBytesMin?: number | null
  gpuModelPattern?: string | null
  gpuOptional?: boolean
  timezone: string | null
  /** Left out where both ways are open. */
  clipboardPolicy?: TransferPolicy
  filePolicy?: TransferPolicy
  /** The image is changed by hand in it. Left out by ordinary sessions. */
  authoring?: boolean
}

export type ContainerSpec = {
  name: string
  reference: string
  labels: Record<string, string>
  hostname: string
  environment: Record<string, string>
  cpuMillis: number
  memoryBytes: number
  shmBytes: number
  pidsLimit: number
  network: string
  /** UUIDs; empty means the container sees no GPU. */
  gpuUuids: string[]
  volumes: { name: string; target: string; readOnly: boolean; labels: Record<string, string> }[]
  binds: { source: string; target: string; readOnly: boolean }[]
  publishTo: string
  /** Docker's default capabilities and a way to root, for an image that is changed by hand. */
  authoring: boolean
  options: DockerOptions
}

export const desktopPort = 6901
export const desktopUser = 'kasm_user'
export const homePath = '/home/kasm-user'

export const labelKeys = {
  install: 'berth.install',
  session: 'berth.session',
  user: 'berth.user',
  image: 'berth.image-id',
  home: 'berth.home',
  kind: 'berth.kind',
  /** What its device requests say, where a list shows it; after its session, since a container inherits the labels of its image. */
  gpus: 'berth.gpus',
} as const

/** Of images, inherited by what is built on them: the stream is plain RFB on /websockify, so the portal's own viewer page fits. */
export const viewerLabel = { key: 'berth.viewer', value: '1' } as const

export function containerName(sessionId: string): string {
  return `berth-${sessionId}`
}

export function networkName(installId: string): string {
  return `berth-${installId}`
}

type ContainerSpecInput = {
  installId: string
  session: { id: string; userId: string | null; imageId: string | null; cpuMillis: number; memoryBytes: number }
  spec: SessionSpec
  credential: string
  homeVolume: { id: string; name: string } | null
  gpuUuids: string[]
  /** The agent's address on which ports are published; 127.0.0.1 for a local socket. */
  publishTo: string
}

export function toContainerSpec({
  installId,
  session,
  spec,
  credential,
  homeVolume,
  gpuUuids,
  publishTo,
}: ContainerSpecInput): ContainerSpec {
  const labels = {
    [labelKeys.install]: installId,
    [labelKeys.session]: session.id,
    ...(session.userId ? { [labelKeys.user]: session.userId } : {}),
    ...(session.imageId ? { [labelKeys.image]: session.imageId } : {}),
    [labelKeys.gpus]: [session.id, ...gpuUuids].join(','),
  }
  const volumeLabels = { [labelKeys.install]: installId }
  const volumes: ContainerSpec['volumes'] = []
  if (homeVolume)
    volumes.push({
      name: homeVolume.name,
      target: homePath,
      readOnly: false,
      labels: { ...volumeLabels, [labelKeys.home]: homeVolume.id },
    })
  for (const mount of spec.volumes) {
    if (mount.kind !== 'volume') continue
    if (mount.perUser && session.userId === null) throw new Error('A session without an owner has no volume of its own')
    const name = mount.perUser ? `berth-${installId}-${mount.name}-${session.userId}` : `berth-${installId}-${mount.name}`
    volumes.push({ name, target: mount.target, readOnly: mount.readOnly, labels: volumeLabels })
  }
  return {
    name: containerName(session.id),
    reference: spec.reference,
    labels,
    hostname: spec.dockerOptions.hostname ?? 'desktop',
    environment: { ...spec.environment, ...zone(spec), ...kasmEnvironment(credential, gpuUuids), ...clipboard(spec) },
    cpuMillis: session.cpuMillis,
    memoryBytes: session.memoryBytes,
    shmBytes: spec.shmBytes,
    pidsLimit: spec.dockerOptions.pidsLimit ?? 4096,
    network: spec.dockerOptions.network ?? networkName(installId),
    gpuUuids,
    volumes,
    binds: spec.volumes.flatMap((mount) =>
      mount.kind === 'bind' ? [{ source: mount.source, target: mount.target, readOnly: mount.readOnly }] : [],
    ),
    publishTo,
    authoring: spec.authoring ?? false,
    options: spec.dockerOptions,
  }
}

function zone({ timezone }: SessionSpec): Record<string, string> {
  return timezone ? { TZ: timezone } : {}
}

export const vncOptions = '-PreferBandwidth -DynamicQualityMin 4 -DynamicQualityMax 7 -BlacklistThreshold 1000000'

/**
 * The server itself refuses, whatever a viewer page says. What is given on its command line wins over the user's own configuration, and
 * without AllowOverride a program on the desktop could switch it on again. KasmVNC's own script puts the other two behind everything else.
 */
function clipboard({ clipboardPolicy = 'both' }: SessionSpec): Record<string, string> {
  if (clipboardPolicy === 'both') return {}
  const up = allowsIn(clipboardPolicy) ? '' : '-AcceptCutText 0'
  const down = allowsOut(clipboardPolicy) ? '' : '-SendCutText 0'
  const closed = [up, down, down && '-SendPrimary 0', '-AllowOverride desktop'].filter((option) => option !== '')
  return {
    VNCOPTIONS: [vncOptions, ...closed].join(' '),
    KASM_SVC_ACCEPT_CUT_TEXT: up,
    KASM_SVC_SEND_CUT_TEXT: down,
  }
}

/** What a KasmVNC container must be told, last so that no image setting can win over it. */
function kasmEnvironment(credential: string, gpuUuids: string[]): Record<string, string> {
  return {
    VNC_PW: credential,
    // The space form is the only one that works; 0 would lock at the first failure before KasmVNC 1.3.3.
    VNCOPTIONS: vncOptions,
    // Helpers that listen without authentication and have no open client.
    KASM_SVC_AUDIO: '0',
    KASM_SVC_AUDIO_INPUT: '0',
    KASM_SVC_UPLOADS: '0',
    KASM_SVC_GAMEPAD: '0',
    KASM_SVC_WEBCAM: '0',
    KASM_SVC_PRINTER: '0',
    // The image's own value must never decide which GPUs are visible: DeviceRequests do.
    NVIDIA_VISIBLE_DEVICES: gpuUuids.length > 0 ? gpuUuids.join(',') : 'void',
    ...(gpuUuids.length > 0 ? { NVIDIA_DRIVER_CAPABILITIES: 'compute,utility,graphics,video' } : {}),
  }
}
