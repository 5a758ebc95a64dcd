// What leaves the server about agents: never keys.
import { z } from 'zod'
import type { AgentStatus } from './agent'
import type { DrainView } from './agent-drain'
import type { AgentStanding } from './agent-standing'
import type { CertificateEnds } from './certificate-ends'
import type { GpuDiagnosisView } from './gpu-diagnosis'
import type { OtherPortal } from './host-claim'
import { TableQuery } from './page'
import type { PullView } from './pull-view'
import type { SessionOwner } from './session-owner'

/** Held by sessions, used by the whole host as last measured, and what there is; `real` is the total without an override. */
export type Capacity = { held: number; used: number | null; total: number | null; real: number | null }

export type AgentRow = {
  id: string
  name: string
  /** unix:///…, tcp://host:port or ssh://user@host:port */
  endpoint: string
  enabled: boolean
  status: AgentStatus
  /** The one word for all of it: what an administrator said, and what was seen. */
  standing: AgentStanding
  /** What most of the last calls took; and since when that is slow. */
  latencyMs: number | null
  slowSince: string | null
  /** How far its clock was ahead of the controller's when it was last looked at in full; negative where behind. */
  clockAheadMs: number | null
  drain: (DrainView & { since: string; by: string | null }) | null
  statusReason: string | null
  /** Who acts on the host instead of this portal. */
  otherPortal: OtherPortal | null
  /** Another engine answers than the one that the agent's sessions run on. */
  otherEngineSince: string | null
  unreachableSince: string | null
  lastSeenAt: string | null
  engineVersion: string | null
  groups: string[]
  cpuMillis: Capacity
  memoryBytes: Capacity
  disk: { totalBytes: number | null; freeBytes: number | null; low: boolean }
  gpus: { total: number; held: number }
  hasNvidiaRuntime: boolean
  /** Why GPUs are not all there, or not safe to hand out; empty where nothing is wrong. */
  gpuDiagnoses: GpuDiagnosisView[]
  liveSessions: number
  /** Null behind a socket. */
  certificates: CertificateEnds | null
}

export type BroughtImageView = {
  imageId: string
  /** The names that Berth gave it; a former build has lost them. */
  references: string[]
  how: 'pulled' | 'copied'
  sizeBytes: number
  broughtAt: string
  /** Null while a workspace, a session or a container needs it. */
  unneededSince: string | null
  removing: boolean
  /** Why it could not be removed, in the words of the engine. */
  problem: string | null
}

export const RemoveImages = z.strictObject({
  imageIds: z
    .array(z.string().regex(/^sha256:[0-9a-f]{64}$/, 'This is not the id of an image.'))
    .min(1, 'Name at least one image.')
    .max(500, 'At most 500 images at once.'),
})
export type RemoveImages = z.output<typeof RemoveImages>

export type AgentDetail = AgentRow & {
  version: number
  kind: 'socket' | 'tcp' | 'ssh'
  socketPath: string | null
  host: string | null
  port: number | null
  serverName: string | null
  sshUser: string | null
  /** The fingerprint that an administrator confirmed. */
  sshHostKey: string | null
  sshUsesPortalKey: boolean
  caPem: string | null
  certPem: string | null
  engineName: string | null
  apiVersion: string | null
  os: string | null
  architecture: string | null
  bindPaths: string[]
  publishAddress: string | null
  cpuMillisOverride: number | null
  memoryBytesOverride: number | null
  gpusExpected: number | null
  reachedBy: string | null
  gpuProblem: string | null
  cudaVersion: string | null
  toolkitVersion: string | null
  inventoriedAt: string | null
  images: { reference: string; imageId: string; digest: string | null; sizeBytes: number; seenAt: string }[]
  /** Of these, what Berth itself brought: it removes nothing else. */
  brought: BroughtImageView[]
  /** Images on their way here, or that could not be fetched. */
  pulls: (PullView & { reference: string })[]
  gpuList: {
    id: string
    uuid: string
    index: number
    model: string
    kind: 'device' | 'mig'
    memoryBytes: number | null
    driverVersion: string | null
    computeCapability: string | null
    /** Without an owner: a ready session. */
    holders: { sessionId: string; owner: string | null }[]
  }[]
  /** That lie there; without an image: one for all workspaces. */
  homes: { id: string; owner: string; imageName: string | null; volumeName: string }[]
  sessions: {
    id: string
    imageName: string
    owner: SessionOwner
    state: string
    wanted: string
    endsAt: string | null
    cpuMillis: number
    memoryBytes: number
    createdAt: string
  }[]
}

export const agentSorts = ['name', 'status', 'cpu', 'memory', 'seen', 'sessions'] as const
export const AgentTableQuery = TableQuery.extend({ sort: z.enum(agentSorts).default('name') })
export type AgentTableQuery = z.output<typeof AgentTableQuery>

export const sessionSorts = ['created', 'owner', 'image', 'state', 'agent', 'input'] as const
export const SessionTableQuery = TableQuery.extend({
  sort: z.enum(sessionSorts).default('created'),
  direction: z.enum(['asc', 'desc']).default('desc'),
  filter: z.enum(['live', 'ended', 'all']).default('live'),
})
export type SessionTableQuery = z.output<typeof SessionTableQuery>

export type FleetOverview = {
  agents: Record<AgentStanding, number>
  cpuMillis: { held: number; total: number }
  memoryBytes: { held: number; total: number }
  gpus: { held: number; total: number }
  /** Of people; those that are kept ready are nobody's. */
  sessionsByState: Record<string, number>
  ready: number
  queue: { sessionId: string; imageName: string; owner: string; position: number; since: string }[]
  recentLaunches: {
    sessionId: string
    imageName: string
    owner: string
    at: string
    state: string
    /** Milliseconds from the click to each step; null when it did not happen. */
    placedMs: number | null
    createdMs: number | null
    startedMs: number | null
    answeredMs: number | null
    firstViewerMs: number | null
  }[]
  warnings: { code: string; text: string; hint: string; href: string | null }[]
}

export type AccountUsage = {
  sessions: { used: number; limit: number }
  cpuMillis: { used: number; limit: number | null }
  memoryBytes: { used: number; limit: number | null }
  gpus: { used: number; limit: number }
}
