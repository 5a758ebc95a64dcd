import { expect, test } from 'vitest'
import type { SeenGpu } from './container-host'
import { gpusFromCdi, withCdiNames } from './nvidia-cdi'

const gpu = (over: Partial<SeenGpu>): SeenGpu => ({
  uuid: 'GPU-a',
  index: 0,
  kind: 'device',
  parentUuid: null,
  migProfile: null,
  migEnabled: false,
  model: 'NVIDIA A100',
  memoryBytes: null,
  driverVersion: null,
  pciAddress: null,
  computeCapability: null,
  cdiName: null,
  ...over,
})
const slice = (uuid: string) => gpu({ uuid, kind: 'mig', parentUuid: 'GPU-a' })
const names = (gpus: SeenGpu[]) => gpus.map((each) => each.cdiName)

test('a GPU is named by its UUID, or by its number where the engine lists no UUIDs', () => {
  const gpus = [gpu({}), gpu({ uuid: 'GPU-b', index: 1 }), gpu({ uuid: 'GPU-c', index: 2 })]
  const listed = ['nvidia.com/gpu=0', 'nvidia.com/gpu=1', 'nvidia.com/gpu=GPU-a', 'nvidia.com/gpu=all']
  expect(names(withCdiNames(gpus, listed))).toEqual(['nvidia.com/gpu=GPU-a', 'nvidia.com/gpu=1', null])
})

test('a slice is named by its place on its GPU', () => {
  const gpus = [gpu({ migEnabled: true }), slice('MIG-1'), slice('MIG-2')]
  expect(names(withCdiNames(gpus, ['nvidia.com/gpu=0:0', 'nvidia.com/gpu=0:1']))).toEqual([
    null,
    'nvidia.com/gpu=0:0',
    'nvidia.com/gpu=0:1',
  ])
})

test('of the many names of one GPU only its UUID makes one, and of other vendors none', () => {
  const listed = ['nvidia.com/gpu=0', 'nvidia.com/gpu=GPU-a', 'nvidia.com/gpu=all', 'amd.com/gpu=0', 'nvidia.com/gpu=MIG-1']
  expect(gpusFromCdi(listed)).toMatchObject([
    { uuid: 'GPU-a', kind: 'device', cdiName: 'nvidia.com/gpu=GPU-a' },
    { uuid: 'MIG-1', kind: 'mig' },
  ])
})
