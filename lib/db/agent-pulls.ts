// Images on their way to agents: what is wanted where, how far it is, and what went wrong.
import { isDiskLow } from '@/lib/domain/agent'
import type { BackgroundPulls, PullTarget, PullTry, WantedImage } from '@/lib/domain/background-pulls'
import type { PullProgress } from '@/lib/domain/container-host'
import type { SessionSpec } from '@/lib/domain/container-spec'
import type { ImageHolder } from '@/lib/domain/image-copies'
import { digestReference, normalReference } from '@/lib/domain/image-reference'
import { type HeldBuild, provenDigest, type TagState } from '@/lib/domain/image-tag'
import type { PullView } from '@/lib/domain/pull-view'
import { VolumeMounts } from '@/lib/domain/volume-mount'
import type { Tx } from './client'
import type { Agent, AgentPull, Prisma, WorkspaceImage } from './generated/client'
import { trustedDigests } from './image-digests'
import { loadImageHolders } from './image-holders'
import { DbNull } from './json-null'
import { notify } from './notify'
import { specNeeds } from './placement-input'

type ImageSource = Pick<
  WorkspaceImage,
  'reference' | 'pinnedDigest' | 'agentGroup' | 'requireGpu' | 'gpuOptional' | 'volumes' | 'prefetch'
>

export function toWantedImage(row: ImageSource): WantedImage {
  return {
    reference: normalReference(row.reference),
    pinnedDigest: row.pinnedDigest,
    prefetch: row.prefetch,
    agentGroup: row.agentGroup,
    needsGpu: row.requireGpu && !row.gpuOptional,
    bindSources: VolumeMounts.parse(row.volumes).flatMap((mount) => (mount.kind === 'bind' ? [mount.source] : [])),
  }
}

export function toPullTarget(agent: Agent & { _count: { gpus: number } }): PullTarget {
  return {
    id: agent.id,
    // What is being taken out of service needs no images.
    enabled: agent.enabled && agent.drainedAt === null,
    isUp: agent.status === 'up',
    diskLow: isDiskLow({ totalBytes: agent.diskTotalBytes, freeBytes: agent.diskFreeBytes }),
    disk: { totalBytes: agent.diskTotalBytes, freeBytes: agent.diskFreeBytes },
    groups: agent.groups,
    bindPaths: agent.bindPaths,
    hasGpus: agent._count.gpus > 0 || agent.gpusUnseen,
  }
}

/** GPUs that may be handed out, now or when they are seen again. */
export const pullTargetInclude = { _count: { select: { gpus: { where: { excluded: false } } } } } satisfies Prisma.AgentInclude

type Situation = {
  agent: PullTarget
  images: WantedImage[]
  here: Map<string, HeldBuild>
  holders: ImageHolder[]
  tags: TagState[]
  tries: PullTry[]
}

export async function loadPullSituation(tx: Tx, agentId: string): Promise<Situation | null> {
  const agent = await tx.agent.findUnique({
    where: { id: agentId, removedAt: null },
    include: { ...pullTargetInclude, images: true, pulls: true },
  })
  if (!agent) return null
  const images = (await tx.workspaceImage.findMany({ where: { enabled: true } })).map(toWantedImage)
  if (agent.gpusUnseen && agent.images.length === 0) images.push(...(await wantedToLook(tx)))
  const references = images.map((image) => image.reference)
  const [holders, trusted, tags] = await Promise.all([
    loadImageHolders(tx, references),
    trustedDigests(tx),
    tx.imageTag.findMany({ where: { reference: { in: references } } }),
  ])
  const here = new Map(agent.images.map((row) => [row.reference, { ...row, digest: provenDigest(row, trusted) }]))
  return { agent: toPullTarget(agent), images, here, holders, tags, tries: agent.pulls.map(toTry) }
}

/** Which GPUs an agent has, a container says, and it has no image to make one of: what waits for just this brings its own. */
async function wantedToLook(tx: Tx): Promise<WantedImage[]> {
  const waiting = await tx.session.findMany({
    where: { state: 'queued', wanted: 'running', userId: { not: null }, OR: [{ gpuCount: { gt: 0 } }, { needsAllGpus: true }] },
    select: { spec: true },
  })
  return waiting.map(({ spec }) => {
    const { agentGroup, bindSources } = specNeeds(spec as SessionSpec)
    const { reference, pinnedDigest = null } = spec as SessionSpec
    return { reference, pinnedDigest, prefetch: true, agentGroup, needsGpu: true, bindSources: [...bindSources] }
  })
}

