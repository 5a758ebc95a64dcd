// Names under which an engine hands out NVIDIA GPUs by CDI. One GPU has several of them: its UUID, its number, and "all".
import type { SeenGpu } from './container-host'

const prefix = 'nvidia.com/gpu='

export function isNvidiaCdi(name: string): boolean {
  return name.startsWith(prefix)
}

/** Each GPU with the name that means it and nothing else: its UUID, or else its number, as `0` or `0:1` for the second slice on GPU 0. */
export function withCdiNames(gpus: readonly SeenGpu[], cdiDevices: readonly string[]): SeenGpu[] {
  const slicesSeen = new Map<string, number>()
  return gpus.map((gpu) => {
    const number = gpu.kind === 'mig' ? `${gpu.index}:${nextSlice(slicesSeen, gpu.parentUuid ?? '')}` : `${gpu.index}`
    const names = [`${prefix}${gpu.uuid}`, `${prefix}${number}`]
    return { ...gpu, cdiName: names.find((name) => cdiDevices.includes(name)) ?? null }
  })
}

function nextSlice(seen: Map<string, number>, parentUuid: string): number {
  const number = seen.get(parentUuid) ?? 0
  seen.set(parentUuid, number + 1)
  return number
}

/** What the engine's list alone says, where no container could look: UUIDs, and nothing about them. */
export function gpusFromCdi(cdiDevices: readonly string[]): SeenGpu[] {
  const names = cdiDevices.filter((name) => new RegExp(`^${prefix}(GPU|MIG)-`).test(name))
  return names.map((cdiName, index) => {
    const uuid = cdiName.slice(prefix.length)
    return {
      uuid,
      index,
      kind: uuid.startsWith('MIG-') ? 'mig' : 'device',
      parentUuid: null,
      migProfile: null,
      migEnabled: false,
      model: 'NVIDIA GPU',
      memoryBytes: null,
      driverVersion: null,
      pciAddress: null,
      computeCapability: null,
      cdiName,
    }
  })
}
