// Who acts on a host: one portal at a time. Each leaves a mark there and renews it; whoever finds another's fresh mark stands aside.
import { randomBytes } from 'node:crypto'
import {
  type AgentHost,
  type AgentHostNow,
  clearOtherPortal,
  ensureAgentHost,
  giveUpHost,
  loadAgentHosts,
  type NewMark,
  noteMark,
  ownMarkNames,
} from '@/lib/db/agent-host'
import type { AgentRow } from '@/lib/db/agents-observed'
import type { Db } from '@/lib/db/client'
import type { HostNotes } from '@/lib/domain/container-host'
import { DomainError } from '@/lib/domain/errors'
import {
  claimTimes,
  freshMarks,
  type HostVolume,
  type Mark,
  standingOf,
  takenWords,
  toOtherPortal,
} from '@/lib/domain/host-claim'
import { batched } from './batched'
import { type IdentityDeps, identifyHost, identityName, type LookedAt } from './host-identity'

/** Less than is promised: it is made anew with the look that finds it due, and looks come with every second pass. */
const dueAfterMs = claimTimes.renewEveryMs - 15_000

/** Of one controller: what it knows of its notes on a host, read for many agents at once. */
export function hostRows(db: Db): (agentId: string) => Promise<AgentHostNow | undefined> {
  return batched((ids) => loadAgentHosts(db, ids, dueAfterMs), { gatherMs: 10, most: 500 })
}

export type ClaimDeps = IdentityDeps & {
  /** As people open it: what another portal says of this one. */
  url: string
  /** False: other portals may act on the same hosts, by the word of an administrator. */
  exclusive: boolean
  /** Shorter in tests, so that a take-over need not be waited for. */
  lookEveryMs?: number
  /** Asked together for all who ask about the same time. */
  hostRow?: (agentId: string) => Promise<AgentHostNow | undefined>
}

/** What the host shows while nobody but this portal acts there, and until when its mark is young enough, by performance.now(). */
type Alone = { shown: string; untilMs: number }

/**
 * Looks again and again. Where the host shows just what this portal left there, and nothing is to be renewed, the database is not asked: whatever
 * another portal or another controller does to a host shows in the names of its volumes.
 */
export function newClaimLook(deps: ClaimDeps, agentId: string, notes: LookedAt): (signal: AbortSignal) => Promise<void> {
  let alone: Alone | null = null
  return async (signal) => {
    const volumes = await notes.hostVolumes(signal)
    if (alone && performance.now() < alone.untilMs && alone.shown === shownBy(volumes)) return
    alone = null
    alone = await claimHost(deps, agentId, { notes, volumes, signal })
  }
}

function shownBy(volumes: readonly HostVolume[]): string {
  return volumes
    .map(({ name, says }) => (says.kind === 'identity' ? `${name}=${says.hostId}` : name))
    .sort()
    .join()
}

/** Throws agent_taken, agent_same_host or agent_other_engine where this portal may not act; otherwise it may, for claimTimes.lookEveryMs. */
export async function claimHost(deps: ClaimDeps, agentId: string, seen: Seen): Promise<Alone | null> {
  const { notes, volumes, signal } = seen
  const askedAtMs = performance.now()
  const row = (await deps.hostRow?.(agentId)) ?? { ...(await ensureAgentHost(deps.db, agentId)), renewInMs: 0 }
  await identifyHost(deps, row, notes, volumes, signal)
  if (!deps.exclusive) return null
  const { others, ownIsFresh } = await lookAtMarks(deps, row, seen)
  // A portal that was away for so long that its mark went stale comes back as one that comes anew.
  const isNew = row.claimedAt === null || row.takeOverWantedAt !== null || (others.length > 0 && !ownIsFresh)
  const hostNow = isNew || others.length > 0 ? await notes.hostTime(signal) : new Date()
  const claim = isNew
    ? { claimedAt: hostNow, tookOver: row.takeOverWantedAt !== null }
    : { claimedAt: row.claimedAt ?? hostNow, tookOver: row.tookOver }
  await assertNotTaken(deps, row, seen, { claim, others, hostNow })
  const left = row.renewInMs > 0 ? volumes : await renewMark(deps, row, seen, claim)
  // Two that came at once have both written by now.
  const still = isNew ? (await lookAtMarks(deps, row, { ...seen, volumes: await notes.hostVolumes(signal) })).others : others
  await assertNotTaken(deps, row, seen, { claim, others: still, hostNow })
  if (standingOf({ ...claim, name: '' }, still, hostNow).kind === 'settling') throw settling(claim.claimedAt, hostNow)
  if (row.otherPortal !== null) await clearOtherPortal(deps.db, agentId)
  if (isNew || others.length > 0 || left === null) return null
  return { shown: shownBy(left), untilMs: askedAtMs + (row.renewInMs || dueAfterMs) }
}

