// Agents as they leave the server. Keys never do.
import { isDiskLow } from '@/lib/domain/agent'
import { agentStanding } from '@/lib/domain/agent-standing'
import type { AgentDetail, AgentRow } from '@/lib/domain/agent-view'
import type { CertificateEnds } from '@/lib/domain/certificate-ends'
import { readGpuDiagnoses, viewGpuDiagnosis } from '@/lib/domain/gpu-diagnosis'
import { readOtherPortal } from '@/lib/domain/host-claim'
import { toPullView } from './agent-pulls'
import { endOfPem } from './certificate-end'
import type { Prisma } from './generated/client'

const liveStates = { held: true } satisfies Prisma.SessionWhereInput

export const agentRowInclude = {
  enrolment: { select: { id: true } },
  onHost: { select: { otherPortal: true, otherEngineSince: true } },
  gpus: {
    include: { holds: { include: { session: { select: { id: true, user: { select: { name: true } } } } } } },
    orderBy: { index: 'asc' },
  },
  _count: { select: { sessions: { where: liveStates } } },
} satisfies Prisma.AgentInclude

export const agentDetailInclude = {
  ...agentRowInclude,
  images: { orderBy: { reference: 'asc' }, take: 500 },
  brought: { orderBy: { sizeBytes: 'desc' }, take: 500 },
  pulls: { orderBy: [{ state: 'desc' }, { reference: 'asc' }], take: 200 },
  homes: {
    select: { id: true, volumeName: true, user: { select: { name: true } }, image: { select: { name: true } } },
    orderBy: { createdAt: 'asc' },
    take: 200,
  },
  sessions: {
    where: liveStates,
    select: {
      id: true,
      imageName: true,
      state: true,
      wanted: true,
      endsAt: true,
      cpuMillis: true,
      memoryBytes: true,
      createdAt: true,
      user: { select: { id: true, name: true } },
    },
    orderBy: { createdAt: 'desc' },
    take: 200,
  },
} satisfies Prisma.AgentInclude

type RowSource = Prisma.AgentGetPayload<{ include: typeof agentRowInclude }>
type DetailSource = Prisma.AgentGetPayload<{ include: typeof agentDetailInclude }>

export function toAgentRow(agent: RowSource): AgentRow {
  // A GPU that is cut into slices is not handed out itself.
  const usable = agent.gpus.filter((gpu) => gpu.kind === 'mig' || !gpu.migEnabled)
  const realCpu = agent.cpuCount === null ? null : agent.cpuCount * 1000
  return {
    id: agent.id,
    name: agent.name,
    endpoint: endpointText(agent),
    enabled: agent.enabled,
    status: agent.status,
    standing: agentStanding(agent),
    latencyMs: agent.latencyMs,
    slowSince: agent.slowSince?.toISOString() ?? null,
    clockAheadMs: agent.clockAheadMs,
    drain: drainOf(agent),
    statusReason: agent.statusReason,
    otherPortal: readOtherPortal(agent.onHost?.otherPortal),
    otherEngineSince: agent.onHost?.otherEngineSince?.toISOString() ?? null,
    unreachableSince: agent.unreachableSince?.toISOString() ?? null,
    lastSeenAt: agent.lastSeenAt?.toISOString() ?? null,
    engineVersion: agent.engineVersion,
    groups: agent.groups,
    cpuMillis: { held: agent.cpuMillisHeld, used: agent.cpuMillisUsed, total: agent.cpuMillisOverride ?? realCpu, real: realCpu },
    memoryBytes: {
      held: agent.memoryBytesHeld,
      used: agent.memoryBytesUsed,
      total: agent.memoryBytesOverride ?? agent.memoryBytes,
      real: agent.memoryBytes,
    },
    disk: {
      totalBytes: agent.diskTotalBytes,
      freeBytes: agent.diskFreeBytes,
      low: isDiskLow({ totalBytes: agent.diskTotalBytes, freeBytes: agent.diskFreeBytes }),
    },
    gpus: { total: usable.length, held: usable.filter((gpu) => gpu.holds.length > 0).length },
    hasNvidiaRuntime: agent.hasNvidiaRuntime,
    gpuDiagnoses: readGpuDiagnoses(agent.gpuDiagnoses).map(viewGpuDiagnosis),
    liveSessions: agent._count.sessions,
    certificates: endpointKind(agent) === 'tcp' ? toCertificateEnds(agent) : null,
  }
}

