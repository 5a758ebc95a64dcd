import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WorkspaceImageFields, type WorkspaceImageInput, WorkspaceImageSpec } from '@/lib/domain/workspace-image'
import { differencesOf, differsSentence } from './image-differences'
import { checkImageForm, problemsFromServer } from './image-form-problems'
import { newImageFields, toForm, toSpec } from './image-form-values'

const full: WorkspaceImageInput = {
  name: 'Notebook',
  reference: 'example/notebook:1',
  environment: { A: '1', B: 'two' },
  volumes: [
    { kind: 'volume', name: 'data', target: '/data', perUser: true },
    { kind: 'bind', source: '/srv/sets', target: '/sets', readOnly: true },
  ],
  dockerOptions: {
    hostname: 'desk',
    dns: ['9.9.9.9'],
    extraHosts: [{ name: 'db', address: '10.0.0.2' }],
    ulimits: [{ name: 'nofile', soft: 1024, hard: 4096 }],
    tmpfs: [{ path: '/scratch', sizeBytes: 1_073_741_824 }],
    sysctls: { 'kernel.shmmax': '1' },
    groupAdd: ['video'],
    devices: ['/dev/dri'],
    capAdd: ['SYS_PTRACE'],
    user: '1000',
    entrypoint: ['/bin/sh'],
    command: ['-c', 'true'],
    network: 'lab',
    readOnlyRoot: true,
    pidsLimit: 512,
  },
  requireGpu: true,
  gpuCount: 4,
  gpuCountMin: 2,
  gpuOptional: true,
  gpuMemoryBytesMin: 40 * 2 ** 30,
  gpuModelPattern: 'H100*',
  agentGroup: 'gpu',
  timeLimitSeconds: 3600,
}
const image = WorkspaceImageFields.parse(full)
const formWith = (change: Partial<ReturnType<typeof toForm>>) => ({ ...toForm(image), ...change })

describe('the form of a workspace image', () => {
  it('gives back every field of an image with all of them set', () => {
    expect(WorkspaceImageSpec.parse(toSpec(toForm(image)))).toEqual(image)
  })

  it('gives back ready sessions of groups, and says at its line what is wrong with one', () => {
    const groups = { homePolicy: 'none' as const, readyByGroup: [{ group: 'office', count: 2 }] }
    const ready = WorkspaceImageFields.parse({ name: 'Kiosk', reference: 'example/kiosk:1', ...groups })
    expect(WorkspaceImageSpec.parse(toSpec(toForm(ready)))).toEqual(ready)
    const rows = [...toForm(ready).readyByGroup, { group: ' ', count: null }, { group: ' office ', count: 1 }]
    expect(checkImageForm({ ...toForm(ready), readyByGroup: rows }).problems?.readyByGroup?.at).toEqual({
      '1.group': expect.stringContaining('Letters'),
      '1.count': 'Enter a number.',
    })
    const twice = { ...toForm(ready), readyByGroup: rows.filter(({ count }) => count !== null) }
    expect(checkImageForm(twice).problems?.readyByGroup?.at).toEqual({ '1.group': 'This group stands twice.' })
  })

  it('gives back any environment the schema accepts', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^V_[A-Z]{1,6}$/), fc.stringMatching(/^[ -~]{0,20}$/)), (environment) => {
        expect(toSpec(toForm({ ...image, environment })).environment).toEqual({ ...environment })
      }),
    )
  })

  it('says nothing about Docker options that nobody set', () => {
    expect(toSpec(toForm({ ...image, dockerOptions: {} })).dockerOptions).toEqual({})
  })

  it('starts a new workspace with the defaults of the schema and refuses it until it has a name and a reference', () => {
    const { problems } = checkImageForm(toForm(newImageFields()))
    expect(Object.keys(problems ?? {}).sort()).toEqual(['name', 'reference'])
  })

  it('does not let an emptied GPU count stand in the way while no GPU is required', () => {
    expect(checkImageForm(formWith({ requireGpu: false, gpuCount: null })).problems).toBeNull()
    expect(checkImageForm(formWith({ requireGpu: true, gpuCount: null })).problems?.gpuCount?.message).toBe('Enter a number.')
  })
})

