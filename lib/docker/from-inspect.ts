// Docker's answers → what was seen, in our words.
import type Docker from 'dockerode'
import type { KnownStart, SeenContainer, SeenImage } from '@/lib/domain/container-host'
import { desktopPort, labelKeys, viewerLabel } from '@/lib/domain/container-spec'
import { normalReference } from '@/lib/domain/image-reference'
import { sessionOf } from './labels'

const states: readonly string[] = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead']

/** Null when the container does not belong to a session of this installation. */
export function fromInspect(info: Docker.ContainerInspectInfo, installId: string): SeenContainer | null {
  const sessionId = sessionOf(info.Config.Labels, installId)
  if (sessionId === null) return null
  const state = states.includes(info.State.Status) ? (info.State.Status as SeenContainer['state']) : 'dead'
  // An exited container goes on showing its address and its port, which may be another user's by now.
  const up = state === 'running' || state === 'paused'
  const ended = state === 'exited' || state === 'dead'
  return {
    id: info.Id,
    name: info.Name.replace(/^\//, ''),
    sessionId,
    installId,
    state,
    startedAt: info.State.StartedAt.startsWith('0001-') ? null : info.State.StartedAt,
    endpointId: up ? endpointOf(info) : null,
    exitCode: ended ? info.State.ExitCode : null,
    outOfMemory: info.State.OOMKilled,
    bridgeAddress: up ? addressOf(info) : null,
    published: up ? publishedOf(info) : null,
    imageId: info.Image,
    gpuDevices: (info.HostConfig.DeviceRequests ?? []).flatMap((request) => request.DeviceIDs ?? []),
    // A container inherits the labels of its image.
    fitsViewer: info.Config.Labels[viewerLabel.key] === viewerLabel.value,
  }
}

/** From the entry of a list, which leaves out when a container was started: that is known of the endpoint that it shows. Null where more is needed. */
export function fromListed(entry: Docker.ContainerInfo, installId: string, start: KnownStart): SeenContainer | null {
  const sessionId = sessionOf(entry.Labels, installId)
  const [labelled, ...gpuDevices] = (entry.Labels[labelKeys.gpus] ?? '').split(',')
  const { State: state } = entry
  if (sessionId === null || labelled !== sessionId || (state !== 'running' && state !== 'paused')) return null
  if (entry.Id !== start.containerId || endpointOf(entry) !== start.endpointId) return null
  return {
    id: entry.Id,
    name: (entry.Names.find((name) => name.lastIndexOf('/') === 0) ?? '').replace(/^\//, ''),
    sessionId,
    installId,
    state,
    startedAt: start.startedAt,
    endpointId: start.endpointId,
    exitCode: null,
    outOfMemory: false,
    bridgeAddress: addressOf(entry),
    published: publishedIn(entry),
    imageId: entry.ImageID,
    gpuDevices,
    fitsViewer: entry.Labels[viewerLabel.key] === viewerLabel.value,
  }
}

type Networks = Record<string, { IPAddress?: string; GlobalIPv6Address?: string; EndpointID?: string }>

/** Docker makes it anew at each start, and keeps it while the container runs. */
export function endpointOf(info: { NetworkSettings: { Networks: Networks } }): string | null {
  const networks = Object.entries(info.NetworkSettings.Networks ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
  return networks.map(([, { EndpointID }]) => EndpointID).find((id) => id) ?? null
}

export function addressOf(info: { NetworkSettings: { Networks: Networks } }): string | null {
  for (const network of Object.values(info.NetworkSettings.Networks ?? {})) {
    if (network.IPAddress) return network.IPAddress
    if (network.GlobalIPv6Address) return network.GlobalIPv6Address
  }
  return null
}

function publishedOf(info: Docker.ContainerInspectInfo): SeenContainer['published'] {
  const bindings = info.NetworkSettings.Ports?.[`${desktopPort}/tcp`] as { HostIp: string; HostPort: string }[] | null | undefined
  const first = bindings?.[0]
  return first ? { address: first.HostIp, port: Number(first.HostPort) } : null
}

function publishedIn({ Ports }: Docker.ContainerInfo): SeenContainer['published'] {
  const first = Ports.find((port) => port.PrivatePort === desktopPort && port.PublicPort !== undefined)
  return first ? { address: first.IP, port: first.PublicPort } : null
}

export function fromImage(
  info: Pick<Docker.ImageInfo, 'Id' | 'RepoTags' | 'RepoDigests' | 'Size'> & { Created?: number | string },
  architecture: string | null,
): SeenImage {
  const tags = (info.RepoTags ?? []).filter((tag) => !tag.includes('<none>'))
  const digests = (info.RepoDigests ?? []).filter((digest) => !digest.includes('<none>'))
  return {
    id: info.Id,
    references: [...tags.map(normalReference), ...digests],
    digests,
    sizeBytes: info.Size,
    architecture,
    builtAt: builtAt(info.Created),
  }
}

/** Seconds in a list, text in an inspection; zero where a build leaves its time out. */
function builtAt(created: number | string | undefined): string | null {
  const seconds = typeof created === 'number' ? created : Math.floor(Date.parse(created ?? '') / 1000)
  return seconds > 0 ? new Date(seconds * 1000).toISOString() : null
}
