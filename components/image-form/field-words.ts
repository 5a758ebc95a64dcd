// What each field is called, and how its value reads in one line: for the form, the list of differences and the messages.
import { formatBytes, formatCount, formatCpu, formatDuration } from '@/lib/client/format'
import type { DockerOptions } from '@/lib/domain/docker-options'
import type { TransferPolicy } from '@/lib/domain/transfer-policy'
import type { VolumeMount } from '@/lib/domain/volume-mount'
import type { HomePolicy, WorkspaceImageFields } from '@/lib/domain/workspace-image'
import type { ImageField } from './image-form-values'

export const fieldLabels: Record<ImageField, string> = {
  name: 'Friendly name',
  description: 'Description',
  reference: 'Docker image reference',
  iconName: 'Icon',
  iconId: 'Uploaded icon',
  categories: 'Categories',
  cpuMillis: 'CPU cores',
  memoryBytes: 'Memory',
  shmBytes: 'Shared memory',
  requireGpu: 'Require GPU',
  gpuCount: 'Number of GPUs',
  gpuCountMin: 'Smallest number of GPUs',
  gpuOptional: 'Can start without a GPU',
  gpuMemoryBytesMin: 'Memory of each GPU',
  gpuModelPattern: 'GPU model',
  environment: 'Environment',
  homePolicy: 'Home',
  volumes: 'Volumes',
  dockerOptions: 'Extra Docker options',
  agentGroup: 'Agent group',
  timeLimitSeconds: 'Session time limit',
  timeLimitExtendable: 'Time limit can be extended',
  clipboardPolicy: 'Clipboard',
  filePolicy: 'Files',
  readySessions: 'Ready sessions',
  readyByGroup: 'Ready sessions by agent group',
  readyGpus: 'Ready sessions may hold GPUs',
  enabled: 'Enabled',
  hidden: 'Hidden',
  prefetch: 'Brought to every agent beforehand',
  notes: 'Notes',
}

export const homeWords: Record<HomePolicy, string> = {
  none: 'No home',
  perUserAndImage: 'One home per user and workspace',
  perUser: 'One home per user',
}

export const policyWords: Record<TransferPolicy, string> = {
  both: 'Both ways',
  up: 'Only into the desktop',
  down: 'Only out of the desktop',
  off: 'Off',
}

const words: { [F in ImageField]: (value: WorkspaceImageFields[F]) => string } = {
  name: quoted,
  description: shortened,
  reference: (reference) => reference || 'empty',
  iconName: (icon) => icon,
  iconId: (icon) => (icon === null ? 'none' : 'an uploaded picture'),
  categories: listed,
  cpuMillis: formatCpu,
  memoryBytes: formatBytes,
  shmBytes: formatBytes,
  requireGpu: yesOrNo,
  gpuCount: (count) => (count === 0 ? 'every GPU of one agent' : formatCount(count, 'GPU')),
  gpuCountMin: (count) => (count === null ? 'no choice' : formatCount(count, 'GPU')),
  gpuOptional: yesOrNo,
  gpuMemoryBytesMin: (bytes) => (bytes === null ? 'any' : `at least ${formatBytes(bytes)}`),
  gpuModelPattern: (pattern) => pattern ?? 'any',
  environment: (environment) => listed(Object.keys(environment)),
  homePolicy: (policy) => homeWords[policy],
  volumes: (volumes) => listed(volumes.map(volumeWords)),
  dockerOptions: (options) => listed(optionsSet(options)),
  agentGroup: (group) => group ?? 'any agent',
  timeLimitSeconds: (seconds) => (seconds === null ? 'none' : formatDuration(seconds * 1000)),
  timeLimitExtendable: yesOrNo,
  clipboardPolicy: (policy) => policyWords[policy],
  filePolicy: (policy) => policyWords[policy],
  readySessions: (count) => (count === 0 ? 'none' : `${count}`),
  readyByGroup: (groups) => listed(groups.map(({ group, count }) => `${count} in ${group}`)),
  readyGpus: yesOrNo,
  enabled: yesOrNo,
  hidden: yesOrNo,
  prefetch: yesOrNo,
  notes: shortened,
}

export function describeField<F extends ImageField>(field: F, value: WorkspaceImageFields[F]): string {
  return words[field](value)
}

export function volumeWords(volume: VolumeMount): string {
  const from = volume.kind === 'bind' ? volume.source : volume.perUser ? `${volume.name} of each user` : volume.name
  return `${from} at ${volume.target}${volume.readOnly ? ' (read-only)' : ''}`
}

const optionLabels: Record<keyof DockerOptions, string> = {
  hostname: 'host name',
  dns: 'name servers',
  extraHosts: 'extra hosts',
  ulimits: 'limits',
  tmpfs: 'memory file systems',
  sysctls: 'kernel settings',
  groupAdd: 'extra groups',
  devices: 'devices',
  capAdd: 'capabilities',
  user: 'user',
  entrypoint: 'entry point',
  command: 'command',
  network: 'network',
  readOnlyRoot: 'read-only root',
  pidsLimit: 'process limit',
}

export function optionWords(key: string): string {
  return optionLabels[key as keyof DockerOptions] ?? key
}

/** Which options an image sets, by name. */
export function optionsSet(options: DockerOptions): string[] {
  return (Object.keys(optionLabels) as (keyof DockerOptions)[])
    .filter((key) => options[key] !== undefined)
    .map((key) => optionLabels[key])
}

function quoted(text: string): string {
  return text === '' ? 'empty' : `“${text}”`
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > 80 ? `“${line.slice(0, 79)}…”` : quoted(line)
}

function yesOrNo(value: boolean): string {
  return value ? 'yes' : 'no'
}

function listed(items: readonly string[]): string {
  if (items.length === 0) return 'none'
  return items.length > 4 ? `${items.slice(0, 4).join(', ')} and ${items.length - 4} more` : items.join(', ')
}
