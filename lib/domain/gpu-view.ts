// What leaves the server about GPUs. Administrators see the fleet; a session's owner sees the numbers of the GPUs it holds.
import { z } from 'zod'
import type { GpuReading } from './gpu-reading'
import { Id } from './ids'

/** free · held (some or all slots) · excluded · missing · mig (handed out as slices only) · outside (used past Berth) · unreachable (its agent). */
export const gpuStates = ['free', 'held', 'excluded', 'missing', 'mig', 'outside', 'unreachable'] as const
export type GpuState = (typeof gpuStates)[number]

export type GpuHolder = {
  sessionId: string
  slot: number
  owner: { id: string; name: string }
  imageName: string
  since: string
  /** When the session's time limit ends it, if it has one. */
  endsAt: string | null
  /** The container no longer sees it. */
  lostAt: string | null
}

export type GpuTile = {
  id: string
  uuid: string
  index: number
  kind: 'device' | 'mig'
  parentUuid: string | null
  migProfile: string | null
  model: string
  memoryBytes: number | null
  driverVersion: string | null
  pciAddress: string | null
  computeCapability: string | null
  agent: { id: string; name: string }
  state: GpuState
  shares: number
  excluded: boolean
  allowBusyOutside: boolean
  busyOutsideSince: string | null
  missingSince: string | null
  holders: GpuHolder[]
  /** The last reading and when; null where none came for a while. */
  reading: (Omit<GpuReading, 'uuid'> & { at: string }) | null
  /** Held, but its utilisation has been nearly nothing since then. */
  idleSince: string | null
  /** Utilisation in percent per minute, oldest first, up to an hour; null where nothing was measured. */
  sparkline: (number | null)[]
}

export type GpuQueueEntry = {
  sessionId: string
  position: number
  imageName: string
  owner: { id: string; name: string }
  needs: { gpus: number | 'all'; memoryBytesMin: number | null; modelPattern: string | null }
  since: string
  /** When enough is expected to be free, from the ends of holders' sessions; null where nobody's end is known. */
  expectedAt: string | null
}

export type GpuDashboard = {
  gpus: GpuTile[]
  queue: GpuQueueEntry[]
  agents: { id: string; name: string }[]
  models: string[]
  counts: Record<GpuState, number>
}

export type GpuHistoryEntry = {
  sessionId: string
  owner: { id: string; name: string }
  imageName: string
  since: string
  until: string | null
}

export type GpuDetail = GpuTile & {
  history: GpuHistoryEntry[]
  /** Up to a day, per minute. */
  samples: ({ at: string } & Omit<GpuReading, 'uuid'>)[]
}

/** My GPUs on the session page. */
export type SessionGpu = {
  uuid: string
  index: number
  model: string
  kind: 'device' | 'mig'
  shares: number
  memoryBytes: number | null
  lost: boolean
  reading: (Omit<GpuReading, 'uuid'> & { at: string }) | null
}

export const GpuPatch = z
  .strictObject({
    excluded: z.boolean(),
    shares: z.int().min(1, 'At least one.').max(32, 'At most 32.'),
    allowBusyOutside: z.boolean(),
  })
  .partial()
export type GpuPatch = z.output<typeof GpuPatch>

export const EditGpu = z.strictObject({ gpuId: Id, patch: GpuPatch })
export type EditGpu = z.output<typeof EditGpu>
