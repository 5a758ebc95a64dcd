// Sessions: what may be asked, and what leaves the server about them.
import { z } from 'zod'
import type { DrainView } from './agent-drain'
import { Id } from './ids'
import type { PullProgress } from './image-host'
import type { ImageSaveView } from './image-save'
import type { ImageUpdate } from './image-update'
import type { ReasonView } from './placement-reasons'
import type { SessionEventView } from './session-events'
import type { SessionState, SessionVerb, Wanted } from './session-lifecycle'
import type { SessionOwner } from './session-owner'
import type { TransferPolicy } from './transfer-policy'

const timezone = z
  .string()
  .max(64)
  .refine((zone) => {
    try {
      new Intl.DateTimeFormat('en', { timeZone: zone })
      return true
    } catch {
      return false
    }
  }, 'This is not a time zone.')

export const LaunchSession = z.strictObject({
  imageId: Id,
  /** Launching twice with one key makes one session. */
  idempotencyKey: z
    .string()
    .regex(/^[\x21-\x7e]{1,128}$/, 'At most 128 printable characters.')
    .optional(),
  timezone: timezone.optional(),
  /** Where the workspace leaves a choice; left out, its largest number. */
  gpuCount: z.int().min(1, 'At least one GPU.').max(64, 'At most 64 GPUs.').optional(),
})
export type LaunchSession = z.output<typeof LaunchSession>

export const SessionRef = z.strictObject({ sessionId: Id })
export type SessionRef = z.output<typeof SessionRef>

/** With the mark of an earlier answer, the next one comes when something is new. */
export const WatchSession = SessionRef.extend({ since: z.string().max(100).optional() })
export type WatchSession = z.output<typeof WatchSession>

export const ExtendSession = z.strictObject({
  sessionId: Id,
  minutes: z
    .int()
    .min(5)
    .max(7 * 24 * 60)
    .default(60),
})
export type ExtendSession = z.output<typeof ExtendSession>

/** `timeLeftMs` null: nothing can be said yet. */
export type PullView = PullProgress & { timeLeftMs: number | null }

export type FailureView = { code: string; message: string; hint: string | null; exitCode: number | null; logTail: string | null }

/** How its desktop is used, as gateways count it; up to 15 seconds old. */
export type SessionActivity = {
  /** Tabs and programs that have its desktop open now. */
  viewers: number
  /** When a person last pressed a key, moved the pointer or pasted; null: nobody yet. */
  lastInputAt: string | null
  /** From browsers to the desktop, and from it to them, of all its starts together. */
  bytesUp: number
  bytesDown: number
}

/** What a list shows. Times are ISO strings. */
export type SessionView = {
  id: string
  imageId: string | null
  imageName: string
  icon: { name: string; id: string | null }
  /** Null: a ready session, which is nobody's until a launch claims it. */
  owner: SessionOwner
  state: SessionState
  wanted: Wanted
  /** Its agent does not answer: shown over the state. */
  agentUnreachableSince: string | null
  /** Its agent is being taken out of service: what its people are told, and when it is stopped. */
  drain: DrainView | null
  /** Why an end that was asked for is not there yet; null while nothing stands in its way. */
  waitsFor: { problem: string | null; nextTryAt: string | null } | null
  /** Administrators only. */
  agent: { id: string; name: string } | null
  queuePosition: number | null
  cpuMillis: number
  memoryBytes: number
  gpus: { uuid: string; model: string }[]
  gpusWanted: number | 'all'
  /** Files of its user that outlive it. */
  hasHome: boolean
  /** An administrator changes the image by hand in it. */
  authoring: boolean
  /** Its container is being made an image: there is no desktop meanwhile. */
  saving: boolean
  verbs: SessionVerb[]
  createdAt: string
  startedAt: string | null
  endsAt: string | null
  /** Its container no longer sees a GPU that it holds. */
  gpuLostAt: string | null
  /** A new start would run another build of its image; `…Coming`: as soon as that is complete on its agent. */
  imageUpdate: ImageUpdate | null
  extendable: boolean
  activity: SessionActivity
  version: number
}

/** Who has what a queued session waits for. */
export type QueueHolder = {
  /** Null: somebody whose name the viewer may not see. */
  owner: { id: string; name: string } | null
  session: { id: string; name: string } | null
  /** Administrators only. */
  agent: string | null
  gpus: number
  model: string
  since: string
  endsAt: string | null
}

export type GpuDemands = { memoryBytesMin: number | null; modelPattern: string | null }

export type QueueView = GpuDemands & {
  /** Those that end first come first; the rest is counted. */
  holders: QueueHolder[]
  moreHolders: number
  /** At the earliest, from the ends of holders' sessions; null where those are not known. */
  expectedAt: string | null
  canStartWithoutGpu: boolean
}

export type SessionDetail = SessionView & {
  /** Null unless it waits. */
  queue: QueueView | null
  /** The last time that somebody asked to save it, where it is an authoring session. */
  save: ImageSaveView | null
  reasons: ReasonView[]
  timeline: SessionEventView[]
  pull: PullView | null
  /** What its container was made from: Docker’s ID, and the digest that a registry gave it. */
  dockerImageId: string | null
  imageDigest: string | null
  failure: FailureView | null
  transfers: TransferRules
}

/** What may go in and out of it; `clipboardNext` holds from its next start on. */
export type TransferRules = {
  clipboard: TransferPolicy
  clipboardNext: TransferPolicy
  files: TransferPolicy
  /** Of one file. */
  maxFileBytes: number
}

/** `now` is the server's clock, against which a page counts down. */
export type WatchedSession = { now: string; mark: string; session: SessionDetail }

export const sessionFilters = ['live', 'ended', 'all'] as const
export const SessionFilter = z.enum(sessionFilters)
export type SessionFilter = z.output<typeof SessionFilter>