describe('the GPUs of the form', () => {
  it('reads empty fields as no choice and any GPU', () => {
    const emptied = toSpec(formWith({ gpuCountMin: null, gpuMemoryBytesMin: null, gpuModelPattern: '  ' }))
    expect(emptied).toMatchObject({ gpuCountMin: null, gpuMemoryBytesMin: null, gpuModelPattern: null })
  })

  it('says at the smallest number that it is above the number', () => {
    expect(checkImageForm(formWith({ gpuCountMin: 5 })).problems?.gpuCountMin?.message).toContain('cannot be above')
  })

  it('names what the parent takes where nothing is asked for', () => {
    const parent = { ...image, gpuModelPattern: null, gpuMemoryBytesMin: null, gpuCountMin: null }
    expect(differencesOf(toForm(image), parent).map(({ label, parent: there, own }) => [label, there, own])).toEqual([
      ['Smallest number of GPUs', 'no choice', '2 GPUs'],
      ['Memory of each GPU', 'any', 'at least 40 GiB'],
      ['GPU model', 'any', 'H100*'],
    ])
  })
})

describe('problems of the form', () => {
  it('names a refused variable at its own row, past rows left empty', () => {
    const environment = [
      { key: 'A', value: '1' },
      { key: '', value: '' },
      { key: 'NVIDIA_VISIBLE_DEVICES', value: 'all' },
    ]
    const problem = checkImageForm(formWith({ environment })).problems?.environment
    expect(problem?.at['2.key']).toContain('set by Berth')
    expect(Object.keys(problem?.at ?? {})).toEqual(['2.key'])
  })

  it('marks the second of two variables with one name instead of losing the first', () => {
    const environment = [
      { key: 'A', value: '1' },
      { key: 'A', value: '2' },
    ]
    expect(checkImageForm(formWith({ environment })).problems?.environment?.at).toEqual({ '1.key': 'This name stands twice.' })
  })

  it('asks for the name of a value without one', () => {
    const environment = [{ key: '', value: 'x' }]
    expect(checkImageForm(formWith({ environment })).problems?.environment?.at['0.key']).toContain('letters, digits')
  })

  it('counts lines as they stand in the form, also past empty ones', () => {
    const dockerOptions = { ...toForm(image).dockerOptions, dns: ['', 'not an address'] }
    expect(checkImageForm(formWith({ dockerOptions })).problems?.dockerOptions?.at).toEqual({
      'dns.1': 'This is not an IP address.',
    })
  })

  it('says why a kernel setting is refused', () => {
    const dockerOptions = { ...toForm(image).dockerOptions, sysctls: [{ key: 'kernel.panic', value: '1' }] }
    expect(checkImageForm(formWith({ dockerOptions })).problems?.dockerOptions?.at['sysctls.0.key']).toBe(
      'This kernel setting is not allowed.',
    )
  })

  it('finds shared memory larger than memory', () => {
    const problem = checkImageForm(formWith({ shmBytes: 2 ** 40 })).problems?.shmBytes
    expect(problem?.message).toContain('cannot be larger')
  })

  it('puts what the server found where it belongs and keeps the rest', () => {
    const answer = { 'changes.name': 'Taken.', 'environment.B': 'Refused.', imageId: 'Unknown.' }
    const { problems, elsewhere } = problemsFromServer(answer, toForm(image))
    expect(problems.name?.message).toBe('Taken.')
    expect(problems.environment?.at['1.key']).toBe('Refused.')
    expect(elsewhere).toEqual(['Unknown.'])
  })
})

describe('differences from the parent', () => {
  it('finds none right after cloning', () => {
    expect(differencesOf(toForm(image), image)).toEqual([])
    expect(differsSentence(0, 'Notebook')).toBe('Nothing differs from “Notebook”.')
  })

  it('names each changed field with both values', () => {
    const differences = differencesOf(formWith({ cpuMillis: 4000, memoryBytes: null }), image)
    expect(differences).toEqual([
      { field: 'cpuMillis', label: 'CPU cores', parent: '2 cores', own: '4 cores' },
      { field: 'memoryBytes', label: 'Memory', parent: '4 GiB', own: 'empty' },
    ])
  })

  it('says which variables were added, left out and changed, never their values', () => {
    const environment = [
      { key: 'B', value: 'changed-secret' },
      { key: 'C', value: 'new-secret' },
    ]
    const [difference] = differencesOf(formWith({ environment }), image)
    expect(difference).toMatchObject({ own: 'adds C; leaves out A; changes B', parent: 'A, B' })
    expect(JSON.stringify(difference)).not.toContain('secret')
  })

  it('names the Docker options that were added, left out and changed', () => {
    const { hostname: _, ...options } = image.dockerOptions
    const dockerOptions = toForm({ ...image, dockerOptions: { ...options, pidsLimit: 1024 } }).dockerOptions
    expect(differencesOf(formWith({ dockerOptions }), image)[0]?.own).toBe('leaves out host name; changes process limit')
  })

  it('does not count another order of variables as a difference', () => {
    expect(differencesOf(formWith({ environment: [...toForm(image).environment].reverse() }), image)).toEqual([])
  })
})
