import { expect, test } from 'vitest'
import { readRegistry } from './read-registry'
import { GiB, type WorkspaceImageInput, WorkspaceImageSpec } from './workspace-image'
import { leftOutOf, toKasmRegistry, toKasmWorkspace } from './write-registry'

const rich: WorkspaceImageInput = {
  name: 'Training “A”',
  description: 'Two lines\nof text',
  reference: 'registry.example:5000/ml/desk:2',
  iconName: 'brain',
  categories: ['ML', 'GPU'],
  cpuMillis: 7500,
  memoryBytes: 20 * GiB + 1,
  shmBytes: 3 * GiB,
  requireGpu: true,
  gpuCount: 4,
  gpuCountMin: 2,
  gpuOptional: true,
  gpuMemoryBytesMin: 40 * GiB,
  gpuModelPattern: '*H100*',
  environment: { LANG: 'C.UTF-8', WITH: 'a=b "c"' },
  homePolicy: 'perUser',
  volumes: [
    { kind: 'volume', name: 'data', target: '/data', perUser: false },
    { kind: 'bind', source: '/srv/sets', target: '/sets' },
  ],
  dockerOptions: {
    hostname: 'box',
    dns: ['192.0.2.1'],
    ulimits: [{ name: 'nofile', soft: 1024, hard: 4096 }],
    capAdd: ['SYS_PTRACE'],
    command: ['a', 'b c'],
    pidsLimit: 500,
  },
  agentGroup: 'gpu',
  timeLimitSeconds: 3600,
  timeLimitExtendable: false,
  hidden: true,
  notes: 'Ask the team.',
}

function export_(input: WorkspaceImageInput) {
  const fields = WorkspaceImageSpec.parse(input)
  const image = { fields, iconData: null, hasLogin: true, localOnly: false, sizeBytes: 1 }
  const document = toKasmRegistry('Ours', [toKasmWorkspace(image)], new Date(0))
  return { fields, image, document, text: JSON.stringify(document) }
}

test('what is exported and read again gives the same form', () => {
  const { fields, text } = export_(rich)
  const [entry] = readRegistry(text).entries
  expect(entry?.problem).toBeNull()
  expect(entry?.fields).toEqual(fields)
})

test('a reader that knows Kasm’s words only still gets the image, its size and what Docker can do', () => {
  const { document } = export_(rich)
  const [workspace] = document.workspaces as Record<string, unknown>[]
  const { berth: _, ...foreign } = workspace ?? {}
  const [entry] = readRegistry(JSON.stringify([foreign])).entries
  expect(entry?.fields).toMatchObject({
    reference: rich.reference,
    name: rich.name,
    gpuCount: 4,
    cpuMillis: 7500,
    dockerOptions: rich.dockerOptions,
    environment: rich.environment,
  })
})

test('values that look like secrets stay behind, and are named', () => {
  const { text, image } = export_({
    ...rich,
    environment: { LANG: 'C', HF_TOKEN: 'hf_hunter2', PROXY: 'http://me:hunter2@proxy:1' },
  })
  expect(text).not.toContain('hunter2')
  expect(leftOutOf(image)).toEqual([
    'The values of HF_TOKEN, PROXY, which look like secrets.',
    'The login at registry.example:5000.',
  ])
  expect(readRegistry(text).entries[0]?.fields?.environment).toEqual({ LANG: 'C' })
})

test('an image that lies in no registry is said to stay behind', () => {
  const { image } = export_(rich)
  expect(leftOutOf({ ...image, hasLogin: false, localOnly: true }).join()).toContain('lies in no registry')
})

test('fields of a later version are passed over, broken ones refused, and the rest is kept', () => {
  const { document } = export_(rich)
  const [workspace] = document.workspaces as { berth: Record<string, unknown> }[]
  const later = { ...workspace, berth: { ...workspace?.berth, warp: 9, cpuMillis: 'many', dockerOptions: { privileged: true } } }
  const [entry] = readRegistry(JSON.stringify([later])).entries
  expect(entry?.fields).toMatchObject({ name: rich.name, cpuMillis: 2000, dockerOptions: {} })
  expect(entry?.lines.filter(({ verdict }) => verdict !== 'used').map(({ field, verdict }) => [field, verdict])).toEqual([
    ['berth.cpuMillis', 'refused'],
    ['berth.dockerOptions', 'refused'],
    ['berth.warp', 'ignored'],
  ])
})
