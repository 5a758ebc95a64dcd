// Sessions as they leave the server. Names that a viewer may not see are dropped here, not in a page.

import type { Actor } from '@/lib/domain/actor'
import type { SessionSpec } from '@/lib/domain/container-spec'
import type { PullProgress } from '@/lib/domain/image-host'
import { runReference } from '@/lib/domain/image-tag'
import { can } from '@/lib/domain/permissions'
import { describeReasons, PlacementReason } from '@/lib/domain/placement-reasons'
import type { QueueView, SessionDetail, SessionView } from '@/lib/domain/session'
import { describeEvent, type SessionEventCode, type SessionEventParams, viewParams } from '@/lib/domain/session-events'
import { describeFailure } from '@/lib/domain/session-failure'
import { allowedVerbs, holdsResources, type SessionVerb } from '@/lib/domain/session-lifecycle'
import type { Prisma } from './generated/client'
import { isOpen, toSaveView } from './image-saves'

export const sessionViewSelect = {
  id: true,
  imageId: true,
  imageName: true,
  iconName: true,
  iconId: true,
  userId: true,
  state: true,
  wanted: true,
  queuePosition: true,
  cpuMillis: true,
  memoryBytes: true,
  gpuCount: true,
  needsAllGpus: true,
  homeId: true,
  authoring: true,
  saves: { orderBy: { createdAt: 'desc' }, take: 1 },
  createdAt: true,
  startedAt: true,
  endsAt: true,
  gpuLostAt: true,
  imageUpdate: true,
  timeLimitExtendable: true,
  version: true,
  lastInputAt: true,
  bytesUp: true,
  bytesDown: true,
  viewers: { select: { viewers: true } },
  user: { select: { id: true, name: true } },
  problem: true,
  nextTryAt: true,
  agent: {
    select: {
      id: true,
      name: true,
      status: true,
      unreachableSince: true,
      drainedAt: true,
      drainMessage: true,
      drainDeadlineAt: true,
    },
  },
  gpuHolds: { select: { gpu: { select: { uuid: true, model: true } } } },
} satisfies Prisma.SessionSelect

export const sessionDetailSelect = {
  ...sessionViewSelect,
  spec: true,
  image: { select: { clipboardPolicy: true, filePolicy: true } },
  reasons: true,
  pull: true,
  dockerImageId: true,
  imageDigest: true,
  failureCode: true,
  failureParams: true,
  exitCode: true,
  logTail: true,
  events: { orderBy: { id: 'desc' }, take: 200 },
} satisfies Prisma.SessionSelect

export type SessionViewRow = Prisma.SessionGetPayload<{ select: typeof sessionViewSelect }>
export type SessionDetailRow = Prisma.SessionGetPayload<{ select: typeof sessionDetailSelect }>

const verbPermission = {
  pause: 'session:pause',
  resume: 'session:resume',
  stop: 'session:stop',
  delete: 'session:delete',
  retry: 'session:resume',
  restart: 'session:resume',
  connect: 'session:connect',
  extend: 'session:extend',
} as const satisfies Record<SessionVerb, string>

export function toSessionView(row: SessionViewRow, viewer: Actor): SessionView {
  const isAdmin = viewer.role === 'admin'
  return {
    id: row.id,
    imageId: row.imageId,
    imageName: row.imageName,
    icon: { name: row.iconName, id: row.iconId },
    owner: row.user,
    state: row.state,
    wanted: row.wanted,
    agentUnreachableSince: unreachableSince(row),
    drain: drainOf(row),
    waitsFor: waitsFor(row),
    agent: isAdmin && row.agent ? { id: row.agent.id, name: row.agent.name } : null,
    queuePosition: row.state === 'queued' ? row.queuePosition : null,
    cpuMillis: row.cpuMillis,
    memoryBytes: row.memoryBytes,
    gpus: row.gpuHolds.map((hold) => hold.gpu),
    gpusWanted: row.needsAllGpus ? 'all' : row.gpuCount,
    hasHome: row.homeId !== null,
    authoring: row.authoring,
    saving: isSaving(row),
    verbs: viewerVerbs(row, viewer),
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    endsAt: row.endsAt?.toISOString() ?? null,
    gpuLostAt: row.gpuLostAt?.toISOString() ?? null,
    imageUpdate: row.imageUpdate,
    extendable: row.endsAt !== null && (row.timeLimitExtendable || isAdmin),
    activity: {
      viewers: row.viewers.reduce((sum, { viewers }) => sum + viewers, 0),
      lastInputAt: row.lastInputAt?.toISOString() ?? null,
      bytesUp: row.bytesUp,
      bytesDown: row.bytesDown,
    },
    version: row.version,
  }
}

