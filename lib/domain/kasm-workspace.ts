// One workspace of a registry in Kasm's format (`workspace.json`), read into the fields of our form. Nothing in it is believed.
import { parseImageReference } from './image-reference'
import { bytesOf, readRunConfig } from './kasm-run-config'
import { type Field, isObject, RegistryDraft, shown } from './registry-draft'
import { WorkspaceImageFields, WorkspaceImageSpec } from './workspace-image'
import type { RegistryEntry, RegistryIcon } from './workspace-registry'

type Raw = Record<string, unknown>
type Source = { field: string; value: unknown }
type Take = (draft: RegistryDraft, value: unknown, source: Source) => void

const serverKinds = 'Only workspaces that run in a container can be installed, not servers, server pools or links.'

const ignored: Record<string, string> = {
  sha: 'Says which state of the registry this is.',
  exec_config: 'Berth runs no commands of its own inside a desktop: what is needed belongs in the image.',
  launch_config: 'There are no questions at launch.',
  cpu_allocation_method: 'CPU is always a limit.',
  persistent_profile_path: 'The home is a volume of Berth’s own; choose its kind in the form.',
  session_time_limit: 'Set a time limit in the form.',
  architecture: 'Agents are not chosen by this.',
  uncompressed_size_mb: 'The size is seen when the image is there.',
  uncompressed_size_bytes: 'The size is seen when the image is there.',
  gpu_graphics_acceleration: 'A session with a GPU gets its graphics with it.',
  gpu_video_encoding: 'The desktop’s own server encodes.',
  enabled: 'You choose that when you install.',
  available: 'Berth looks by itself which agents have the image.',
  image_type: 'It runs in a container.',
}

const refused: Record<string, string> = {
  docker_user: 'A login never comes from a file: set it in the form.',
  docker_token: 'A login never comes from a file: set it in the form.',
  volume_mappings: 'Directories of a host are chosen in the form, among those that are declared on the agent.',
}

/** Read together, in front of all others. */
const named = [
  'friendly_name',
  'name',
  'image',
  'compatibility',
  'docker_registry',
  'berth',
  'image_src',
  'gpu_count',
  'require_gpu',
]

const taken: Record<string, Take> = {
  description: (draft, value, source) => void draft.take('description', value ?? '', source),
  notes: (draft, value, source) => void draft.take('notes', value ?? '', source),
  categories: (draft, value, source) => void draft.take('categories', categoriesOf(value), source),
  hidden: (draft, value, source) => void draft.take('hidden', value, source),
  cores: (draft, value, source) =>
    void draft.take('cpuMillis', typeof value === 'number' ? Math.round(value * 1000) : value, source),
  memory: takeMemory,
  memory_bytes: takeMemory,
  run_config: (draft, value, { field }) => readRunConfig(draft, value, field),
}

export function readKasmWorkspace(raw: unknown, key: string, listUrl: string | null): RegistryEntry {
  const entry: RegistryEntry = { key, name: `Workspace ${key}`, fields: null, problem: null, lines: [], icon: { kind: 'none' } }
  if (!isObject(raw)) return { ...entry, problem: 'This is not an object.' }
  const draft = new RegistryDraft()
  const icon = iconOf(raw.image_src, listUrl, draft)
  if (isObject(raw.berth)) readOwn(draft, raw.berth)
  else readForeign(draft, raw)
  const name = typeof draft.values.name === 'string' ? draft.values.name : shown(raw.friendly_name ?? raw.name ?? entry.name)
  const done = { ...entry, name, lines: draft.lines, icon }
  const kind = raw.image_type
  if (kind !== undefined && kind !== null && !(typeof kind === 'string' && /^container$/i.test(kind)))
    return { ...done, problem: serverKinds }
  if (raw.link_url || raw.server_pool_id) return { ...done, problem: serverKinds }
  return { ...done, ...finish(draft) }
}

