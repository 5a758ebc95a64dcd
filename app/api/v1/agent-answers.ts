// Agents as the API answers them.
import { z } from 'zod'
import { answerOf, pullFields } from '@/app/api/v1/answers'
import { broughtImage } from '@/app/api/v1/image-answers'
import { agentStatuses } from '@/lib/domain/agent'
import type { AgentConnectionAnswer } from '@/lib/domain/agent-connection'
import { agentStandings } from '@/lib/domain/agent-standing'
import type { AgentDetail } from '@/lib/domain/agent-view'
import { publishedReaches } from '@/lib/domain/container-host'
import { gpuDiagnosisCodes } from '@/lib/domain/gpu-diagnosis'

const id = z.string()
const time = z.iso.datetime()
const text = z.string()
const count = z.int()

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
  engineId: text.nullable(),
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
    otherEngineSince: time.nullable(),
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
    homes: z.array(z.object({ id, owner: text, imageName: text.nullable(), volumeName: text })),
    sessions: z.array(agentSession),
  }),
)
