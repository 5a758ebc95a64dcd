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
import { type IdentityDeps, identifyHost, identityName } from './host-identity'

/** A little less than is promised, so that whoever finds it due is not too early. */
const dueAfterMs = claimTimes.renewEveryMs - 5_000

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

/** Throws agent_taken or agent_same_host where this portal may not act; otherwise it may, for claimTimes.lookEveryMs. */
export async function claimHost(deps: ClaimDeps, agentId: string, notes: HostNotes, signal: AbortSignal): Promise<void> {
  const row = (await deps.hostRow?.(agentId)) ?? { ...(await ensureAgentHost(deps.db, agentId)), renewalDue: true }
  const volumes = await notes.hostVolumes(signal)
  await identifyHost(deps, row, notes, volumes, signal)
  if (!deps.exclusive) return
  const seen = { notes, volumes, signal }
  const { others, ownIsFresh } = await lookAtMarks(deps, row, seen)
  // A portal that was away for so long that its mark went stale comes back as one that comes anew.
  const isNew = row.claimedAt === null || row.takeOverWantedAt !== null || (others.length > 0 && !ownIsFresh)
  const hostNow = isNew || others.length > 0 ? await notes.hostTime(signal) : new Date()
  const claim = isNew
    ? { claimedAt: hostNow, tookOver: row.takeOverWantedAt !== null }
    : { claimedAt: row.claimedAt ?? hostNow, tookOver: row.tookOver }
  await assertNotTaken(deps, row, seen, { claim, others, hostNow })
  await renewMark(deps, row, seen, claim)
  // Two that came at once have both written by now.
  const still = isNew ? (await lookAtMarks(deps, row, { ...seen, volumes: await notes.hostVolumes(signal) })).others : others
  await assertNotTaken(deps, row, seen, { claim, others: still, hostNow })
  if (standingOf({ ...claim, name: '' }, still, hostNow).kind === 'settling') throw settling(claim.claimedAt, hostNow)
  if (row.otherPortal !== null) await clearOtherPortal(deps.db, agentId)
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
type Seen = { notes: HostNotes; volumes: readonly HostVolume[]; signal: AbortSignal }
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

async function renewMark(
  { db, installId, url }: ClaimDeps,
  row: AgentHostNow,
  { notes, volumes, signal }: Seen,
  claim: Claim,
): Promise<void> {
  if (!row.renewalDue) return
  const mark: NewMark = {
    name: `berth-mark-${randomBytes(12).toString('hex')}`,
    ...claim,
    renewEveryMs: dueAfterMs,
  }
  if (!(await noteMark(db, row.agentId, mark))) return
  await notes.makeHostVolume(mark.name, { kind: 'mark', installId, url, ...claim }, signal)
  // The new one first: at no moment does the host look free.
  const former = new Set(row.markNames)
  for (const { name } of volumes) if (former.has(name)) await notes.removeHostVolume(name, signal)
}

function settling(claimedAt: Date, hostNow: Date): DomainError {
  const seconds = Math.ceil((claimedAt.getTime() + claimTimes.settleMs - hostNow.getTime()) / 1000)
  return new DomainError('agent_taken', {
    message: `This portal takes the host over in ${Math.max(1, seconds)} seconds.`,
    hint: 'So long the portal that acted there may need to see it.',
  })
}
