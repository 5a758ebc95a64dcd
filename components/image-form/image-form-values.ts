// The form's own shape of a workspace image: the same fields as the schema's, but with rows instead of records and room for
// what is half typed (an empty number, an empty line). `toForm` and `toSpec` are each other's inverse for valid images.
import type { z } from 'zod'
import type { DockerOptions } from '@/lib/domain/docker-options'
import type { VolumeMount } from '@/lib/domain/volume-mount'
import { WorkspaceImageFields } from '@/lib/domain/workspace-image'

/** A row of the pairs editor. */
export type PairRow = { key: string; value: string }
export type HostRow = { name: string; address: string }
export type ReadyGroupRow = { group: string; count: number | null }
export type UlimitRow = { name: string; soft: number | null; hard: number | null }
export type TmpfsRow = { path: string; sizeBytes: number | null }
export type VolumeRow = {
  kind: VolumeMount['kind']
  name: string
  source: string
  target: string
  readOnly: boolean
  perUser: boolean
}

export type DockerOptionsForm = {
  hostname: string
  dns: string[]
  extraHosts: HostRow[]
  ulimits: UlimitRow[]
  tmpfs: TmpfsRow[]
  sysctls: PairRow[]
  groupAdd: string[]
  devices: string[]
  capAdd: string[]
  user: string
  entrypoint: string[]
  command: string[]
  network: string
  readOnlyRoot: boolean
  pidsLimit: number | null
}

type Reshaped = {
  cpuMillis: number | null
  memoryBytes: number | null
  shmBytes: number | null
  gpuCount: number | null
  gpuModelPattern: string
  readySessions: number | null
  readyByGroup: ReadyGroupRow[]
  environment: PairRow[]
  volumes: VolumeRow[]
  dockerOptions: DockerOptionsForm
  agentGroup: string
}

export type ImageForm = Omit<WorkspaceImageFields, keyof Reshaped> & Reshaped
export type ImageField = keyof WorkspaceImageFields
export const imageFields = Object.keys(WorkspaceImageFields.shape) as ImageField[]

/** What a new workspace starts from: the schema's own defaults. */
export function newImageFields(): WorkspaceImageFields {
  return { ...WorkspaceImageFields.parse({ name: 'New', reference: 'new' }), name: '', reference: '' }
}

export function toForm(image: WorkspaceImageFields): ImageForm {
  const own = Object.fromEntries(imageFields.map((field) => [field, image[field]])) as WorkspaceImageFields
  return {
    ...own,
    environment: toPairs(image.environment),
    volumes: image.volumes.map(toVolumeRow),
    dockerOptions: toDockerOptionsForm(image.dockerOptions),
    gpuModelPattern: image.gpuModelPattern ?? '',
    agentGroup: image.agentGroup ?? '',
  }
}

/** Not yet validated: an empty number is null here, and the schema says so. */
export function toSpec(form: ImageForm): Record<ImageField, unknown> {
  return {
    ...form,
    // Ignored while the box is off, so an emptied field there must not keep anyone from saving.
    gpuCount: form.gpuCount ?? (form.requireGpu ? null : 1),
    environment: fromPairs(form.environment),
    volumes: form.volumes.map(fromVolumeRow),
    dockerOptions: fromDockerOptionsForm(form.dockerOptions),
    gpuModelPattern: form.gpuModelPattern.trim() || null,
    agentGroup: form.agentGroup.trim() || null,
    readyByGroup: form.readyByGroup.map(({ group, count }) => ({ group: group.trim(), count })),
  }
}

export function isBlankPair(row: PairRow): boolean {
  return row.key.trim() === '' && row.value === ''
}

function toPairs(record: Record<string, string>): PairRow[] {
  return Object.entries(record).map(([key, value]) => ({ key, value }))
}

function fromPairs(rows: readonly PairRow[]): Record<string, string> {
  // No prototype: a variable called __proto__ must reach the schema as a name like any other.
  const record: Record<string, string> = Object.create(null)
  for (const row of rows) if (!isBlankPair(row)) record[row.key.trim()] = row.value
  return { ...record }
}

function toVolumeRow(mount: VolumeMount): VolumeRow {
  const common = { target: mount.target, readOnly: mount.readOnly }
  return mount.kind === 'volume'
    ? { kind: 'volume', name: mount.name, source: '', perUser: mount.perUser, ...common }
    : { kind: 'bind', name: '', source: mount.source, perUser: false, ...common }
}

function fromVolumeRow(row: VolumeRow): z.input<typeof VolumeMount> {
  const common = { target: row.target.trim(), readOnly: row.readOnly }
  return row.kind === 'volume'
    ? { kind: 'volume', name: row.name.trim(), perUser: row.perUser, ...common }
    : { kind: 'bind', source: row.source.trim(), ...common }
}

export function toDockerOptionsForm(options: DockerOptions): DockerOptionsForm {
  return {
    hostname: options.hostname ?? '',
    dns: options.dns ?? [],
    extraHosts: options.extraHosts ?? [],
    ulimits: options.ulimits ?? [],
    tmpfs: options.tmpfs ?? [],
    sysctls: toPairs(options.sysctls ?? {}),
    groupAdd: options.groupAdd ?? [],
    devices: options.devices ?? [],
    capAdd: options.capAdd ?? [],
    user: options.user ?? '',
    entrypoint: options.entrypoint ?? [],
    command: options.command ?? [],
    network: options.network ?? '',
    readOnlyRoot: options.readOnlyRoot ?? false,
    pidsLimit: options.pidsLimit ?? null,
  }
}

/** What says nothing is left out, so that an untouched form and an image without options are the same. */
export function fromDockerOptionsForm(form: DockerOptionsForm): Record<string, unknown> {
  const options: Record<keyof DockerOptionsForm, unknown> = {
    ...form,
    hostname: form.hostname.trim(),
    user: form.user.trim(),
    network: form.network.trim(),
    dns: filled(form.dns),
    groupAdd: filled(form.groupAdd),
    devices: filled(form.devices),
    entrypoint: form.entrypoint.filter((argument) => argument !== ''),
    command: form.command.filter((argument) => argument !== ''),
    sysctls: fromPairs(form.sysctls),
  }
  return Object.fromEntries(Object.entries(options).filter(([, value]) => !saysNothing(value)))
}

function filled(lines: readonly string[]): string[] {
  return lines.map((line) => line.trim()).filter((line) => line !== '')
}

function saysNothing(value: unknown): boolean {
  if (value === '' || value === null || value === false) return true
  if (Array.isArray(value)) return value.length === 0
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}
