// Kasm's `run_config`: arguments of `docker run` in the words of Docker's Python library. What the allow-list of options has is taken; all else is named and left.
import { refusedEnvironmentName } from './environment'
import { isObject, type RegistryDraft } from './registry-draft'
import { looksSecret } from './secret-names'

type Source = { field: string; value: unknown }
type Take = (draft: RegistryDraft, value: unknown, source: Source) => void

const refused: Record<string, string> = {
  privileged: 'A privileged container is root on the host.',
  security_opt: 'The default confinement stays: seccomp, and no new privileges.',
  cap_drop: 'Every capability is dropped already.',
  network_mode: 'Only a network by name: host and container networks are not allowed.',
  pid_mode: 'Namespaces of the host are never shared.',
  ipc_mode: 'Namespaces of the host are never shared.',
  uts_mode: 'Namespaces of the host are never shared.',
  userns_mode: 'Namespaces of the host are never shared.',
  cgroup_parent: 'Limits come from the form.',
  cgroupns: 'Namespaces of the host are never shared.',
  volumes: 'Directories of a host are chosen in the form, among those that are declared on the agent.',
  mounts: 'Directories of a host are chosen in the form, among those that are declared on the agent.',
  volumes_from: 'Directories of a host are chosen in the form, among those that are declared on the agent.',
  device_requests: 'GPUs are handed out by the ledger.',
  device_cgroup_rules: 'Devices are chosen in the form.',
  runtime: 'The runtime is the agent’s business.',
  ports: 'A desktop is reached through the gateway only.',
  publish_all_ports: 'A desktop is reached through the gateway only.',
  links: 'Other containers are not linked.',
}

const ignored: Record<string, string> = {
  detach: 'Berth starts the container in its own way.',
  remove: 'Berth starts the container in its own way.',
  auto_remove: 'Berth starts the container in its own way.',
  name: 'Berth names the container.',
  restart_policy: 'Berth restarts a session when somebody asks.',
  init: 'There is always an init process.',
  labels: 'Labels are Berth’s own.',
  mem_limit: 'Memory comes from the form.',
  cpu_count: 'CPU cores come from the form.',
  cpus: 'CPU cores come from the form.',
  cpu_shares: 'CPU cores come from the form.',
  log_config: 'Logs are bounded by Berth.',
  stdin_open: 'Berth starts the container in its own way.',
  tty: 'Berth starts the container in its own way.',
}

const taken: Record<string, Take> = {
  shm_size: (draft, value, source) => {
    const bytes = bytesOf(value)
    if (bytes === null) draft.say('refused', source, 'This is not a size. Example: 512m.')
    else draft.take('shmBytes', bytes, source)
  },
  environment: takeEnvironment,
  hostname: (draft, value, source) => void draft.takeOption('hostname', value, source),
  dns: (draft, value, source) => void draft.takeOption('dns', value, source),
  extra_hosts: (draft, value, source) => void draft.takeOption('extraHosts', hostPairs(value), source),
  ulimits: (draft, value, source) => void draft.takeOption('ulimits', limits(value), source),
  tmpfs: (draft, value, source) => void draft.takeOption('tmpfs', memoryDisks(value), source),
  sysctls: (draft, value, source) => void draft.takeOption('sysctls', textValues(value), source),
  group_add: (draft, value, source) => void draft.takeOption('groupAdd', texts(value), source),
  devices: takeDevices,
  cap_add: takeCapabilities,
  user: (draft, value, source) => void draft.takeOption('user', typeof value === 'number' ? String(value) : value, source),
  entrypoint: (draft, value, source) => void draft.takeOption('entrypoint', words(value), source),
  command: (draft, value, source) => void draft.takeOption('command', words(value), source),
  network: (draft, value, source) => void draft.takeOption('network', value, source),
  read_only: (draft, value, source) => void draft.takeOption('readOnlyRoot', value, source),
  pids_limit: (draft, value, source) => void draft.takeOption('pidsLimit', value, source),
}

export function readRunConfig(draft: RegistryDraft, raw: unknown, field = 'run_config'): void {
  const config = typeof raw === 'string' ? parsed(raw) : raw
  if (!isObject(config)) {
    draft.say('refused', { field, value: raw }, 'This is not an object.')
    return
  }
  for (const [key, value] of Object.entries(config)) {
    const source = { field: `${field}.${key}`, value }
    if (Object.hasOwn(taken, key)) taken[key]?.(draft, value, source)
    else if (Object.hasOwn(refused, key)) refuse(draft, key, source)
    else draft.say('ignored', source, (Object.hasOwn(ignored, key) && ignored[key]) || 'Berth has no such option.')
  }
}