type Endpoint = Pick<RowSource, 'kind' | 'socketPath' | 'host' | 'port' | 'sshUser'>

function endpointKind({ kind, sshUser }: Pick<Endpoint, 'kind' | 'sshUser'>): 'socket' | 'tcp' | 'ssh' {
  return sshUser === null ? kind : 'ssh'
}

export function endpointText({ kind, socketPath, host, port, sshUser }: Endpoint): string {
  if (kind === 'socket') return `unix://${socketPath}`
  const address = `${host?.includes(':') ? `[${host}]` : host}:${port}`
  return sshUser === null ? `tcp://${address}` : `ssh://${sshUser}@${address}`
}

function drainOf({ drainedAt, drainedBy, drainMessage, drainDeadlineAt }: RowSource): AgentRow['drain'] {
  if (drainedAt === null) return null
  const deadlineAt = drainDeadlineAt?.toISOString() ?? null
  return { since: drainedAt.toISOString(), by: drainedBy, message: drainMessage, deadlineAt }
}

function toCertificateEnds({ serverCertEndsAt, certPem, caPem, enrolment }: RowSource): CertificateEnds {
  return {
    serverEndsAt: serverCertEndsAt?.toISOString() ?? null,
    clientEndsAt: endOfPem(certPem),
    caEndsAt: endOfPem(caPem),
    renewedByItself: enrolment !== null,
  }
}

export function toAgentDetail(agent: DetailSource, names: ReadonlyMap<string, string>): AgentDetail {
  return {
    ...toAgentRow(agent),
    version: agent.version,
    kind: endpointKind(agent),
    socketPath: agent.socketPath,
    host: agent.host,
    port: agent.port,
    serverName: agent.serverName,
    sshUser: agent.sshUser,
    sshHostKey: agent.sshHostKey,
    sshUsesPortalKey: agent.sshUsesPortalKey,
    caPem: agent.caPem,
    certPem: agent.certPem,
    engineName: agent.engineName,
    apiVersion: agent.apiVersion,
    os: agent.os,
    architecture: agent.architecture,
    bindPaths: agent.bindPaths,
    publishAddress: agent.publishAddress,
    cpuMillisOverride: agent.cpuMillisOverride,
    memoryBytesOverride: agent.memoryBytesOverride,
    gpusExpected: agent.gpusExpected,
    reachedBy: agent.reachedBy,
    gpuProblem: agent.gpuProblem,
    cudaVersion: agent.cudaVersion,
    toolkitVersion: agent.toolkitVersion,
    inventoriedAt: agent.inventoriedAt?.toISOString() ?? null,
    images: agent.images.map(({ reference, imageId, digest, sizeBytes, seenAt }) => ({
      reference,
      imageId,
      digest,
      sizeBytes,
      seenAt: seenAt.toISOString(),
    })),
    brought: agent.brought.map((image) => ({
      imageId: image.imageId,
      references: image.references,
      how: image.how,
      sizeBytes: image.sizeBytes,
      broughtAt: image.broughtAt.toISOString(),
      unneededSince: image.unneededSince?.toISOString() ?? null,
      removing: image.removalWantedAt !== null,
      problem: image.problem,
    })),
    pulls: agent.pulls.map((pull) => ({ reference: pull.reference, ...toPullView(pull, names) })),
    gpuList: agent.gpus.map(({ id, uuid, index, model, kind, memoryBytes, driverVersion, computeCapability, holds }) => ({
      id,
      uuid,
      index,
      model,
      kind,
      memoryBytes,
      driverVersion,
      computeCapability,
      holders: holds.map((hold) => ({ sessionId: hold.session.id, owner: hold.session.user?.name ?? null })),
    })),
    homes: agent.homes.map(toHome),
    sessions: agent.sessions.map(({ user, createdAt, endsAt, ...session }) => ({
      ...session,
      owner: user,
      endsAt: endsAt?.toISOString() ?? null,
      createdAt: createdAt.toISOString(),
    })),
  }
}

function toHome({ id, volumeName, user, image }: DetailSource['homes'][number]): AgentDetail['homes'][number] {
  return { id, owner: user.name, imageName: image?.name ?? null, volumeName }
}
