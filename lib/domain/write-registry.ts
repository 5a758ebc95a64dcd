// Our workspace images as a registry in Kasm's format. What Kasm has no word for travels in `berth`, which readers that do not know it pass over.
import { normalReference, parseImageReference, registryOf } from './image-reference'
import { looksSecret } from './secret-names'
import type { WorkspaceImageFields } from './workspace-image'

export type ExportedImage = {
  fields: WorkspaceImageFields
  /** `data:image/png;base64,…`, or null for a built-in one. */
  iconData: string | null
  /** Somebody logs in at its registry. */
  hasLogin: boolean
  /** No registry gave the image. */
  localOnly: boolean
  sizeBytes: number | null
}

/** What a file that others read must not have, in words. */
export function leftOutOf({ fields, hasLogin, localOnly }: Pick<ExportedImage, 'fields' | 'hasLogin' | 'localOnly'>): string[] {
  const secret = secretNames(fields)
  return [
    ...(secret.length > 0 ? [`The values of ${secret.join(', ')}, which look like secrets.`] : []),
    ...(hasLogin ? [`The login at ${registryOf(fields.reference)}.`] : []),
    ...(localOnly
      ? ['Its Docker image: it was made on an agent and lies in no registry, so it cannot be fetched elsewhere.']
      : []),
  ]
}

function secretNames({ environment }: WorkspaceImageFields): string[] {
  return Object.entries(environment).flatMap(([name, value]) => (looksSecret(name, value) ? [name] : []))
}

export function toKasmWorkspace({ fields, iconData, sizeBytes }: ExportedImage): Record<string, unknown> {
  const secret = secretNames(fields)
  const environment = Object.fromEntries(Object.entries(fields.environment).filter(([name]) => !secret.includes(name)))
  const { iconId: _iconId, enabled: _enabled, ...own } = fields
  return {
    friendly_name: fields.name,
    description: fields.description,
    image_src: iconData ?? '',
    name: fields.reference,
    docker_registry: dockerRegistry(fields.reference),
    categories: fields.categories,
    architecture: ['amd64'],
    compatibility: [
      {
        version: '1.18.x',
        image: fields.reference,
        uncompressed_size_mb: sizeBytes === null ? 0 : Math.ceil(sizeBytes / 1_000_000),
        available_tags: [parseImageReference(normalReference(fields.reference))?.tag ?? 'latest'],
      },
    ],
    cores: fields.cpuMillis / 1000,
    memory: Math.ceil(fields.memoryBytes / 1_000_000),
    require_gpu: fields.requireGpu,
    gpu_count: fields.requireGpu ? fields.gpuCount : 0,
    cpu_allocation_method: 'Quotas',
    hidden: fields.hidden,
    notes: fields.notes,
    run_config: runConfig(fields, environment),
    exec_config: {},
    berth: { ...own, environment },
  }
}

function dockerRegistry(reference: string): string {
  const host = registryOf(reference)
  return host === 'docker.io' ? 'https://index.docker.io/v1/' : host
}

/** What Docker itself can do, for whoever does not read `berth`. */
function runConfig({ dockerOptions: options, shmBytes }: WorkspaceImageFields, environment: Record<string, string>): object {
  const entries: [string, unknown][] = [
    ['shm_size', shmBytes],
    ['environment', Object.keys(environment).length > 0 ? environment : undefined],
    ['hostname', options.hostname],
    ['dns', options.dns],
    ['extra_hosts', options.extraHosts && Object.fromEntries(options.extraHosts.map(({ name, address }) => [name, address]))],
    ['ulimits', options.ulimits?.map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard }))],
    ['tmpfs', options.tmpfs && Object.fromEntries(options.tmpfs.map(({ path, sizeBytes }) => [path, `size=${sizeBytes}`]))],
    ['sysctls', options.sysctls],
    ['group_add', options.groupAdd],
    ['devices', options.devices],
    ['cap_add', options.capAdd],
    ['user', options.user],
    ['entrypoint', options.entrypoint],
    ['command', options.command],
    ['network', options.network],
    ['read_only', options.readOnlyRoot],
    ['pids_limit', options.pidsLimit],
  ]
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

export function toKasmRegistry(name: string, workspaces: Record<string, unknown>[], at: Date): Record<string, unknown> {
  return {
    name,
    workspacecount: workspaces.length,
    icon: '',
    description: 'Workspace images exported from Berth',
    list_url: '',
    contact_url: '',
    modified: at.getTime(),
    workspaces,
    channels: [],
    default_channel: '',
  }
}
