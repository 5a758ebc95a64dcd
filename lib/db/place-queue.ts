// Runs placement over the waiting sessions, under the one lock, in the caller's transaction. A click and a freed GPU both come here.

import type { PlacementAgent } from '@/lib/domain/placement'
import { placeQueue, type QueueOutcome } from '@/lib/domain/placement-queue'
import { type PlacementReason, sameReasons } from '@/lib/domain/placement-reasons'
import type { ReadyHolding } from '@/lib/domain/ready-room'
import type { SessionEventCode, SessionEventParams } from '@/lib/domain/session-events'
import type { Tx } from './client'
import { withRequestId } from './event-params'
import { lock } from './locks'
import { notify } from './notify'
import { loadFleet, loadLoad, loadQueue, type QueueRow } from './placement-input'
import { loadShortlist } from './placement-shortlist'
import { endReady, loadReadyHoldings } from './ready-rows'
import { writePlaced } from './write-placed'

export type PlacedReport = { placed: string[]; impossible: string[]; waiting: string[] }

/** Call inside a transaction. Takes the placement lock, so take no row locks of sessions before in another order. */
export async function placeWaiting(tx: Tx, now: Date): Promise<PlacedReport> {
  await lock(tx, 'placement')
  const queue = await loadQueue(tx, now)
  const report: PlacedReport = { placed: [], impossible: [], waiting: [] }
  if (queue.length === 0) return report
  const { outcomes, agents } = await decide(tx, queue)
  const rows = new Map(queue.map((row) => [row.needs.sessionId, row]))
  const agentNames = new Map(agents.map((agent) => [agent.id, agent.name]))
  for (const outcome of outcomes) {
    const row = rows.get(outcome.sessionId)
    if (!row) continue
    if (outcome.kind === 'placed') {
      const { placed } = outcome
      const agentName = agentNames.get(placed.agentId) ?? ''
      if (await writePlaced(tx, { ...row, placed, agentName }, now)) report.placed.push(row.needs.sessionId)
    } else if (outcome.kind === 'impossible') {
      await writeImpossible(tx, row, outcome.reasons, now)
      report.impossible.push(row.needs.sessionId)
    } else {
      await endReady(tx, outcome.ends, 'gave_way', now)
      await writeWaiting(tx, row, outcome.position, outcome.reasons, now)
      report.waiting.push(row.needs.sessionId)
    }
  }
  return report
}

type Decided = { outcomes: QueueOutcome[]; agents: readonly PlacementAgent[] }

async function decide(tx: Tx, queue: readonly QueueRow[]): Promise<Decided> {
  const needs = queue.map((row) => row.needs)
  const load = await loadLoad(tx, [...new Set(needs.map(({ userId }) => userId))])
  const gpuCapOf = (userId: string) => load.gpuCaps.get(userId) ?? load.gpuCapDefault
  const over = (agents: readonly PlacementAgent[], ready: readonly ReadyHolding[] = []) => ({
    outcomes: placeQueue(needs, agents, load.gpusHeld, load.homesInUse, { gpuCapOf, ready }),
    agents,
  })
  const [only] = needs
  // Nobody else waits, as almost always: where it fits, only the best agents matter.
  if (only && needs.length === 1) {
    const gpuAllowance = { held: load.gpusHeld.get(only.userId) ?? 0, cap: gpuCapOf(only.userId) }
    const shortlist = await loadShortlist(tx, { ...only, gpuAllowance })
    const decided = shortlist && over(shortlist)
    if (decided?.outcomes[0]?.kind === 'placed') return decided
  }
  return over(await loadFleet(tx), await loadReadyHoldings(tx))
}

async function writeImpossible(tx: Tx, row: QueueRow, reasons: PlacementReason[], now: Date): Promise<void> {
  const { count } = await tx.session.updateMany({
    where: { id: row.needs.sessionId, version: row.version },
    data: {
      state: 'failed',
      failureCode: 'unplaceable',
      reasons,
      queuePosition: null,
      queuedAt: null,
      endedAt: now,
      version: { increment: 1 },
    },
  })
  if (count === 0) return
  await addEvent(tx, row.needs.sessionId, now, 'unplaceable', {})
  await notify(tx, 'sessions', row.needs.sessionId)
}

async function writeWaiting(
  tx: Tx,
  row: QueueRow,
  position: number | null,
  reasons: PlacementReason[],
  now: Date,
): Promise<void> {
  if (row.position === position && sameReasons(row.reasons, reasons)) return
  const { count } = await tx.session.updateMany({
    where: { id: row.needs.sessionId, version: row.version },
    data: { queuePosition: position, reasons, version: { increment: 1 } },
  })
  if (count === 0) return
  // A look needs an image, and where there is none, this session's own is brought.
  for (const { agentId, code } of reasons) if (code === 'gpus_not_seen_yet' && agentId) await notify(tx, 'agents', agentId)
  // One line per wait, not one per step forward: the position itself is shown live.
  if (row.position === null) await addEvent(tx, row.needs.sessionId, now, 'queued', position === null ? {} : { position })
}

export async function addEvent(
  tx: Tx,
  sessionId: string,
  at: Date,
  code: SessionEventCode,
  params: SessionEventParams,
): Promise<void> {
  await tx.sessionEvent.create({ data: { sessionId, at, code, params: withRequestId(params) } })
}