/** What Berth itself wrote: our own fields by their names, each on its own, for one of another version may know more or fewer. */
function readOwn(draft: RegistryDraft, own: Raw): void {
  for (const [key, value] of Object.entries(own)) {
    const source = { field: `berth.${key}`, value: key === 'environment' && isObject(value) ? Object.keys(value) : value }
    // A picture's id means nothing elsewhere, and whether it is on is asked when it is installed.
    if (key === 'iconId' || key === 'enabled') continue
    if (Object.hasOwn(WorkspaceImageFields.shape, key)) draft.take(key as Field, value, source)
    else draft.say('ignored', source, 'This version of Berth has no such field.')
  }
}

function readForeign(draft: RegistryDraft, raw: Raw): void {
  readReference(draft, raw)
  const label = raw.friendly_name ?? draft.values.reference
  if (typeof label === 'string') draft.take('name', label.slice(0, 80), { field: 'friendly_name', value: label })
  readGpus(draft, raw)
  for (const [field, value] of Object.entries(raw)) {
    if (!named.includes(field)) readField(draft, { field, value })
  }
}

function readField(draft: RegistryDraft, source: Source): void {
  const { field, value } = source
  if (Object.hasOwn(taken, field)) {
    if (value !== null) taken[field]?.(draft, value, source)
  } else if (Object.hasOwn(refused, field)) {
    const shownValue = /^docker_/.test(field) ? '(not shown)' : value
    draft.say(isEmpty(value) ? 'ignored' : 'refused', { field, value: shownValue }, refused[field])
  } else draft.say('ignored', source, (Object.hasOwn(ignored, field) && ignored[field]) || 'Berth has no such field.')
}

function isEmpty(value: unknown): boolean {
  return value === null || value === '' || (isObject(value) && Object.keys(value).length === 0)
}

/** `name` in the first version of the format; in the second a list, one image for each version of Kasm. */
function readReference(draft: RegistryDraft, raw: Raw): void {
  const listed = Array.isArray(raw.compatibility)
    ? raw.compatibility.filter(isObject).filter(({ image }) => typeof image === 'string')
    : []
  const newest = [...listed].sort((a, b) => byVersion(shown(a.version), shown(b.version))).at(-1)
  const from = newest
    ? { field: 'compatibility', value: newest.image }
    : raw.name !== undefined
      ? { field: 'name', value: raw.name }
      : { field: 'image', value: raw.image }
  if (typeof from.value !== 'string') {
    draft.say('refused', from, 'It names no Docker image.')
    return
  }
  const host = registryHost(raw.docker_registry)
  const text = from.value.trim()
  const has = parseImageReference(text)?.registry ?? null
  const reference = has === null && host !== null ? `${host}/${text}` : text
  const changed =
    listed.length > 1
      ? `The newest of ${listed.length}, for Kasm ${shown(newest?.version)}.`
      : reference === text
        ? null
        : `From ${host}.`
  draft.take('reference', reference, from, changed)
}

function byVersion(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split('.').map((part) => Number.parseInt(part, 10) || 0))
  for (let index = 0; index < Math.max(left?.length ?? 0, right?.length ?? 0); index++) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** `https://index.docker.io/v1/` is where Docker looks anyway. */
