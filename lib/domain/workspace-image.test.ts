import { describe, expect, test } from 'vitest'
import {
  differingFields,
  GiB,
  imagePrivileges,
  WorkspaceImageFields,
  WorkspaceImagePatch,
  WorkspaceImageSpec,
} from './workspace-image'

const plain = WorkspaceImageSpec.parse({ name: 'Desktop', reference: 'berth/desktop:local' })

function problems(over: Record<string, unknown>): string[] {
  const parsed = WorkspaceImageSpec.safeParse({ name: 'x', reference: 'a/b:c', ...over })
  return parsed.success ? [] : parsed.error.issues.map((issue) => issue.path.join('.'))
}

type Problem = [what: string, over: Record<string, unknown>, path: string]

describe('what a workspace image may be', () => {
  test.each<Problem>([
    ['a reference with spaces', { reference: 'a b' }, 'reference'],
    ['a reference with shell text', { reference: 'a/b:c; rm -rf /' }, 'reference'],
    ['an upper-case path', { reference: 'A/B' }, 'reference'],
    ['no CPU at all', { cpuMillis: 0 }, 'cpuMillis'],
    ['half a millicore', { cpuMillis: 100.5 }, 'cpuMillis'],
    ['absurd memory', { memoryBytes: 1e18 }, 'memoryBytes'],
    ['negative memory', { memoryBytes: -1 }, 'memoryBytes'],
    ['more shared memory than memory', { memoryBytes: GiB, shmBytes: 2 * GiB }, 'shmBytes'],
    ['minus one GPUs', { gpuCount: -1 }, 'gpuCount'],
    ['a GPU by the environment', { environment: { NVIDIA_VISIBLE_DEVICES: 'all' } }, 'environment.NVIDIA_VISIBLE_DEVICES'],
    [
      'a GPU by the environment in small letters',
      { environment: { nvidia_visible_devices: 'all' } },
      'environment.nvidia_visible_devices',
    ],
    ...[
      'NVIDIA_DRIVER_CAPABILITIES',
      'NVIDIA_IMEX_CHANNELS',
      'NVIDIA_MIG_CONFIG_DEVICES',
      'NVIDIA_REQUIRE_CUDA',
      'CUDA_VISIBLE_DEVICES',
      'Cuda_Visible_Devices',
      'ROCR_VISIBLE_DEVICES',
      'hip_visible_devices',
      'GPU_DEVICE_ORDINAL',
      'ZE_AFFINITY_MASK',
      'LD_LIBRARY_PATH',
      'ld_preload',
    ].map(
      (name) =>
        [`${name}, which changes what is seen`, { environment: { [name]: '0' } }, `environment.${name}`] satisfies Problem,
    ),
    ['a name in look-alike letters', { environment: { NVIDIA_VISIBLE_DEVICEſ: 'all' } }, 'environment.NVIDIA_VISIBLE_DEVICEſ'],
    [
      'a name that hides another behind an equals sign',
      { environment: { 'A=1\nNVIDIA_VISIBLE_DEVICES': 'all' } },
      'environment.A=1\nNVIDIA_VISIBLE_DEVICES',
    ],
    ...[
      '/dev/nvidia0',
      '/dev/nvidiactl',
      '/dev/nvidia-uvm',
      '/dev/nvidia-caps/nvidia-cap1',
      '/dev/dri/../nvidia0',
      '/dev/NVIDIA0',
    ].map(
      (device) => [`the device ${device}`, { dockerOptions: { devices: [device] } }, 'dockerOptions.devices.0'] satisfies Problem,
    ),
    ['no GPU at least', { gpuCountMin: 0 }, 'gpuCountMin'],
    ['a smallest number above the number', { requireGpu: true, gpuCount: 2, gpuCountMin: 3 }, 'gpuCountMin'],
    ['a choice among every GPU', { requireGpu: true, gpuCount: 0, gpuCountMin: 1 }, 'gpuCountMin'],
    ['a regular expression of models', { gpuModelPattern: '(a+)+$' }, 'gpuModelPattern'],
    ['GPU memory of a few bytes', { gpuMemoryBytesMin: 40 }, 'gpuMemoryBytesMin'],
    ['a preloaded library', { environment: { LD_PRELOAD: '/x.so' } }, 'environment.LD_PRELOAD'],
    ['another desktop password', { environment: { VNC_PW: 'x' } }, 'environment.VNC_PW'],
    ['a NUL in a value', { environment: { A: 'x\u0000' } }, 'environment.A'],
    ['a mount over /etc', { volumes: [{ kind: 'volume', name: 'v', target: '/etc/x' }] }, 'volumes.0.target'],
    ['a mount with ..', { volumes: [{ kind: 'bind', source: '/data/../etc', target: '/x' }] }, 'volumes.0.source'],
    [
      'a mount with options in its path',
      { volumes: [{ kind: 'bind', source: '/data:rshared', target: '/x' }] },
      'volumes.0.source',
    ],
    [
      'two mounts on one target',
      {
        volumes: [
          { kind: 'volume', name: 'v', target: '/x' },
          { kind: 'volume', name: 'w', target: '/x/' },
        ],
      },
      'volumes.1.target',
    ],
    ['SYS_ADMIN', { dockerOptions: { capAdd: ['SYS_ADMIN'] } }, 'dockerOptions.capAdd.0'],
    ['the host network', { dockerOptions: { network: 'host' } }, 'dockerOptions.network'],
    ["another container's network", { dockerOptions: { network: 'container:x' } }, 'dockerOptions.network'],
    [
      'an unsafe kernel setting',
      { dockerOptions: { sysctls: { 'kernel.core_pattern': '|/x' } } },
      'dockerOptions.sysctls.kernel.core_pattern',
    ],
    ['a disk device', { dockerOptions: { devices: ['/dev/sda'] } }, 'dockerOptions.devices.0'],
    ['a name with a line break', { name: 'a\nb' }, 'name'],
  ])('%s is refused at its field [attack 25, 26, 28]', (_what, over, path) => {
    expect(problems(over)).toContain(path)
  })

  test.each([['privileged'], ['securityOpt'], ['pidMode'], ['binds'], ['ipcMode'], ['__proto__x']])(
    'the option %s is unknown and refused [attack 24, 25]',
    (option) => {
      expect(problems({ dockerOptions: { [option]: true } })).toEqual(['dockerOptions'])
    },
  )

  test('unknown fields are refused [attack 24]', () => {
    expect(problems({ privileged: true })).toEqual([''])
  })
})

