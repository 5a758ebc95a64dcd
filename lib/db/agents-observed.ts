// What the controller reads of agents and writes about them: status, facts, images, GPUs. Never the ledger, and never what an administrator said.

import { digestOf } from '@/lib/domain/background-pulls'
import type { AgentConnection, EngineFacts, ProbeResult, SeenImage } from '@/lib/domain/container-host'
import { normalReference } from '@/lib/domain/image-reference'
import type { Keys } from '@/lib/secrets/keys'
import { open } from '@/lib/secrets/seal'
import { sealContext } from '@/lib/secrets/seal-contexts'
import { clearOtherEngine, noteEngineId } from './agent-host'
import { forgetRemoved } from './brought-images'
import type { Db, Tx } from './client'
import type { Agent } from './generated/client'
import { writeGpus } from './gpu-observed'
import { notify } from './notify'

export type AgentRow = Agent

export async function loadAgents(tx: Tx, ids?: string[]): Promise<AgentRow[]> {
  return tx.agent.findMany({ where: { removedAt: null, ...(ids ? { id: { in: ids } } : {}) }, orderBy: { createdAt: 'asc' } })
}

export async function findAgent(tx: Tx, agentId: string): Promise<AgentRow | null> {
  return tx.agent.findUnique({ where: { id: agentId, removedAt: null } })
}

export function toConnection(agent: AgentRow, keys: Keys): AgentConnection {
  if (agent.kind === 'socket') return { kind: 'socket', socketPath: agent.socketPath ?? '/var/run/docker.sock' }
  const key = agent.keySealed ? open(keys, sealContext.agentKey(agent.id), agent.keySealed) : ''
  if (agent.sshUser !== null) {
    return {
      kind: 'ssh',
      user: agent.sshUser,
      host: agent.host ?? '',
      port: agent.port ?? 22,
      socketPath: agent.socketPath ?? '/var/run/docker.sock',
      hostKey: agent.sshHostKey,
      privateKey: key,
    }
  }
  return {
    kind: 'tcp',
    host: agent.host ?? '',
    port: agent.port ?? 2376,
    caPem: agent.caPem ?? '',
    certPem: agent.certPem ?? '',
    keyPem: key,
    serverName: agent.serverName,
  }
}

/** Everything that decides how the engine is reached: a change means another connection. */
export function connectionFingerprint(agent: AgentRow): string {
  const { kind, socketPath, host, port, serverName, caPem, certPem, keySealed, sshUser, sshHostKey } = agent
  return JSON.stringify([kind, socketPath, host, port, serverName, caPem, certPem, keySealed, sshUser, sshHostKey])
}

/** How long its calls take; left out where nobody measured. */
export type ObservedSpeed = { latencyMs?: number | null; slowSince?: Date | null }

/**
 * Returns whether it was down before: then what waits for it can be placed. An agent whose size nobody has read yet is not up: placement
 * would call it too small for everything.
 */
export async function markUp(tx: Tx, agentId: string, now: Date, speed: ObservedSpeed = {}): Promise<boolean> {
  const { count } = await tx.agent.updateMany({
    where: { id: agentId, status: { not: 'up' }, cpuCount: { not: null } },
    data: { status: 'up', statusReason: null, unreachableSince: null, lastSeenAt: now, ...speed },
  })
  if (count === 0) await tx.agent.updateMany({ where: { id: agentId }, data: { lastSeenAt: now, ...speed } })
  else await clearOtherEngine(tx, agentId)
  return count > 0
}

export type Heard = { agentId: string; at: Date } & Required<ObservedSpeed>

/** Agents that were up and answered again, all in one statement. Returns those that were up: the others are for `markUp`. */
export async function noteHeard(tx: Tx, heard: readonly Heard[]): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    UPDATE "Agent" a SET "lastSeenAt" = h.at, "latencyMs" = h."latencyMs", "slowSince" = h."slowSince"
    FROM jsonb_to_recordset(${JSON.stringify(heard)}::jsonb)
      AS h("agentId" text, at timestamptz, "latencyMs" float8, "slowSince" timestamptz)
    WHERE a.id = h."agentId" AND a.status = 'up' RETURNING a.id`
  return rows.map(({ id }) => id)
}

export async function markUnreachable(tx: Tx, agentId: string, reason: string, now: Date): Promise<boolean> {
  const { count } = await tx.agent.updateMany({
    where: { id: agentId, status: { not: 'unreachable' } },
    data: { status: 'unreachable', statusReason: reason, unreachableSince: now },
  })
  if (count === 0) await tx.agent.updateMany({ where: { id: agentId }, data: { statusReason: reason } })
  return count > 0
}

export async function writeReachedBy(tx: Tx, agentId: string, reachedBy: string): Promise<void> {
  await tx.agent.updateMany({
    where: { id: agentId, OR: [{ reachedBy: null }, { reachedBy: { not: reachedBy } }] },
    data: { reachedBy },
  })
}

/** Docker itself says that nothing fits any more. The next inventory measures again. */
export async function noteDiskFull(tx: Tx, agentId: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE "Agent" SET "diskFreeBytes" = 0, "diskTotalBytes" = COALESCE("diskTotalBytes", 0) WHERE id = ${agentId}`
}

