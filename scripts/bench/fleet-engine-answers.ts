// Containers as Docker tells them, with all the fields that Berth does not read: reading them costs too.
import { createHash } from 'node:crypto'
import type { FakeContainer } from './fleet-engine'

const isUp = ({ state }: FakeContainer) => state === 'running' || state === 'paused'
const noTime = '0001-01-01T00:00:00Z'
const at = (ms: number | null) => (ms === null ? noTime : new Date(ms).toISOString())

/** As `docker ps` says it (go-units, HumanDuration). */
export function humanDuration(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  const minutes = Math.floor(seconds / 60)
  const hours = Math.round(seconds / 3600)
  if (seconds < 1) return 'Less than a second'
  if (seconds < 60) return `${seconds} second${seconds === 1 ? '' : 's'}`
  if (minutes === 1) return 'About a minute'
  if (minutes < 60) return `${minutes} minutes`
  if (hours === 1) return 'About an hour'
  if (hours < 48) return `${hours} hours`
  return `${Math.floor(seconds / 86_400)} days`
}

function statusOf(container: FakeContainer): string {
  const { state, startedMs, endedMs, exitCode } = container
  if (state === 'created') return 'Created'
  if (state === 'exited') return `Exited (${exitCode}) ${humanDuration(Date.now() - (endedMs ?? 0))} ago`
  return `Up ${humanDuration(Date.now() - (startedMs ?? 0))}${state === 'paused' ? ' (Paused)' : ''}`
}

/** Made anew at each start, as Docker does. */
export function endpointOf({ id, startedMs }: Pick<FakeContainer, 'id' | 'startedMs'>): string {
  return createHash('sha256').update(`${id} ${startedMs}`).digest('hex')
}

function networks(container: FakeContainer): object {
  if (container.hostConfig.NetworkMode === 'none') return {}
  // Without a bridge address: desktops answer at the published port alone.
  const endpoint = { NetworkID: '2ea9a9a256b0865f2168b7b13c05f960', EndpointID: isUp(container) ? endpointOf(container) : '' }
  const none = { IPAMConfig: null, Links: null, Aliases: null, Gateway: '', IPAddress: '', IPPrefixLen: 0, IPv6Gateway: '' }
  return { sessions: { ...endpoint, ...none, GlobalIPv6Address: '', GlobalIPv6PrefixLen: 0, MacAddress: '', DriverOpts: null } }
}

export function listedAs(container: FakeContainer, desktopPort: number): object {
  return {
    Id: container.id,
    Names: [`/${container.name}`],
    Image: container.image,
    ImageID: container.image,
    Command: '/usr/bin/tini -s -g -- /usr/local/bin/berth-desktop',
    Created: Math.floor(container.createdMs / 1000),
    Ports: isUp(container) ? [{ IP: '127.0.0.1', PrivatePort: 6901, PublicPort: desktopPort, Type: 'tcp' }] : [],
    Labels: container.labels,
    State: container.state,
    Status: statusOf(container),
    HostConfig: { NetworkMode: container.hostConfig.NetworkMode ?? 'default' },
    NetworkSettings: { Networks: networks(container) },
    Mounts: [],
  }
}

const environment = Array.from({ length: 24 }, (_, index) => `VARIABLE_OF_THE_IMAGE_${index}=some value of usual length ${index}`)
const maskedPaths = [
  '/proc/asound',
  '/proc/acpi',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/sys/firmware',
]

export function inspected(container: FakeContainer, desktopPort: number): object {
  const { id, name, image, labels, state, startedMs, endedMs, exitCode } = container
  return {
    Id: id,
    Created: at(container.createdMs),
    Path: '/usr/bin/tini',
    Args: ['-s', '-g', '--', '/usr/local/bin/berth-desktop'],
    State: {
      Status: state,
      Running: isUp(container),
      Paused: state === 'paused',
      Restarting: false,
      OOMKilled: false,
      Dead: false,
      Pid: isUp(container) ? 4242 : 0,
      ExitCode: exitCode,
      Error: '',
      StartedAt: at(startedMs),
      FinishedAt: at(endedMs),
    },
    Image: image,
    Name: `/${name}`,
    RestartCount: 0,
    Driver: 'overlay2',
    Platform: 'linux',
    Mounts: [],
    HostConfig: {
      LogConfig: { Type: 'json-file', Config: { 'max-file': '3', 'max-size': '10m' } },
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      MaskedPaths: maskedPaths,
      ReadonlyPaths: maskedPaths,
      ...container.hostConfig,
    },
    GraphDriver: { Name: 'overlay2', Data: { LowerDir: Array(8).fill(`/var/lib/docker/overlay2/${id}/diff`).join(':') } },
    Config: { Hostname: 'desktop', Env: environment, Image: image, Labels: labels, ExposedPorts: { '6901/tcp': {} } },
    NetworkSettings: {
      Ports: isUp(container) ? { '6901/tcp': [{ HostIp: '127.0.0.1', HostPort: String(desktopPort) }] } : {},
      Networks: networks(container),
    },
  }
}