/** Nothing of ours stays on a host that is the portal's no more. */
export async function leaveHost(
  { db, installId }: IdentityDeps,
  agent: AgentRow,
  notes: HostNotes,
  signal: AbortSignal,
): Promise<void> {
  const row = await ensureAgentHost(db, agent.id)
  for (const name of [...row.markNames, identityName(installId)]) await notes.removeHostVolume(name, signal)
}

type Claim = { claimedAt: Date; tookOver: boolean }
/** The host as it was looked at. */
type Seen = { notes: LookedAt; volumes: readonly HostVolume[]; signal: AbortSignal }
type Look = { claim: Claim; others: readonly Mark[]; hostNow: Date }

async function lookAtMarks(
  { db }: ClaimDeps,
  { markNames }: AgentHost,
  { notes, volumes, signal }: Seen,
): Promise<{ others: Mark[]; ownIsFresh: boolean }> {
  const marks = volumes.filter((volume) => volume.says.kind === 'mark')
  if (marks.length === 0) return { others: [], ownIsFresh: false }
  // As almost always: only what this agent's row names.
  if (marks.every((mark) => markNames.includes(mark.name))) return { others: [], ownIsFresh: true }
  // After the volumes were read: a mark of ours is written down before it is made.
  const ours = await ownMarkNames(
    db,
    marks.map(({ name }) => name),
  )
  if (marks.every((mark) => ours.has(mark.name))) return { others: [], ownIsFresh: true }
  const fresh = freshMarks(marks, await notes.hostTime(signal))
  const own = new Set(markNames)
  return { others: fresh.filter((mark) => !ours.has(mark.name)), ownIsFresh: fresh.some((mark) => own.has(mark.name)) }
}

async function assertNotTaken(
  { db, installId }: ClaimDeps,
  row: AgentHost,
  { notes, volumes, signal }: Seen,
  { claim, others, hostNow }: Look,
): Promise<void> {
  const standing = standingOf({ ...claim, name: row.markNames[0] ?? '' }, others, hostNow)
  if (standing.kind !== 'taken') return
  const other = toOtherPortal(standing.by, installId)
  await giveUpHost(db, row.agentId, other)
  const own = new Set((await ensureAgentHost(db, row.agentId)).markNames)
  for (const { name } of volumes) if (own.has(name)) await notes.removeHostVolume(name, signal)
  throw new DomainError('agent_taken', takenWords(other))
}

/** What is there now; null where another process has just made a mark. */
async function renewMark(
  { db, installId, url }: ClaimDeps,
  row: AgentHostNow,
  { notes, volumes, signal }: Seen,
  claim: Claim,
): Promise<HostVolume[] | null> {
  const mark: NewMark = {
    name: `berth-mark-${randomBytes(12).toString('hex')}`,
    ...claim,
    renewEveryMs: dueAfterMs,
  }
  if (!(await noteMark(db, row.agentId, mark))) return null
  const says = { kind: 'mark', installId, url, ...claim } as const
  await notes.makeHostVolume(mark.name, says, signal)
  // The new one first: at no moment does the host look free.
  const former = new Set(row.markNames)
  for (const { name } of volumes) if (former.has(name)) await notes.removeHostVolume(name, signal)
  return [...volumes.filter(({ name }) => !former.has(name)), { name: mark.name, createdAt: new Date(), says }]
}

function settling(claimedAt: Date, hostNow: Date): DomainError {
  const seconds = Math.ceil((claimedAt.getTime() + claimTimes.settleMs - hostNow.getTime()) / 1000)
  return new DomainError('agent_taken', {
    message: `This portal takes the host over in ${Math.max(1, seconds)} seconds.`,
    hint: 'So long the portal that acted there may need to see it.',
  })
}