export type Inventory = {
  facts: EngineFacts
  images: SeenImage[] /** When they were asked for. */
  listedAt: Date
  probe: ProbeResult | null
  /** Left out: as it was. */
  gpusUnseen?: boolean
}

export async function writeInventory(
  db: Db,
  agentId: string,
  { facts, images, listedAt, probe, gpusUnseen }: Inventory,
  now: Date,
): Promise<void> {
  await db.$transaction(async (tx) => {
    await tx.agent.update({
      where: { id: agentId },
      data: {
        engineName: facts.name,
        engineVersion: facts.engineVersion,
        apiVersion: facts.apiVersion,
        os: facts.os,
        architecture: facts.architecture,
        cpuCount: facts.cpuCount,
        memoryBytes: facts.memoryBytes,
        hasNvidiaRuntime: facts.hasNvidiaRuntime,
        ...(gpusUnseen === undefined ? {} : { gpusUnseen }),
        toolkitVersion: facts.toolkitVersion,
        serverCertEndsAt: facts.serverCertEndsAt,
        clockAheadMs: facts.clockAheadMs,
        inventoriedAt: now,
        ...(probe
          ? {
              diskTotalBytes: probe.diskTotalBytes,
              diskFreeBytes: probe.diskFreeBytes,
              cpuMillisUsed: probe.use?.cpuMillis ?? null,
              memoryBytesUsed: probe.use?.memoryBytes ?? null,
            }
          : {}),
        ...(probe?.gpus ? { gpuProblem: probe.gpuProblem } : {}),
        // One broken GPU can silence what tells it.
        ...(probe?.gpus && (probe.cudaVersion !== null || probe.gpus.length === 0) ? { cudaVersion: probe.cudaVersion } : {}),
      },
    })
    await noteEngineId(tx, agentId, facts.engineId)
    await writeImages(tx, agentId, { images, listedAt }, now)
    await forgetRemoved(tx, agentId, images, listedAt)
    if (probe?.gpus) await writeGpus(tx, agentId, probe.gpus, now)
  })
}

type Listed = { imageId: string; digest: string | null; sizeBytes: number; builtAt: Date | null }

function listed(reference: string, { id, digests, sizeBytes, builtAt }: SeenImage): Listed {
  return { imageId: id, digest: digestOf(reference, digests), sizeBytes, builtAt: builtAt === null ? null : new Date(builtAt) }
}

type Listing = Pick<Inventory, 'images' | 'listedAt'>

async function writeImages(tx: Tx, agentId: string, { images, listedAt }: Listing, now: Date): Promise<void> {
  const wanted = new Map(
    images.flatMap((image) => image.references.map((reference) => [normalReference(reference), listed(reference, image)])) as [
      string,
      Listed,
    ][],
  )
  const known = await tx.agentImage.findMany({ where: { agentId } })
  // What came while the engine was asked is newer than its answer.
  await tx.agentImage.deleteMany({ where: { agentId, reference: { notIn: [...wanted.keys()] }, seenAt: { lte: listedAt } } })
  const fresh = [...wanted].filter(
    ([reference, image]) =>
      !known.some(
        (row) =>
          row.reference === reference &&
          (row.seenAt > listedAt ||
            (row.imageId === image.imageId &&
              row.digest === image.digest &&
              row.builtAt?.getTime() === image.builtAt?.getTime())),
      ),
  )
  await tx.agentImage.deleteMany({ where: { agentId, reference: { in: fresh.map(([reference]) => reference) } } })
  await tx.agentImage.createMany({ data: fresh.map(([reference, image]) => ({ agentId, reference, ...image, seenAt: now })) })
}

/** After a pull: placement and pages need not wait for the next inventory. */
export async function addAgentImage(tx: Tx, agentId: string, reference: string, image: SeenImage, now: Date): Promise<void> {
  const row = { ...listed(reference, image), seenAt: now }
  let isNews = false
  for (const name of new Set([normalReference(reference), ...image.digests])) {
    const key = { agentId, reference: name }
    const known = await tx.agentImage.findUnique({ where: { agentId_reference: key } })
    // Since when it is there is of one build: the same one is no news.
    if (known?.imageId === row.imageId && known.digest === row.digest) continue
    await tx.agentImage.upsert({ where: { agentId_reference: key }, create: { ...key, ...row }, update: row })
    isNews = true
  }
  // A container that looks which GPUs there are may be made of it.
  if (isNews && (await tx.agent.count({ where: { id: agentId, gpusUnseen: true } })) > 0) await notify(tx, 'agents', agentId)
}

/** Images to make the probe from, best first: the smallest workspace image that is there. */
export async function probeImages(tx: Tx, agentId: string): Promise<string[]> {
  const rows = await tx.agentImage.findMany({ where: { agentId }, orderBy: { sizeBytes: 'asc' }, select: { reference: true } })
  const workspaces = await tx.workspaceImage.findMany({ select: { reference: true } })
  const used = new Set(workspaces.map((image) => normalReference(image.reference)))
  return rows.map((row) => row.reference).sort((a, b) => Number(used.has(b)) - Number(used.has(a)))
}
