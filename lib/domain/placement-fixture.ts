// Plain agents and needs for tests of placement.
import type { PlacementAgent, PlacementGpu, PlacementNeeds } from './placement'

const GiB = 1024 ** 3

export function agent(over: Partial<PlacementAgent> = {}): PlacementAgent {
  return {
    id: 'a',
    name: 'a',
    enabled: true,
    drained: false,
    status: 'up',
    groups: [],
    bindPaths: [],
    cpuMillisTotal: 8000,
    cpuMillisHeld: 0,
    memoryBytesTotal: 32 * GiB,
    memoryBytesHeld: 0,
    diskLow: false,
    diskFreeBytes: 100 * GiB,
    gpus: [],
    references: new Set(),
    ...over,
  }
}

type OwnedNeeds = PlacementNeeds & { userId: string }

export function needs(over: Partial<OwnedNeeds> = {}): OwnedNeeds {
  return {
    sessionId: 's',
    userId: 'u',
    cpuMillis: 1000,
    memoryBytes: GiB,
    gpus: 0,
    gpuMemoryBytesMin: null,
    gpuModelPattern: null,
    agentGroup: null,
    bindSources: [],
    reference: 'x:1',
    homeAgentId: null,
    ...over,
  }
}

export function gpu(index: number, over: Partial<PlacementGpu> = {}): PlacementGpu {
  return {
    id: `g${index}`,
    uuid: `GPU-${index}`,
    index,
    model: 'NVIDIA A100-SXM4-80GB',
    memoryBytes: 80 * GiB,
    slots: 1,
    heldSlots: [],
    assignable: true,
    busyOutside: false,
    ...over,
  }
}