function viewerVerbs(row: SessionViewRow, viewer: Actor): SessionVerb[] {
  if (row.wanted === 'deleted') return []
  if (isSaving(row)) return can(viewer, 'session:delete', { userId: row.userId }) ? ['delete'] : []
  return allowedVerbs(row.state).filter((verb) => {
    // It has nothing worth keeping, and a new one takes its place.
    if (row.userId === null && verb !== 'delete') return false
    if (keepsWork(row) && lostByAuthoring.includes(verb)) return false
    if (!can(viewer, verbPermission[verb], { userId: row.userId })) return false
    if (verb === 'extend') return row.endsAt !== null && (row.timeLimitExtendable || viewer.role === 'admin')
    // Where nothing was lost, it is stop and resume; after a failure it is retry.
    if (verb === 'restart') return row.gpuLostAt !== null && holdsResources(row.state)
    return !isAsked(verb, row.wanted)
  })
}

/** Asked for already: a second click would change nothing. */
function isAsked(verb: SessionVerb, wanted: SessionViewRow['wanted']): boolean {
  return (verb === 'stop' && wanted === 'stopped') || (verb === 'pause' && wanted === 'paused')
}

/** To stop or restart an authoring session would throw away what was changed in it. */
export const lostByAuthoring: readonly SessionVerb[] = ['stop', 'restart']

/** Its container holds what somebody changed by hand. */
function keepsWork({ authoring, state }: Pick<SessionViewRow, 'authoring' | 'state'>): boolean {
  return authoring && holdsResources(state) && state !== 'starting'
}

function isSaving(row: Pick<SessionViewRow, 'saves'>): boolean {
  return row.saves.some(({ state }) => isOpen(state))
}

/** A fact about the agent, shown over the state while the session depends on it. */
function unreachableSince(row: SessionViewRow): string | null {
  const depends = ['starting', 'running', 'paused', 'stopping', 'deleting'].includes(row.state)
  return depends && row.agent?.status === 'unreachable'
    ? (row.agent.unreachableSince?.toISOString() ?? new Date(0).toISOString())
    : null
}

function drainOf({ state, wanted, agent }: SessionViewRow): SessionView['drain'] {
  const goesOn = ['starting', 'running', 'paused'].includes(state) && (wanted === 'running' || wanted === 'paused')
  if (!agent || agent.drainedAt === null || !goesOn) return null
  return { message: agent.drainMessage, deadlineAt: agent.drainDeadlineAt?.toISOString() ?? null }
}

/** A stop or a removal that failed is tried again for ever; one on a silent agent waits for it. */
function waitsFor(row: SessionViewRow): SessionView['waitsFor'] {
  const isEnding = row.state === 'stopping' || row.state === 'deleting'
  if (!isEnding || (row.problem === null && unreachableSince(row) === null)) return null
  return { problem: row.problem, nextTryAt: row.nextTryAt?.toISOString() ?? null }
}

type Beside = { queue: QueueView | null; maxFileBytes: number }

export function toSessionDetail(row: SessionDetailRow, viewer: Actor, { queue, maxFileBytes }: Beside): SessionDetail {
  const audience = { isAdmin: viewer.role === 'admin' }
  const reasons = PlacementReason.array().safeParse(row.reasons)
  const spec = row.spec as SessionSpec
  return {
    ...toSessionView(row, viewer),
    queue,
    save: row.saves[0] ? toSaveView(row.saves[0]) : null,
    reasons: reasons.success ? describeReasons(reasons.data, audience) : [],
    timeline: row.events.reverse().map((event) => {
      const code = event.code as SessionEventCode
      const params = event.params as SessionEventParams
      return {
        at: event.at.toISOString(),
        code,
        text: describeEvent(code, params, audience),
        params: viewParams(params, audience),
      }
    }),
    pull: row.pull === null ? null : { timeLeftMs: null, ...(row.pull as PullProgress) },
    transfers: { ...transferRules(row.image, spec), maxFileBytes },
    dockerImageId: row.dockerImageId,
    imageDigest: row.imageDigest,
    failure:
      row.failureCode === null
        ? null
        : describeFailure({
            code: row.failureCode,
            params: row.failureParams as SessionEventParams,
            exitCode: row.exitCode,
            logTail: row.logTail,
            reference: runReference(spec),
            isAdmin: audience.isAdmin,
          }),
  }
}

/** The clipboard is the container's business, so as it was started; files are the portal's, and go by the workspace of now. */
function transferRules(image: SessionDetailRow['image'], spec: SessionSpec): Omit<SessionDetail['transfers'], 'maxFileBytes'> {
  const clipboard = spec.clipboardPolicy ?? 'both'
  return {
    clipboard,
    clipboardNext: image?.clipboardPolicy ?? clipboard,
    files: image?.filePolicy ?? spec.filePolicy ?? 'both',
  }
}
