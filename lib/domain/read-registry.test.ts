import { describe, expect, test } from 'vitest'
import { readRegistry } from './read-registry'
import { MiB, WorkspaceImageSpec } from './workspace-image'
import type { RegistryEntry } from './workspace-registry'

const chromium = {
  friendly_name: 'Chromium',
  description: 'A browser.',
  docker_registry: 'https://index.docker.io/v1/',
  image_src: 'chromium.png',
  categories: ['Browser'],
  architecture: ['amd64', 'arm64'],
  compatibility: [
    { version: '1.9.x', image: 'kasmweb/chromium:1.9.0', uncompressed_size_mb: 2000, available_tags: ['1.9.0'] },
    { version: '1.17.x', image: 'kasmweb/chromium:1.17.0', uncompressed_size_mb: 2170, available_tags: ['develop'] },
  ],
  run_config: { hostname: 'kasm', shm_size: '2g' },
  exec_config: { go: { cmd: 'bash -c true' } },
  cores: 2,
  memory: 4096,
  gpu_count: 0,
  cpu_allocation_method: 'Inherit',
  notes: 'For the web.',
  sha: '052214c3',
}

function read(workspace: unknown, listUrl: string | null = null): RegistryEntry {
  const [entry] = readRegistry(JSON.stringify({ name: 'Test', workspaces: [workspace] }), listUrl).entries
  if (!entry) throw new Error('nothing was read')
  return entry
}
const verdictOf = (entry: RegistryEntry, field: string) =>
  entry.lines.filter((line) => line.field === field).map((line) => line.verdict)

test('a workspace in Kasm’s format becomes a form that can be saved', () => {
  const entry = read(chromium)
  expect(entry.problem).toBeNull()
  expect(entry.fields).toMatchObject({
    name: 'Chromium',
    description: 'A browser.',
    reference: 'kasmweb/chromium:1.17.0',
    categories: ['Browser'],
    cpuMillis: 2000,
    memoryBytes: 4096_000_000,
    shmBytes: 2048 * MiB,
    requireGpu: false,
    dockerOptions: { hostname: 'kasm' },
    notes: 'For the web.',
    iconId: null,
  })
  expect(WorkspaceImageSpec.safeParse(entry.fields).success).toBe(true)
})

test('every field of a workspace is accounted for, by its own name', () => {
  const entry = read(chromium)
  const told = new Set(entry.lines.map((line) => line.field.split('.')[0]))
  for (const field of Object.keys(chromium)) {
    if (field === 'docker_registry') continue
    expect(told, field).toContain(field)
  }
})

test('of several versions the newest is taken by number, not by letter', () => {
  expect(read(chromium).fields?.reference).toBe('kasmweb/chromium:1.17.0')
})

test.each([
  ['ghcr.io', 'me/desk:1', 'ghcr.io/me/desk:1'],
  ['https://ghcr.io/v2/', 'me/desk:1', 'ghcr.io/me/desk:1'],
  ['ghcr.io', 'ghcr.io/me/desk:1', 'ghcr.io/me/desk:1'],
  ['https://registry-1.docker.io', 'me/desk', 'me/desk'],
  ['', 'me/desk', 'me/desk'],
])('with the registry "%s", %s is fetched as %s', (docker_registry, name, reference) => {
  expect(read({ friendly_name: 'X', name, docker_registry }).fields?.reference).toBe(reference)
})

describe('what would give a session power over its host', () => {
  const entry = read({
    ...chromium,
    docker_user: 'robot',
    docker_token: 'hunter2-token',
    volume_mappings: { '/etc': { bind: '/host', mode: 'rw' } },
    run_config: {
      privileged: true,
      security_opt: ['seccomp=unconfined'],
      cap_add: ['CAP_SYS_ADMIN', 'NET_RAW', 'ALL'],
      devices: ['/dev/dri:/dev/dri:rwm', '/dev/sda'],
      volumes: { '/var/run/docker.sock': { bind: '/var/run/docker.sock' } },
      network_mode: 'host',
      pid_mode: 'host',
      network: 'host',
      environment: { LANG: 'C', VNC_PW: 'x', LD_PRELOAD: '/evil.so', NVIDIA_VISIBLE_DEVICES: 'all', HF_TOKEN: 'hf_hunter2' },
      sysctls: { 'kernel.core_pattern': '|/evil' },
    },
  })

  test.each([
    'run_config.privileged',
    'run_config.security_opt',
    'run_config.volumes',
    'run_config.network_mode',
    'run_config.pid_mode',
    'run_config.network',
    'run_config.sysctls',
    'run_config.environment.VNC_PW',
    'run_config.environment.LD_PRELOAD',
    'run_config.environment.NVIDIA_VISIBLE_DEVICES',
    'volume_mappings',
    'docker_token',
    'docker_user',
  ])('%s is refused and named', (field) => {
    expect(verdictOf(entry, field)).toEqual(['refused'])
  })

  test('what is allowed beside it is kept', () => {
    expect(entry.fields?.dockerOptions).toEqual({ capAdd: ['NET_RAW'], devices: ['/dev/dri'] })
    expect(entry.fields?.volumes).toEqual([])
    expect(entry.fields?.environment).toEqual({ LANG: 'C', HF_TOKEN: 'hf_hunter2' })
    expect(verdictOf(entry, 'run_config.cap_add')).toEqual(['refused', 'used', 'refused'])
  })

  test('no password is shown', () => {
    expect(JSON.stringify(entry.lines)).not.toContain('hunter2')
  })
})

