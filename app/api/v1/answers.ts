// What the API answers, as schemas for the OpenAPI document. Each is held against the type of what the use-cases return.
import { z } from 'zod'
import { broughtImage, imagePlace, imagePush } from '@/app/api/v1/image-answers'
import { SaveAnswer } from '@/app/api/v1/save-answers'
import { agentStatuses } from '@/lib/domain/agent'
import type { AgentConnectionAnswer } from '@/lib/domain/agent-connection'
import { agentStandings } from '@/lib/domain/agent-standing'
import type { AgentDetail } from '@/lib/domain/agent-view'
import { publishedReaches } from '@/lib/domain/container-host'
import { gpuDiagnosisCodes } from '@/lib/domain/gpu-diagnosis'
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
    }),
    failure: z
      .object({ code: text, message: text, hint: text.nullable(), exitCode: count.nullable(), logTail: text.nullable() })
      .nullable(),
  }),
)

export const ConnectionAnswer = z.object({ url: z.url(), expiresAt: time })

const pullFields = {
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

const capacity = z.object({
  held: z.number(),
  used: z.number().nullable(),
  total: z.number().nullable(),
  real: z.number().nullable(),
})
const gpu = z.object({
  id,
  uuid: text,
  index: count,
  model: text,
  kind: z.enum(['device', 'mig']),
  memoryBytes: z.number().nullable(),
  driverVersion: text.nullable(),
  computeCapability: text.nullable(),
  holders: z.array(z.object({ sessionId: id, owner: text.nullable() })),
})
const agentSession = z.object({
  id,
  imageName: text,
  owner: z.object({ id, name: text }).nullable(),
  state: text,
  wanted: text,
  endsAt: time.nullable(),
  cpuMillis: count,
  memoryBytes: z.number(),
  createdAt: time,
})

const engineFacts = z.object({
  name: text,
  engineVersion: text,
  apiVersion: text,
  os: text,
  architecture: text,
  cpuCount: count,
  memoryBytes: z.number(),
  hasNvidiaRuntime: z.boolean(),
  cdiDevices: z.array(text),
  toolkitVersion: text.nullable(),
  storageDriver: text,
  liveRestore: z.boolean(),
  serverCertEndsAt: time.nullable(),
  warnings: z.array(text),
})

export const AgentCheckAnswer = answerOf<AgentConnectionAnswer>()(
  z.discriminatedUnion('ok', [
    z.object({
      ok: z.literal(true),
      facts: engineFacts,
      desktops: z.object({ address: text, reach: z.enum(publishedReaches) }).nullable(),
    }),
    z.object({
      ok: z.literal(false),
      problem: text,
      hint: text.nullable(),
      hostKey: z.object({ type: text, fingerprint: text }).nullable(),
    }),
  ]),
)

export const SshKeyAnswer = z.object({ publicKey: text })

export const AgentAnswer = answerOf<AgentDetail>()(
  z.object({
    id,
    name: text,
    endpoint: text,
    enabled: z.boolean(),
    status: z.enum(agentStatuses),
    standing: z.enum(agentStandings),
    latencyMs: z.number().nullable(),
    slowSince: time.nullable(),
    clockAheadMs: z.number().nullable(),
    drain: z.object({ since: time, by: text.nullable(), message: text.nullable(), deadlineAt: time.nullable() }).nullable(),
    statusReason: text.nullable(),
    otherPortal: z.object({ installId: text, url: text, isCopy: z.boolean(), seenAt: time }).nullable(),
    unreachableSince: time.nullable(),
    lastSeenAt: time.nullable(),
    engineVersion: text.nullable(),
    groups: z.array(text),
    cpuMillis: capacity,
    memoryBytes: capacity,
    disk: z.object({ totalBytes: z.number().nullable(), freeBytes: z.number().nullable(), low: z.boolean() }),
    gpus: z.object({ total: count, held: count }),
    hasNvidiaRuntime: z.boolean(),
    gpuDiagnoses: z.array(
      z.object({ code: z.enum(gpuDiagnosisCodes), severity: z.enum(['error', 'warning']), text, hint: text, anchor: text }),
    ),
    liveSessions: count,
    certificates: z
      .object({
        serverEndsAt: time.nullable(),
        clientEndsAt: time.nullable(),
        caEndsAt: time.nullable(),
        renewedByItself: z.boolean(),
      })
      .nullable(),
    version: count,
    kind: z.enum(['socket', 'tcp', 'ssh']),
    socketPath: text.nullable(),
    host: text.nullable(),
    port: count.nullable(),
    serverName: text.nullable(),
    sshUser: text.nullable(),
    sshHostKey: text.nullable(),
    sshUsesPortalKey: z.boolean(),
    caPem: text.nullable(),
    certPem: text.nullable(),
    engineName: text.nullable(),
    apiVersion: text.nullable(),
    os: text.nullable(),
    architecture: text.nullable(),
    bindPaths: z.array(text),
    publishAddress: text.nullable(),
    cpuMillisOverride: count.nullable(),
    memoryBytesOverride: z.number().nullable(),
    gpusExpected: count.nullable(),
    reachedBy: text.nullable(),
    gpuProblem: text.nullable(),
    cudaVersion: text.nullable(),
    toolkitVersion: text.nullable(),
    inventoriedAt: time.nullable(),
    images: z.array(z.object({ reference: text, imageId: text, digest: text.nullable(), sizeBytes: z.number(), seenAt: time })),
    brought: z.array(broughtImage),
    pulls: z.array(z.object({ reference: text, ...pullFields })),
    gpuList: z.array(gpu),
    sessions: z.array(agentSession),
  }),
)