function toTry({ reference, attempts, nextTryAt, needBytes, sourceAgentId }: AgentPull): PullTry {
  return { reference, attempts, nextTryAt, needBytes, wasCopy: sourceAgentId !== null }
}

export async function writePlannedPulls(tx: Tx, agentId: string, { pull, forget }: BackgroundPulls): Promise<void> {
  await tx.agentPull.deleteMany({ where: { agentId, reference: { in: forget } } })
  await tx.agentPull.createMany({ data: pull.map((reference) => ({ agentId, reference })), skipDuplicates: true })
}

/** As it is kept: with the time left as of then, so that the clocks of processes do not matter. */
type StoredProgress = PullProgress & { timeLeftMs: number | null }

/** Id → name of the agents that something is copied from. */
export async function sourceNames(tx: Tx, pulls: readonly Pick<AgentPull, 'sourceAgentId'>[]): Promise<Map<string, string>> {
  const ids = pulls.flatMap(({ sourceAgentId }) => sourceAgentId ?? [])
  if (ids.length === 0) return new Map()
  const agents = await tx.agent.findMany({ where: { id: { in: ids } }, select: { id: true, name: true } })
  return new Map(agents.map(({ id, name }) => [id, name]))
}

export function toPullView(row: AgentPull, names: ReadonlyMap<string, string>): PullView {
  const { timeLeftMs = null, ...progress } = (row.progress ?? {}) as Partial<StoredProgress>
  return {
    state: row.state,
    source: row.sourceAgentId === null ? null : (names.get(row.sourceAgentId) ?? null),
    progress: row.progress === null ? null : (progress as PullProgress),
    timeLeftMs,
    problem: row.problem,
    hint: row.hint,
    nextTryAt: row.nextTryAt?.toISOString() ?? null,
  }
}

type Key = { agentId: string; reference: string }

export async function writePullStarted(tx: Tx, key: Key, now: Date): Promise<void> {
  const row = { state: 'pulling' as const, startedAt: now, progress: DbNull, nextTryAt: null, sourceAgentId: null }
  await tx.agentPull.upsert({ where: { agentId_reference: key }, create: { ...key, ...row }, update: row })
}

export async function writeAgentPullProgress(tx: Tx, key: Key, progress: StoredProgress): Promise<void> {
  await tx.agentPull.updateMany({ where: { ...key, state: 'pulling' }, data: { progress } })
}

export async function forgetPull(tx: Tx, key: Key): Promise<void> {
  await tx.agentPull.deleteMany({ where: key })
}

/** The agent that it is copied from, for those who may know its name. */
export async function writePullSource(tx: Tx, key: Key, sourceAgentId: string): Promise<void> {
  await tx.agentPull.updateMany({ where: key, data: { sourceAgentId } })
}

type Failed = { problem: string; hint: string | null; needBytes: number | null; nextTry: (attempts: number) => Date }

export async function writePullFailed(tx: Tx, key: Key, { problem, hint, needBytes, nextTry }: Failed): Promise<void> {
  const row = await tx.agentPull.findUnique({ where: { agentId_reference: key }, select: { attempts: true } })
  if (!row) return
  const attempts = row.attempts + 1
  // What did not fit waits for room, not for a time.
  const nextTryAt = needBytes === null ? nextTry(attempts) : null
  await tx.agentPull.updateMany({
    where: key,
    data: { state: 'failed', problem, hint, needBytes, attempts, nextTryAt, progress: DbNull, startedAt: null },
  })
}

/** Something about it was changed, so it may work now: nobody waits for the end of a pause. */
export async function retryPullsOf(tx: Tx, reference: string): Promise<void> {
  const fresh = { attempts: 0, nextTryAt: null }
  const names = [{ reference: normalReference(reference) }, { reference: { startsWith: digestReference(reference, 'sha256:') } }]
  await tx.agentPull.updateMany({ where: { OR: names, state: 'failed' }, data: fresh })
}

/** An agent answers again: what was to be copied from it, or to it, need not wait for the end of a pause. */
export async function retryCopies(tx: Tx, agentId: string): Promise<void> {
  const where = { state: 'failed' as const, sourceAgentId: { not: null }, OR: [{ sourceAgentId: agentId }, { agentId }] }
  const targets = await tx.agentPull.findMany({ where, select: { agentId: true }, distinct: ['agentId'] })
  await tx.agentPull.updateMany({ where, data: { attempts: 0, nextTryAt: null } })
  for (const target of targets) if (target.agentId !== agentId) await notify(tx, 'agents', target.agentId)
}
