// What leaves the server about GPUs. Administrators see the fleet; a session's owner sees the numbers of the GPUs it holds.
import { z } from 'zod'
import type { GpuReading } from './gpu-reading'
import { type GpuFilter, type GpuState, gpuFilters } from './gpu-state'
import { Id } from './ids'
import { CursorQuery } from './page'
import type { SessionOwner } from './session-owner'

export const GpuTableQuery = z.object({
  agent: z.union([Id, z.literal('')]).default(''),
  model: z.string().max(200).default(''),
  state: z.enum(['', ...gpuFilters]).default(''),
  page: z.coerce.number().int().min(1).max(100_000).default(1),
  size: z.coerce.number().int().min(1).max(200).default(64),
})
export type GpuTableQuery = z.output<typeof GpuTableQuery>

export const GpuListQuery = CursorQuery.extend({
  agent: Id.optional(),
  model: z.string().max(200).optional(),
  state: z.enum(gpuFilters).optional(),
})
export type GpuListQuery = z.output<typeof GpuListQuery>

export const GpuRef = z.strictObject({ gpuId: Id })
export type GpuRef = z.output<typeof GpuRef>

export type GpuHolder = {
  sessionId: string
  slot: number
  owner: SessionOwner
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
  /** `drained`: out of service, so that nothing new is placed on its GPUs. */
  agent: { id: string; name: string; enabled: boolean; drained: boolean }
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
  /** One page of those that match, by agent and index. */
  gpus: GpuTile[]
  page: number
  size: number
  /** How many match. */
  total: number
  queue: GpuQueueEntry[]
  agents: { id: string; name: string }[]
  models: string[]
  /** Of those that match agent and model, whatever their state; idle and lost are among the held ones. */
  counts: Record<GpuFilter, number>
}

export type GpuHistoryEntry = {
  sessionId: string
  owner: SessionOwner
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
