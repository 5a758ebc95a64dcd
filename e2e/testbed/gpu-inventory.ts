// Which GPUs a simulated host has, and how a test changes them.
import type { GpuRow } from './fake-gpu/inventory.mjs'

export const gpuSets = ['none', 'a10', 'a10x2', 'h200x4', 'a100x2-mig'] as const
export type GpuSet = (typeof gpuSets)[number]

/** Null reads as "[N/A]", as on models and in modes that do not tell it. */
export type GpuChange = {
  utilizationPercent?: number | null
  memoryUsedMib?: number | null
  temperatureCelsius?: number | null
  powerWatts?: number | null
  /** Fell off the bus: nvidia-smi cannot open it any more, on the host and in every container. */
  lost?: boolean
}

type Model = {
  name: string
  memoryMib: number
  powerLimit: number
  driver: string
  cuda: string
  capability: string
  migMode: string
  idleWatts: number
}

const models = {
  a10: {
    name: 'NVIDIA A10',
    memoryMib: 23_028,
    powerLimit: 150,
    driver: '550.127.05',
    cuda: '12.4',
    capability: '8.6',
    migMode: '[N/A]',
    idleWatts: 16.2,
  },
  h200: {
    name: 'NVIDIA H200',
    memoryMib: 143_771,
    powerLimit: 700,
    driver: '580.82.07',
    cuda: '13.0',
    capability: '9.0',
    migMode: 'Disabled',
    idleWatts: 75.4,
  },
  a100: {
    name: 'NVIDIA A100-SXM4-80GB',
    memoryMib: 81_920,
    powerLimit: 400,
    driver: '570.133.20',
    cuda: '12.8',
    capability: '8.0',
    migMode: 'Disabled',
    idleWatts: 55.1,
  },
} satisfies Record<string, Model>

const buses = ['1B', '43', '52', '61']

/** UUIDs carry the host's number, so that two hosts of one kind have different ones. */
export function inventoryOf(set: GpuSet, hostNumber: number): GpuRow[] {
  if (set === 'none') return []
  if (set === 'h200x4') return [0, 1, 2, 3].map((index) => gpu(models.h200, index, hostNumber))
  if (set === 'a10') return [gpu(models.a10, 0, hostNumber)]
  if (set === 'a10x2') return [0, 1].map((index) => gpu(models.a10, index, hostNumber))
  const [sliced, whole] = [gpu(models.a100, 0, hostNumber), gpu(models.a100, 1, hostNumber)]
  const slices = [slice(sliced, '3g.40gb', 40_192, 0), slice(sliced, '1g.10gb', 9_728, 1), slice(sliced, '1g.10gb', 9_728, 2)]
  return [{ ...sliced, 'mig.mode.current': 'Enabled' }, ...slices, whole]
}

function gpu(model: Model, index: number, hostNumber: number): GpuRow {
  return {
    index: String(index),
    minor: String(index),
    uuid: `GPU-${hex(hostNumber, 4)}${hex(index, 4)}-7b2f-4e00-9000-${hex(Math.round(model.memoryMib), 12)}`,
    name: model.name,
    'memory.total': String(model.memoryMib),
    'memory.used': '0',
    'utilization.gpu': '0',
    'utilization.memory': '0',
    'temperature.gpu': String(30 + index),
    'power.draw': model.idleWatts.toFixed(2),
    'power.limit': model.powerLimit.toFixed(2),
    'pci.bus_id': `00000000:${buses[index]}:00.0`,
    driver_version: model.driver,
    cuda_version: model.cuda,
    compute_cap: model.capability,
    'mig.mode.current': model.migMode,
  }
}

function slice(parent: GpuRow, profile: string, memoryMib: number, number: number): GpuRow {
  const uuid = `MIG-${(parent.uuid ?? '').slice(4, 12)}-${hex(number, 4)}-5c00-9000-00000000beef`
  return {
    ...parent,
    uuid,
    'memory.total': String(memoryMib),
    'memory.used': '0',
    mig_of: parent.uuid ?? '',
    mig_profile: profile,
  }
}

export function changed(row: GpuRow, change: GpuChange): GpuRow {
  const text = (value: number | null | undefined, now: string | undefined, digits = 0) =>
    value === undefined ? (now ?? '') : value === null ? '[N/A]' : value.toFixed(digits)
  return {
    ...row,
    'utilization.gpu': text(change.utilizationPercent, row['utilization.gpu']),
    'memory.used': text(change.memoryUsedMib, row['memory.used']),
    'temperature.gpu': text(change.temperatureCelsius, row['temperature.gpu']),
    'power.draw': text(change.powerWatts, row['power.draw'], 2),
    state: change.lost === undefined ? (row.state ?? '') : change.lost ? 'lost' : '',
  }
}

const hex = (value: number, width: number) => value.toString(16).padStart(width, '0')
