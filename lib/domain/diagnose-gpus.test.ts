import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { SeenGpu } from './container-host'
import { type DiagnosisInput, diagnoseGpus } from './diagnose-gpus'
import { gpuDiagnosisCodes, readGpuDiagnoses, viewGpuDiagnosis } from './gpu-diagnosis'

const seen = { uuid: 'GPU-a', kind: 'device' } as SeenGpu
const known = { uuid: 'GPU-a', index: 0, model: 'NVIDIA A10', missing: false, excluded: false }
const well: DiagnosisInput = {
  facts: { hasNvidiaRuntime: true, cdiDevices: [], toolkitVersion: null },
  probe: { gpus: [seen], gpuProblem: null },
  known: [known],
  gpusExpected: null,
}
const codes = (over: Partial<DiagnosisInput>) => diagnoseGpus({ ...well, ...over }).map(({ code }) => code)
const without = { ...well.facts, hasNvidiaRuntime: false }
const withToolkit = (toolkitVersion: string) => ({ facts: { ...well.facts, toolkitVersion } })
const none = (gpuProblem: string | null) => ({ probe: { gpus: [], gpuProblem } })

test('GPUs that are all there, and a host where nobody expects any, are in order', () => {
  expect(codes({})).toEqual([])
  expect(codes({ facts: without, known: [], probe: { gpus: [], gpuProblem: null } })).toEqual([])
  expect(codes({ facts: without, known: [], gpusExpected: 0 })).toEqual([])
})

test('GPUs are expected where there were some before or somebody says so', () => {
  expect(codes({ facts: without })).toEqual(['no_runtime'])
  expect(codes({ facts: without, known: [], gpusExpected: 4 })).toEqual(['no_runtime'])
})

test('CDI devices hand out GPUs as well as the runtime does', () => {
  const facts = { ...without, cdiDevices: ['nvidia.com/gpu=all'] }
  expect(codes({ facts })).toEqual([])
  expect(codes({ facts, known: [], ...none(null) })).toEqual(['container_sees_none'])
  expect(codes({ facts: { ...without, cdiDevices: ['amd.com/gpu=0'] } })).toEqual(['no_runtime'])
})

test.each([
  ['could not select device driver "nvidia" with capabilities: [[gpu utility]]', 'no_runtime'],
  ['nvidia-container-cli: initialization error: nvml error: driver not loaded: unknown', 'no_driver'],
  ['load library failed: libnvidia-ml.so.1: cannot open shared object file', 'no_driver'],
  ["NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.", 'no_driver'],
  ['No devices were found nvidia-smi ended with 6', 'container_sees_none'],
  ['Failed to initialize NVML: Driver/library version mismatch', 'nvidia_smi_failed'],
])('“%s” is %s', (said, code) => {
  expect(diagnoseGpus({ ...well, ...none(said) })).toEqual([{ code, params: { said } }])
})

test('a look that nobody could take says nothing about GPUs', () => {
  expect(codes({ probe: null })).toEqual([])
  expect(codes({ probe: { gpus: null, gpuProblem: null }, gpusExpected: 8 })).toEqual([])
})

test('one broken GPU and one that is gone are told by name, unless it was excluded', () => {
  const gone = { ...known, uuid: 'GPU-b', index: 1, missing: true }
  const probe = { gpus: [seen], gpuProblem: 'Unable to determine the device handle for GPU1' }
  expect(diagnoseGpus({ ...well, probe, known: [known, gone] })).toEqual([
    { code: 'nvidia_smi_failed', params: { said: 'Unable to determine the device handle for GPU1' } },
    { code: 'gpu_missing', params: { uuid: 'GPU-b', index: 1, model: 'NVIDIA A10' } },
  ])
  expect(codes({ known: [known, { ...gone, excluded: true }] })).toEqual([])
})

test('where all are gone for one reason, that reason is told alone', () => {
  expect(codes({ ...none('nvml error: driver not loaded'), known: [{ ...known, missing: true }], gpusExpected: 4 })).toEqual([
    'no_driver',
  ])
})

test('fewer GPUs than an administrator expects is told; slices do not count as GPUs', () => {
  const slice = { ...seen, uuid: 'MIG-a', kind: 'mig' } as SeenGpu
  expect(codes({ probe: { gpus: [seen, slice], gpuProblem: null }, gpusExpected: 2 })).toEqual(['fewer_than_expected'])
  expect(codes({ gpusExpected: 1 })).toEqual([])
})

test.each([
  ['1.16.2', ['toolkit_escape']],
  ['1.17.7', ['toolkit_escape']],
  ['1.17.8', ['toolkit_leaks_egl']],
  ['1.19.9-rc.1', ['toolkit_leaks_egl']],
  ['1.20.0', []],
  ['2.0', []],
  ['unknown', []],
])('toolkit %s: %j', (version, expected) => {
  expect(codes(withToolkit(version))).toEqual(expected)
})

test('every code has words, a hint and a section in docs/gpu-diagnosis.md', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/gpu-diagnosis.md'), 'utf8')
  for (const code of gpuDiagnosisCodes) {
    const view = viewGpuDiagnosis({ code, params: { said: 'x', version: '1', seen: 1, expected: 2, index: 0, model: 'A10' } })
    expect(view.text, code).not.toMatch(/undefined|null/)
    expect(view.hint, code).not.toBe('')
    expect(page, code).toContain(`\n## ${view.anchor}\n`)
  }
})

test('what is stored and not known any more is left out', () => {
  expect(readGpuDiagnoses([{ code: 'no_driver', params: {} }, { code: 'of_old', params: {} }, 7])).toEqual([
    { code: 'no_driver', params: {} },
  ])
  expect(readGpuDiagnoses(null)).toEqual([])
})