function registryHost(value: unknown): string | null {
  if (typeof value !== 'string' || value.trim() === '') return null
  const host =
    value
      .trim()
      .replace(/^https?:\/\//i, '')
      .split('/')[0] ?? ''
  if (/^((index|registry(-1)?)\.)?docker\.(io|com)$/i.test(host) || !/[.:]/.test(host)) return null
  return host
}

function readGpus(draft: RegistryDraft, raw: Raw): void {
  const { gpu_count: count, require_gpu: required } = raw
  const source = { field: 'gpu_count', value: count ?? 0 }
  if (count === undefined && required === undefined) return
  if (typeof count === 'number' && count > 0) {
    if (draft.take('gpuCount', count, source)) draft.values.requireGpu = true
  } else if (required === true) {
    draft.values.requireGpu = true
    draft.take('gpuCount', 0, { field: 'require_gpu', value: true }, 'Without a number it means every GPU of one agent.')
  } else if (count === undefined || count === null || count === 0) draft.say('used', source)
  else draft.say('refused', source, 'This is not a number of GPUs.')
}

/** Registries give megabytes, Kasm’s own tables bytes. */
function takeMemory(draft: RegistryDraft, value: unknown, source: Source): void {
  const number = typeof value === 'string' ? bytesOf(value) : value
  const isSmall = typeof number === 'number' && number > 0 && number < 8_000_000
  draft.take('memoryBytes', isSmall ? Math.round(number * 1_000_000) : number, source, isSmall ? 'Read as megabytes.' : null)
}

function categoriesOf(value: unknown): unknown {
  return typeof value === 'string' ? value.split(/[,\n]/).flatMap((part) => part.trim() || []) : value
}

/** Pictures are embedded, or lie at an address, or beside the list in `icons/`. */
function iconOf(value: unknown, listUrl: string | null, draft: RegistryDraft): RegistryIcon {
  if (typeof value !== 'string' || value === '') return { kind: 'none' }
  const source = { field: 'image_src', value }
  const embedded = /^data:image\/(?:png|jpeg|webp|gif);base64,([A-Za-z0-9+/]+={0,2})$/.exec(value)
  if (embedded?.[1]) {
    draft.say('used', { ...source, value: 'a picture in the file' })
    return { kind: 'embedded', base64: embedded[1] }
  }
  const url = addressOf(value, listUrl)
  if (url === null) {
    const why = value.startsWith('data:')
      ? 'A picture is PNG, JPEG, WebP or GIF. SVG is refused, because it can carry script.'
      : 'It lies beside the list, and the list has no address here.'
    draft.say(value.startsWith('data:') ? 'refused' : 'ignored', source, why)
    return { kind: 'none' }
  }
  if (/\.svgz?$/i.test(new URL(url).pathname)) {
    draft.say('refused', source, 'An SVG can carry script; a built-in picture is used.')
    return { kind: 'none' }
  }
  draft.say('used', source, 'Fetched only if you allow it.')
  return { kind: 'address', url }
}

function addressOf(value: string, listUrl: string | null): string | null {
  const isWhole = /^https?:\/\//i.test(value)
  if (!isWhole && (listUrl === null || /^[a-z][a-z0-9+.-]*:/i.test(value))) return null
  const relative = value.includes('/') ? value : `icons/${encodeURIComponent(value)}`
  const url = URL.parse(isWhole ? value : relative, listUrl ?? undefined)
  return url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' ? url.href : null
}

function finish(draft: RegistryDraft): Pick<RegistryEntry, 'fields' | 'problem'> {
  const { values } = draft
  if (values.reference === undefined) return { fields: null, problem: 'It names no Docker image that could be read.' }
  const memory =
    typeof values.memoryBytes === 'number' ? values.memoryBytes : WorkspaceImageFields.shape.memoryBytes.parse(undefined)
  const shm = typeof values.shmBytes === 'number' ? values.shmBytes : WorkspaceImageFields.shape.shmBytes.parse(undefined)
  if (shm > memory) {
    values.shmBytes = memory
    draft.say('changed', { field: 'shm_size', value: shm }, 'Shared memory counts as memory: it cannot be larger.')
  }
  const options = Object.keys(draft.options).length > 0 ? { dockerOptions: draft.options } : {}
  const parsed = WorkspaceImageSpec.safeParse({ ...values, ...options, iconId: null })
  if (parsed.success) return { fields: parsed.data, problem: null }
  const [issue] = parsed.error.issues
  return { fields: null, problem: `${issue?.path.join('.') || 'It'}: ${issue?.message ?? 'cannot be read.'}` }
}