/** What only switches a danger off is no danger. */
function refuse(draft: RegistryDraft, key: string, source: Source): void {
  const harmless = source.value === false || source.value === null || key === 'cap_drop'
  draft.say(harmless ? 'ignored' : 'refused', source, refused[key])
}

function takeEnvironment(draft: RegistryDraft, value: unknown, { field }: Source): void {
  const pairs = isObject(value) ? Object.entries(value) : texts(value)?.map(splitPair)
  if (!pairs) {
    draft.say('refused', { field, value }, 'This is neither an object nor a list of NAME=value.')
    return
  }
  const environment: Record<string, string> = Object.create(null)
  for (const [name, inner] of pairs) {
    const text = typeof inner === 'number' || typeof inner === 'boolean' ? String(inner) : inner
    const source = { field: `${field}.${name}`, value: looksSecret(name, String(text)) ? '(not shown)' : text }
    const why = refusedEnvironmentName(name)
    if (why !== null) draft.say('refused', source, why)
    else if (typeof text !== 'string') draft.say('refused', source, 'A value is text.')
    else {
      environment[name] = text
      draft.say('used', source)
    }
  }
  if (Object.keys(environment).length === 0) return
  const fits = draft.take('environment', { ...environment }, { field, value: `${Object.keys(environment).length} variables` })
  if (!fits) draft.values.environment = {}
}

function takeCapabilities(draft: RegistryDraft, value: unknown, source: Source): void {
  const names = texts(value)?.map((name) => name.toUpperCase().replace(/^CAP_/, ''))
  takeEach(draft, 'capAdd', names, source)
}

/** `/dev/dri:/dev/dri:rwm` is the device under its own name. */
function takeDevices(draft: RegistryDraft, value: unknown, source: Source): void {
  const paths = texts(value)?.map((text) => {
    const [host = '', inside = host] = text.split(':')
    return host === inside ? host : text
  })
  takeEach(draft, 'devices', paths, source)
}

/** One that is not allowed does not take the others with it. */
function takeEach(draft: RegistryDraft, target: 'capAdd' | 'devices', values: string[] | null | undefined, source: Source): void {
  if (!values) {
    draft.say('refused', source, 'This is not a list.')
    return
  }
  const good: string[] = []
  for (const value of values.slice(0, 40)) {
    if (draft.takeOption(target, [value], { field: source.field, value })) good.push(value)
  }
  if (good.length > 0) draft.options[target] = [...new Set(good)].slice(0, 20)
}

function texts(value: unknown): string[] | null {
  if (!Array.isArray(value)) return null
  return value.every((item) => typeof item === 'string' || typeof item === 'number') ? value.map(String) : null
}

function textValues(value: unknown): unknown {
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, typeof inner === 'number' ? String(inner) : inner]))
}

/** A line of a shell, for which quoting would have to be guessed, is refused by the schema. */
function words(value: unknown): unknown {
  if (typeof value === 'string') return /["'\\$`|&;<>()]/.test(value) ? value : value.trim().split(/\s+/)
  return value
}

function hostPairs(value: unknown): unknown {
  if (!isObject(value)) return value
  return Object.entries(value).map(([name, address]) => ({ name, address }))
}

function limits(value: unknown): unknown {
  if (!Array.isArray(value)) return value
  return value.map((limit: unknown) => {
    if (!isObject(limit)) return limit
    const soft = limit.Soft ?? limit.soft ?? limit.Hard ?? limit.hard
    return { name: limit.Name ?? limit.name, soft, hard: limit.Hard ?? limit.hard ?? soft }
  })
}

function memoryDisks(value: unknown): unknown {
  if (!isObject(value)) return value
  return Object.entries(value).map(([path, options]) => {
    const size = typeof options === 'string' ? /(?:^|,)size=([0-9]+[kmgt]?b?)(?:,|$)/i.exec(options)?.[1] : undefined
    return { path, sizeBytes: bytesOf(size ?? '64m') }
  })
}

/** `512m`, `2g`, or a number of bytes. */
export function bytesOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value > 0 ? value : null
  const match = typeof value === 'string' ? /^(\d{1,12})\s{0,8}([kmgt]?)(?:i?b)?$/i.exec(value.trim()) : null
  if (!match) return null
  const power = ['', 'k', 'm', 'g', 't'].indexOf((match[2] ?? '').toLowerCase())
  const bytes = Number(match[1]) * 1024 ** power
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : null
}

function splitPair(text: string): [string, string] {
  const at = text.indexOf('=')
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