test.each([
  ['512m', 512 * MiB],
  ['2g', 2048 * MiB],
  [268435456, 256 * MiB],
  ['1 GiB', 1024 * MiB],
])('shm_size %s is read', (shm_size, bytes) => {
  expect(read({ ...chromium, run_config: { shm_size } }).fields?.shmBytes).toBe(bytes)
})

test.each(['lots', '', -1, 1e308, '99999999999999999g', null, {}, []])(
  'shm_size %s is refused, and the default stays',
  (shm_size) => {
    const entry = read({ ...chromium, run_config: { shm_size } })
    expect(entry.fields?.shmBytes).toBe(512 * MiB)
    expect(verdictOf(entry, 'run_config.shm_size')).toEqual(['refused'])
  },
)

test('shared memory above the memory is brought down to it', () => {
  const entry = read({ ...chromium, memory: 1000, run_config: { shm_size: '8g' } })
  expect(entry.fields?.shmBytes).toBe(entry.fields?.memoryBytes)
})

test.each([
  [{ gpu_count: 2 }, { requireGpu: true, gpuCount: 2 }],
  [
    { require_gpu: true, gpu_count: 0 },
    { requireGpu: true, gpuCount: 0 },
  ],
  [{ require_gpu: true }, { requireGpu: true, gpuCount: 0 }],
  [{ gpu_count: 0 }, { requireGpu: false }],
  [{ gpu_count: '2' }, { requireGpu: false }],
  [{ gpu_count: 1e6 }, { requireGpu: false }],
])('%j asks for the GPUs %j', (gpus, fields) => {
  const { gpu_count: _, ...rest } = chromium
  expect(read({ ...rest, ...gpus }).fields).toMatchObject(fields)
})

test('run_config that is JSON in text, as Kasm stores it, is read', () => {
  expect(read({ ...chromium, run_config: '{"hostname":"box"}' }).fields?.dockerOptions).toEqual({ hostname: 'box' })
})

describe('pictures', () => {
  const at = 'https://reg.example/1.1/list.json'
  test('without an address of their own lie beside the list', () => {
    expect(read(chromium, at).icon).toEqual({ kind: 'address', url: 'https://reg.example/1.1/icons/chromium.png' })
  })
  test('in a file from a disk have no address', () => {
    expect(read(chromium).icon).toEqual({ kind: 'none' })
  })
  test.each([
    'a.svg',
    'https://x.example/a.SVG?x=1',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'data:image/svg+xml;base64,PHN2Zz4=',
    'https://me:pw@x.example/a.png',
    42,
    null,
    '\\\\host\\a.png.svg',
  ])('%s is not fetched', (image_src) => expect(read({ ...chromium, image_src }, at).icon).toEqual({ kind: 'none' }))
  test('in the file itself need no address', () => {
    expect(read({ ...chromium, image_src: 'data:image/png;base64,iVBORw0KGgo=' }).icon).toEqual({
      kind: 'embedded',
      base64: 'iVBORw0KGgo=',
    })
  })
})