test('a range of GPUs is ignored while none is required, as their number is', () => {
  expect(problems({ gpuCount: 2, gpuCountMin: 3 })).toEqual([])
  expect(problems({ requireGpu: true, gpuCount: 4, gpuCountMin: 1 })).toEqual([])
})

test('a partial update fills in nothing that was not sent', () => {
  expect(WorkspaceImagePatch.parse({ name: 'New' })).toEqual({ name: 'New' })
  expect(Object.keys(WorkspaceImagePatch.shape)).toEqual(Object.keys(WorkspaceImageFields.shape))
})

test('what differs from the parent is named, and order of keys is no difference', () => {
  const parent = { ...plain, environment: { A: '1', B: '2' } }
  expect(differingFields({ ...parent, environment: { B: '2', A: '1' } }, parent)).toEqual([])
  expect(differingFields({ ...parent, cpuMillis: 4000, environment: { A: '1' } }, parent)).toEqual(['cpuMillis', 'environment'])
})

test('everything that raises privilege is named in words [attack 27]', () => {
  const image = WorkspaceImageSpec.parse({
    ...plain,
    volumes: [
      { kind: 'bind', source: '/data', target: '/data', readOnly: false },
      { kind: 'volume', name: 'team', target: '/team' },
    ],
    dockerOptions: { capAdd: ['SYS_PTRACE'], user: 'root', devices: ['/dev/dri'] },
  })
  expect(imagePrivileges(image)).toEqual([
    'Adds the capability SYS_PTRACE.',
    'Gives access to the host device /dev/dri.',
    'Runs as root inside the container.',
    'Mounts the host directory /data with write access.',
    'Shares the volume team between all users with write access.',
  ])
  expect(imagePrivileges(plain)).toEqual([])
})
