// What the portal knows of its notes on an agent's host: the host's identity, the marks that it wrote there, and who acts there instead.
import type { OtherPortal } from '@/lib/domain/host-claim'
import { type Db, isUniqueViolation, type Tx } from './client'
import type { AgentHost } from './generated/client'
import { DbNull } from './json-null'
import { notify } from './notify'

export type { AgentHost } from './generated/client'

export async function ensureAgentHost(tx: Tx, agentId: string): Promise<AgentHost> {
  const known = await tx.agentHost.findUnique({ where: { agentId } })
  if (known) return known
  await tx.agentHost.createMany({ data: { agentId }, skipDuplicates: true })
  return tx.agentHost.findUniqueOrThrow({ where: { agentId } })
}

/** With when its mark is to be made anew, by the database's clock; zero: now. */
export type AgentHostNow = AgentHost & { renewInMs: number }

/** Those of the agents that have one. */
export async function loadAgentHosts(tx: Tx, agentIds: string[], renewEveryMs: number): Promise<Map<string, AgentHostNow>> {
  const rows = await tx.$queryRaw<AgentHostNow[]>`
    SELECT h.*, CASE WHEN "markedAt" IS NULL OR "takeOverWantedAt" IS NOT NULL THEN 0
      ELSE greatest(0, ${renewEveryMs}::float8 - 1000 * extract(epoch FROM now() - "markedAt")::float8) END AS "renewInMs"
    FROM "AgentHost" h WHERE h."agentId" = ANY(${agentIds})`
  return new Map(rows.map((row) => [row.agentId, row]))
}

/** The agent that has this identity; an agent that was removed has none. */
export async function agentOfHost(tx: Tx, hostId: string) {
  const row = await tx.agentHost.findUnique({ where: { hostId }, include: { agent: true } })
  return row?.agent ?? null
}

/** False where each was seen to be an engine of its own. */
export async function mayBeOneEngine(tx: Tx, agentIds: string[]): Promise<boolean> {
  const rows = await tx.agentHost.findMany({ where: { agentId: { in: agentIds }, hostId: { not: null } } })
  return rows.length < agentIds.length
}

/** False: another agent took it meanwhile. */
export async function writeHostId(tx: Tx, agentId: string, hostId: string): Promise<boolean> {
  try {
    await tx.agentHost.update({ where: { agentId }, data: { hostId } })
    return true
  } catch (error) {
    if (isUniqueViolation(error)) return false
    throw error
  }
}

/** Which of these are ours, whatever agent they were made for: a machine that was cloned carries the marks of the one that it was cloned from. */
export async function ownMarkNames(tx: Tx, among: string[]): Promise<Set<string>> {
  const rows = await tx.agentHost.findMany({ where: { markNames: { hasSome: among } }, select: { markNames: true } })
  return new Set(rows.flatMap((row) => row.markNames))
}

const keptNames = 8

export type NewMark = { name: string; claimedAt: Date; tookOver: boolean; renewEveryMs: number }

/** Written down before it is made on the host, so that no mark of ours is ever a stranger's. False: another process has just made one. */
export async function noteMark(db: Db, agentId: string, { name, claimedAt, tookOver, renewEveryMs }: NewMark): Promise<boolean> {
  const count = await db.$executeRaw`
    UPDATE "AgentHost" SET
      "markNames" = (array_prepend(${name}, "markNames"))[1:${keptNames}],
      "markedAt" = now(), "claimedAt" = ${claimedAt.toISOString()}::timestamptz, "tookOver" = ${tookOver}, "takeOverWantedAt" = NULL
    WHERE "agentId" = ${agentId}
      AND ("markedAt" IS NULL OR "takeOverWantedAt" IS NOT NULL OR "markedAt" < now() - ${renewEveryMs / 1000} * interval '1 second')`
  return count > 0
}

export async function giveUpHost(tx: Tx, agentId: string, other: OtherPortal): Promise<void> {
  await tx.agentHost.update({
    where: { agentId },
    data: { otherPortal: other, markedAt: null, claimedAt: null, tookOver: false },
  })
}

/** Docker's ids of the containers that sessions of the agent have; `leaving`: one that is to be removed anyway. */
export async function namedContainers(tx: Tx, agentId: string): Promise<{ id: string; leaving: boolean }[]> {
  const rows = await tx.session.findMany({
    where: { agentId, containerId: { not: null }, state: { in: ['starting', 'running', 'paused', 'stopping', 'deleting'] } },
    select: { containerId: true, state: true },
  })
  return rows.flatMap(({ containerId, state }) =>
    containerId === null ? [] : { id: containerId, leaving: state === 'deleting' },
  )
}

/** Not while sessions have containers: another engine may answer by then. */
export async function noteEngineId(tx: Tx, agentId: string, engineId: string | null): Promise<void> {
  if (engineId === null) return
  const row = await ensureAgentHost(tx, agentId)
  if (row.engineId === engineId) return
  if (row.engineId !== null && (await namedContainers(tx, agentId)).length > 0) return
  await tx.agentHost.update({ where: { agentId }, data: { engineId } })
}

export async function noteOtherEngine(tx: Tx, agentId: string, now: Date): Promise<void> {
  await tx.agentHost.updateMany({ where: { agentId, otherEngineSince: null }, data: { otherEngineSince: now } })
}

export async function clearOtherEngine(tx: Tx, agentId: string): Promise<void> {
  await tx.agentHost.updateMany({ where: { agentId }, data: { otherEngineSince: null } })
}

/** Whatever engine answers next is the agent's. */
export async function forgetEngine(tx: Tx, agentId: string): Promise<void> {
  await tx.agentHost.updateMany({ where: { agentId }, data: { hostId: null, engineId: null, otherEngineSince: null } })
  await notify(tx, 'agents', agentId)
}

export async function clearOtherPortal(tx: Tx, agentId: string): Promise<void> {
  await tx.agentHost.update({ where: { agentId }, data: { otherPortal: DbNull } })
}

export async function wantTakeOver(tx: Tx, agentId: string, now: Date): Promise<void> {
  await ensureAgentHost(tx, agentId)
  await tx.agentHost.update({ where: { agentId }, data: { takeOverWantedAt: now } })
  await notify(tx, 'agents', agentId)
}
