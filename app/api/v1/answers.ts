// What the API answers, as schemas for the OpenAPI document. Each is held against the type of what the use-cases return.
import { z } from 'zod'
import { imagePlace, imagePush } from '@/app/api/v1/image-answers'
import { SaveAnswer } from '@/app/api/v1/save-answers'
import type { ImageCheck } from '@/lib/domain/image-updates-view'
import type { SessionDetail, SessionView } from '@/lib/domain/session'
import { sessionEventCodes } from '@/lib/domain/session-events'
import { sessionStates, sessionVerbs, wantedStates } from '@/lib/domain/session-lifecycle'
import { transferPolicies } from '@/lib/domain/transfer-policy'
import { WorkspaceImageFields } from '@/lib/domain/workspace-image'
import type { ImageDetail } from '@/lib/domain/workspace-image-view'

const id = z.string()
const time = z.iso.datetime()
const text = z.string()
const count = z.int()

/** Fails to compile when a schema says less or other than the view that it documents. */
export const answerOf =
  <T>() =>
  <S extends z.ZodType>(schema: S & (T extends z.output<S> ? unknown : never)): S =>
    schema

export const Gone = z.object({ id })

export function pageOf(item: z.ZodType): z.ZodType {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() })
}

export const sessionFields = {
  id,
  imageId: id.nullable(),
  imageName: text,
  icon: z.object({ name: text, id: id.nullable() }),
  owner: z.object({ id, name: text }).nullable(),
  state: z.enum(sessionStates),
  wanted: z.enum(wantedStates),
  agentUnreachableSince: time.nullable(),
  drain: z.object({ message: text.nullable(), deadlineAt: time.nullable() }).nullable(),
  waitsFor: z.object({ problem: text.nullable(), nextTryAt: time.nullable() }).nullable(),
  agent: z.object({ id, name: text }).nullable(),
  queuePosition: count.nullable(),
  cpuMillis: count,
  memoryBytes: z.number(),
  gpus: z.array(z.object({ uuid: text, model: text })),
  gpusWanted: z.union([count, z.literal('all')]),
  hasHome: z.boolean(),
  authoring: z.boolean(),
  saving: z.boolean(),
  verbs: z.array(z.enum(sessionVerbs)),
  createdAt: time,
  startedAt: time.nullable(),
  endsAt: time.nullable(),
  gpuLostAt: time.nullable(),
  imageUpdate: z.enum(['newer', 'newerComing', 'other', 'otherComing']).nullable(),
  extendable: z.boolean(),
  version: count,
  activity: z.object({
    viewers: count.describe('Tabs and programs that have its desktop open now'),
    lastInputAt: time.nullable().describe('When a person last pressed a key, moved the pointer or pasted'),
    bytesUp: z.number().describe('Through its streams so far, from browsers to the desktop'),
    bytesDown: z.number().describe('Through its streams so far, from the desktop to browsers'),
  }),
}
export const SessionAnswer = answerOf<SessionView>()(z.object(sessionFields))

const pullProgress = z.object({ layers: count, layersDone: count, bytes: z.number(), bytesTotal: z.number(), status: text })

export const SessionDetailAnswer = answerOf<SessionDetail>()(
  z.object({
    ...sessionFields,
    queue: z
      .object({
        memoryBytesMin: z.number().nullable(),
        modelPattern: text.nullable(),
        holders: z.array(
          z.object({
            owner: z.object({ id, name: text }).nullable(),
            session: z.object({ id, name: text }).nullable(),
            agent: text.nullable(),
            gpus: count,
            model: text,
            since: time,
            endsAt: time.nullable(),
          }),
        ),
        moreHolders: count,
        expectedAt: time.nullable(),
        canStartWithoutGpu: z.boolean(),
      })
      .nullable(),
    save: SaveAnswer,
    reasons: z.array(z.object({ agent: text, code: text, text })),
    timeline: z.array(
      z.object({
        at: time,
        code: z.enum(sessionEventCodes),
        text,
        params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
      }),
    ),
    pull: pullProgress.nullable(),
    dockerImageId: text.nullable(),
    imageDigest: text.nullable(),
    transfers: z.object({
      clipboard: z.enum(transferPolicies),
      clipboardNext: z.enum(transferPolicies).describe('From its next start on'),
      files: z.enum(transferPolicies),
      maxFileBytes: z.number().describe('Of one file'),
    }),
    failure: z
      .object({ code: text, message: text, hint: text.nullable(), exitCode: count.nullable(), logTail: text.nullable() })
      .nullable(),
  }),
)

export const ConnectionAnswer = z.object({ url: z.url(), expiresAt: time })

export const pullFields = {
  state: z.enum(['waiting', 'pulling', 'failed']),
  source: text.nullable(),
  progress: pullProgress.nullable(),
  timeLeftMs: z.number().nullable(),
  problem: text.nullable(),
  hint: text.nullable(),
  nextTryAt: time.nullable(),
}

const imageFields = WorkspaceImageFields.shape
const updates = z.object({
  follows: z.enum(['tag', 'digest', 'nothing']),
  pinnedDigest: text.nullable(),
  current: text.nullable(),
  previous: text.nullable(),
  currentSince: time.nullable(),
  checkedAt: time.nullable(),
  triedAt: time.nullable(),
  nextCheckAt: time.nullable(),
  missingSince: time.nullable(),
  problem: text.nullable(),
  hint: text.nullable(),
  builds: z.array(
    z.object({
      digest: text,
      firstSeenAt: time.nullable(),
      sizeBytes: z.number().nullable(),
      agents: z.array(z.object({ id, name: text })),
      sessions: z.array(z.object({ id, owner: text, workspace: text })),
    }),
  ),
})

export const ImageCheckAnswer = answerOf<ImageCheck>()(
  z.object({
    outcome: z.enum(['moved', 'same', 'missing', 'unknown']),
    digest: text.nullable(),
    problem: text.nullable(),
    hint: text.nullable(),
  }),
)

export const ImageAnswer = answerOf<ImageDetail>()(
  z.object({
    ...imageFields,
    id,
    version: count,
    parent: z.object({ id, name: text, fields: z.object(imageFields) }).nullable(),
    agents: z.array(imagePlace),
    leadingImageId: text.nullable(),
    localOnly: z.boolean(),
    pulls: z.array(z.object({ agentId: id, agentName: text, ...pullFields })),
    updates,
    push: imagePush.nullable(),
    privileges: z.array(text),
    registryUser: text.nullable(),
    liveSessions: z.array(z.object({ id, owner: text, state: text })),
    ready: z.array(z.object({ id, state: text, agent: z.object({ id, name: text }).nullable(), since: time })),
    createdAt: time,
    updatedAt: time,
  }),
)
