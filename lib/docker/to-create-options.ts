// ContainerSpec → what Docker is told. Pure, and the only place where options of a session's container are made:
// what is not written here cannot be asked for.
import type Docker from 'dockerode'
import { type ContainerSpec, desktopPort, homePath } from '@/lib/domain/container-spec'
import { forbiddenCapabilities } from '@/lib/domain/docker-options'
import { DomainError } from '@/lib/domain/errors'
import { isDeclarableBindPath } from '@/lib/domain/volume-mount'

const port = `${desktopPort}/tcp`

export function toCreateOptions(spec: ContainerSpec): Docker.ContainerCreateOptions {
  const { options } = spec
  return {
    name: spec.name,
    Image: spec.reference,
    Hostname: spec.hostname,
    Env: Object.entries(spec.environment).map(([name, value]) => `${name}=${value}`),
    Labels: spec.labels,
    ExposedPorts: { [port]: {} },
    Tty: false,
    OpenStdin: false,
    ...(options.user === undefined ? {} : { User: options.user }),
    ...(options.entrypoint === undefined ? {} : { Entrypoint: options.entrypoint }),
    ...(options.command === undefined ? {} : { Cmd: options.command }),
    HostConfig: { ...hardening(spec), ...resources(spec), ...network(spec), ...storage(spec) },
  }
}

function hardening({ options, authoring }: ContainerSpec): Docker.HostConfig {
  const added = options.capAdd ?? []
  const forbidden = added.find((capability) => (forbiddenCapabilities as readonly string[]).includes(capability))
  if (forbidden)
    throw new DomainError('container_failed', { message: `The capability ${forbidden} is never given to a container.` })
  return {
    Privileged: false,
    CapDrop: authoring ? [] : ['ALL'],
    CapAdd: added,
    // Docker's default seccomp profile holds as long as no other is named. With no-new-privileges a root shell has no capabilities.
    SecurityOpt: authoring ? [] : ['no-new-privileges'],
    GroupAdd: options.groupAdd ?? [],
    IpcMode: 'private',
    Init: true,
    RestartPolicy: { Name: 'no' },
    LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } },
    ReadonlyRootfs: options.readOnlyRoot ?? false,
    Sysctls: options.sysctls ?? {},
  }
}

function resources({ options, ...spec }: ContainerSpec): Docker.HostConfig {
  return {
    NanoCpus: spec.cpuMillis * 1_000_000,
    Memory: spec.memoryBytes,
    // Equal to Memory: no swap on top, or the limit would not be one.
    MemorySwap: spec.memoryBytes,
    PidsLimit: spec.pidsLimit,
    ShmSize: spec.shmBytes,
    Ulimits: (options.ulimits ?? []).map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })),
    // Without "m": a process that may make device nodes reaches the GPUs of others.
    Devices: (options.devices ?? []).map((path) => ({ PathOnHost: path, PathInContainer: path, CgroupPermissions: 'rw' })),
    DeviceRequests: deviceRequests(spec.gpuUuids),
  }
}

/** By UUID and never by count: `Count: 2` means the first two devices, whoever has them. */
function deviceRequests(uuids: string[]): Docker.DeviceRequest[] {
  const cdi = uuids.filter(isCdiName)
  const nvidia = uuids.filter((uuid) => !isCdiName(uuid))
  const requests: Docker.DeviceRequest[] = []
  if (nvidia.length > 0)
    requests.push({ Driver: 'nvidia', DeviceIDs: nvidia, Capabilities: [['gpu', 'compute', 'utility', 'graphics', 'video']] })
  if (cdi.length > 0) requests.push({ Driver: 'cdi', DeviceIDs: cdi })
  return requests
}

/** `vendor.com/class=name` */
export function isCdiName(uuid: string): boolean {
  return uuid.includes('=')
}

function network(spec: ContainerSpec): Docker.HostConfig {
  if (['host', 'none', 'default'].includes(spec.network) || spec.network.startsWith('container:'))
    throw new DomainError('container_failed', { message: `The network ${spec.network} is never given to a session.` })
  return {
    NetworkMode: spec.network,
    PortBindings: { [port]: [{ HostIp: spec.publishTo, HostPort: '' }] },
    PublishAllPorts: false,
    Dns: spec.options.dns ?? [],
    ExtraHosts: (spec.options.extraHosts ?? []).map(({ name, address }) => `${name}:${address}`),
  }
}

function storage(spec: ContainerSpec): Docker.HostConfig {
  for (const bind of spec.binds) {
    if (!isDeclarableBindPath(bind.source))
      throw new DomainError('container_failed', { message: `The host directory ${bind.source} is never given to a container.` })
  }
  const mounts: Docker.MountSettings[] = [
    ...spec.volumes.map(({ name, target, readOnly, labels }) => ({
      Type: 'volume' as const,
      Source: name,
      Target: target,
      ReadOnly: readOnly,
      // Of a volume that is not there yet.
      VolumeOptions: { NoCopy: false, Labels: labels, DriverConfig: { Name: 'local', Options: {} } },
    })),
    ...spec.binds.map(({ source, target, readOnly }) => ({
      Type: 'bind' as const,
      Source: source,
      Target: target,
      ReadOnly: readOnly,
      BindOptions: { Propagation: 'rprivate' as const },
    })),
  ]
  return { Mounts: mounts, Tmpfs: tmpfs(spec) }
}

function tmpfs(spec: ContainerSpec): Record<string, string> {
  const own = Object.fromEntries(
    (spec.options.tmpfs ?? []).map(({ path, sizeBytes }) => {
      // Older runtimes give it the mode of the folder that it covers, whatever is said here: a home must then be its user's.
      const owner = path === homePath || path.startsWith(`${homePath}/`) ? ',uid=1000,gid=1000' : ''
      return [path, `rw,nosuid,nodev,size=${sizeBytes},mode=1777${owner}`]
    }),
  )
  if (!spec.options.readOnlyRoot) return own
  const mounted = new Set([...spec.volumes, ...spec.binds].map((mount) => mount.target.replace(/\/+$/, '')))
  return {
    // Executable: helpers of desktop images unpack themselves there.
    '/tmp': 'rw,exec,nosuid,nodev,mode=1777',
    ...(mounted.has(homePath) ? {} : { [homePath]: 'rw,exec,nosuid,nodev,uid=1000,gid=1000,mode=0700' }),
    ...own,
  }
}
