// Plain agents and needs for tests of placement.
import type { PlacementAgent, PlacementNeeds } from './placement'

const GiB = 1024 ** 3

export function agent(over: Partial<PlacementAgent> = {}): PlacementAgent {
  return {
    id: 'a',
    name: 'a',
    enabled: true,
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

export function needs(over: Partial<PlacementNeeds> = {}): PlacementNeeds {
  return {
    sessionId: 's',
    userId: 'u',
    cpuMillis: 1000,
    memoryBytes: GiB,
    gpus: 0,
    agentGroup: null,
    bindSources: [],
    reference: 'x:1',
    homeAgentId: null,
    ...over,
  }
}