describe('whatever a registry holds', () => {
  test.each([
    ['nothing', ''],
    ['text', 'hello'],
    ['half a document', '{"workspaces": ['],
    ['a number', '42'],
    ['null', 'null'],
    ['an object of something else', '{"items": []}'],
    ['an empty list', '{"workspaces": []}'],
    ['an empty array', '[]'],
    ['a page', '<!DOCTYPE html><title>404</title>'],
    ['a list that is no list', '{"workspaces": {"a": 1}}'],
  ])('%s is refused in words', (_name, text) => {
    expect(() => readRegistry(text)).toThrow('This is not a workspace registry.')
  })

  const ugly: [string, unknown][] = [
    ['null', null],
    ['a number', 7],
    ['text', 'kasmweb/desktop'],
    ['an array', [1, 2]],
    ['an empty object', {}],
    ['no image', { friendly_name: 'X' }],
    ['an image that is no reference', { friendly_name: 'X', name: 'not a reference; rm -rf /' }],
    ['a reference that is a number', { friendly_name: 'X', name: 42 }],
    ['compatibility of strings', { friendly_name: 'X', compatibility: ['1.13.x'] }],
    ['compatibility of nulls', { friendly_name: 'X', compatibility: [null, { image: null }] }],
    ['a server', { friendly_name: 'X', name: 'a/b', image_type: 'Server' }],
    ['a link', { friendly_name: 'X', name: 'a/b', link_url: 'https://x.example' }],
    ['a name of control characters', { friendly_name: '\u0000\u001b[31m', name: 'a/b' }],
    ['a name that is an object', { friendly_name: { a: 1 }, name: { b: 2 } }],
  ]
  test.each(ugly)('%s installs nothing and says why', (_name, workspace) => {
    const entry = read(workspace)
    expect(entry.fields).toBeNull()
    expect(entry.problem).toMatch(/\S/)
    expect(entry.name.length).toBeLessThan(200)
  })

  const odd = [
    null,
    true,
    -1,
    1e308,
    '',
    'x'.repeat(9_000),
    [],
    [[]],
    {},
    { __proto__: null, a: { b: { c: [] } } },
    '\u202e\u0007',
    [null, 1, {}],
  ]
  const fields = [
    'description',
    'categories',
    'cores',
    'memory',
    'gpu_count',
    'require_gpu',
    'run_config',
    'exec_config',
    'notes',
    'hidden',
    'image_src',
    'docker_registry',
    'volume_mappings',
    'nonsense',
    'architecture',
    'berth_',
  ]
  test('one field of another kind spoils no other', () => {
    for (const field of fields)
      for (const value of odd) {
        const entry = read({ ...chromium, [field]: value })
        expect(entry.fields?.reference ?? entry.problem, `${field} = ${JSON.stringify(value)?.slice(0, 40)}`).toContain(
          'kasmweb/chromium:1.17.0',
        )
        expect(entry.lines.every((line) => line.value.length < 200 && !/\p{Cc}/u.test(line.value))).toBe(true)
        expect(entry.fields === null || WorkspaceImageSpec.safeParse(entry.fields).success).toBe(true)
      }
  })

  const options = [
    'hostname',
    'dns',
    'extra_hosts',
    'ulimits',
    'tmpfs',
    'sysctls',
    'group_add',
    'devices',
    'cap_add',
    'user',
    'entrypoint',
    'command',
    'network',
    'read_only',
    'pids_limit',
    'environment',
    'shm_size',
    'privileged',
  ]
  test('one run option of another kind spoils no other', () => {
    for (const option of options)
      for (const value of odd) {
        const entry = read({ ...chromium, run_config: { [option]: value } })
        expect(entry.problem, `${option} = ${JSON.stringify(value)?.slice(0, 40)}`).toBeNull()
        expect(WorkspaceImageSpec.safeParse(entry.fields).success).toBe(true)
      }
  })

  test('a prototype changes nothing', () => {
    const text =
      '{"workspaces":[{"__proto__":{"name":"evil/evil"},"friendly_name":"X","constructor":{"prototype":{"y":1}},"toString":1,"name":"a/b","run_config":{"__proto__":{"privileged":true},"constructor":1}}]}'
    const [entry] = readRegistry(text).entries
    expect(entry?.fields?.reference).toBe('a/b')
    expect(({} as Record<string, unknown>).y).toBeUndefined()
  })

  test('depth and number have bounds', () => {
    expect(() => readRegistry(`{"workspaces":[${'['.repeat(50_000)}${']'.repeat(50_000)}]}`)).not.toThrow()
    const many = readRegistry(JSON.stringify({ workspaces: Array.from({ length: 3_000 }, () => chromium) }))
    expect(many.entries).toHaveLength(500)
    expect(many.notes[0]).toContain('3000')
    const wide = read({ ...chromium, ...Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`f${index}`, index])) })
    expect(wide.lines.length).toBeLessThanOrEqual(120)
    expect(wide.fields).not.toBeNull()
  })

  test('a byte order mark, an array and a single workspace are read too', () => {
    expect(readRegistry(`\uFEFF${JSON.stringify({ workspaces: [chromium] })}`).entries).toHaveLength(1)
    expect(readRegistry(JSON.stringify([chromium, chromium])).entries.map(({ key }) => key)).toEqual(['1', '2'])
    expect(readRegistry(JSON.stringify(chromium)).entries[0]?.fields?.name).toBe('Chromium')
  })
})
