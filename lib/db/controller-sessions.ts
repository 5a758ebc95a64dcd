// What the controller reads and writes of sessions. Every change is a compare-and-set on the version, with its events, in one transaction;
// what the session held is given back in the same one.
import type { SessionSpec } from '@/lib/domain/container-spec'
import { runReference } from '@/lib/domain/image-tag'
import type { PlannedSession } from '@/lib/domain/plan'
import type { SessionEventCode, SessionEventParams } from '@/lib/domain/session-events'
import type { Db, Tx } from './client'
import { Prisma, type Session } from './generated/client'
import { releaseGpus } from './gpu-ledger'
import { DbNull } from './json-null'
import type { Lease } from './leases'
import { lock } from './locks'
import { channels } from './notify'

type Row = Pick<
  Session,
  | 'id'
  | 'userId'
  | 'imageId'
  | 'version'
  | 'state'
  | 'wanted'
  | 'held'
  | 'agentId'
  | 'cpuMillis'
  | 'memoryBytes'
  | 'credentialSealed'
  | 'containerId'
  | 'containerStartedAt'
  | 'containerEndpoint'
  | 'reachHost'
  | 'reachPort'
  | 'certPin'
  | 'startedAt'
  | 'attempts'
  | 'nextTryAt'
  | 'timeLimitSeconds'
  | 'endsAt'
  | 'authoring'
> & {
  saving: boolean
  pulling: boolean
  hasCredential: boolean
  gpuUuids: string[]
}

/** What a pass needs of a session; kept for each of thousands, so what only steps need is not among it. */
export type SessionOnAgent = PlannedSession & Row

export type ControlledSession = SessionOnAgent & { spec: SessionSpec; home: { id: string; volumeName: string } | null }

type Whole = Row & { spec: SessionSpec; homeId: string | null; volumeName: string | null }

const forSteps = Prisma.sql`, s.spec, h.id AS "homeId", h."volumeName"`

async function select<T>(tx: Tx, where: Prisma.Sql, more: Prisma.Sql): Promise<T[]> {
  return tx.$queryRaw<T[]>`
    SELECT s.id, s."userId", s."imageId", s.version, s.state::text, s.wanted::text, s.held, s."agentId", s."cpuMillis", s."memoryBytes",
      s."credentialSealed", s."containerId", s."containerStartedAt", s."containerEndpoint", s."reachHost", s."reachPort", s."certPin",
      s."startedAt", s.attempts, s."nextTryAt", s."timeLimitSeconds", s."endsAt", s.authoring,
      s.authoring AND EXISTS (
        SELECT 1 FROM "ImageSave" i WHERE i."sessionId" = s.id AND i.state IN ('preparing', 'ready', 'committing', 'canceling')
      ) AS saving,
      s.pull IS NOT NULL AS "pulling", s."credentialSealed" IS NOT NULL AS "hasCredential",
      ARRAY(
        SELECT CASE WHEN a."hasNvidiaRuntime" THEN g.uuid ELSE COALESCE(g."cdiName", g.uuid) END
        FROM "GpuHold" gh JOIN "Gpu" g ON g.id = gh."gpuId" WHERE gh."sessionId" = s.id ORDER BY g.index
      ) AS "gpuUuids" ${more}
    FROM "Session" s LEFT JOIN "Home" h ON h.id = s."homeId" LEFT JOIN "Agent" a ON a.id = s."agentId"
    WHERE ${where}`
}

/** One statement: this is read before and after every step of a launch, while a person waits. */
async function load(tx: Tx, where: Prisma.Sql): Promise<ControlledSession[]> {
  const rows = await select<Whole>(tx, where, forSteps)
  return rows.map(({ homeId, volumeName, ...row }) => ({
    ...row,
    home: homeId !== null && volumeName !== null ? { id: homeId, volumeName } : null,
  }))
}

/** Those of which something may be on the agent. */
export async function loadSessionsOn(tx: Tx, agentId: string): Promise<SessionOnAgent[]> {
  return (await loadSessionsOnAgents(tx, [agentId])).get(agentId) ?? []
}

/** The same of several agents, by agent. */
export async function loadSessionsOnAgents(tx: Tx, agentIds: string[]): Promise<Map<string, SessionOnAgent[]>> {
  const sessions = await select<SessionOnAgent>(
    tx,
    Prisma.sql`s."agentId" = ANY(${agentIds}) AND s.state IN ('starting', 'running', 'paused', 'stopping', 'deleting')`,
    Prisma.empty,
  )
  const byAgent = new Map<string, SessionOnAgent[]>(agentIds.map((id) => [id, []]))
  for (const session of sessions) byAgent.get(session.agentId ?? '')?.push(session)
  return byAgent
}

export async function findControlled(tx: Tx, sessionId: string): Promise<ControlledSession | null> {
  return (await load(tx, Prisma.sql`s.id = ${sessionId}`))[0] ?? null
}

/** Sessions that want to end and have nothing on any agent. */
export async function loadEndingWithoutAgent(tx: Tx): Promise<ControlledSession[]> {
  return load(
    tx,
    Prisma.sql`(s.state = 'queued' AND s.wanted IN ('stopped', 'deleted'))
      OR (s.state IN ('stopped', 'failed', 'lost') AND s.wanted = 'deleted')
      OR (s.state = 'deleting' AND (s."agentId" IS NULL OR a."removedAt" IS NOT NULL))
    LIMIT 500`,
  )
}

type SessionValues = Omit<Partial<Session>, 'pull' | 'failureParams' | 'reasons' | 'spec'> & {
  pull?: Prisma.InputJsonObject | typeof DbNull
  failureParams?: Prisma.InputJsonObject
  reasons?: Prisma.InputJsonArray
}

export type SessionChange = {
  data: SessionValues
  events?: { code: SessionEventCode; params?: SessionEventParams }[]
  /** CPU, memory and GPUs are given back: its container was seen stopped or gone. */
  release?: boolean
  /** Gateways must read the way to it again. */
  routeChanged?: boolean
}

type Changed = Pick<SessionOnAgent, 'id' | 'version' | 'held' | 'agentId' | 'cpuMillis' | 'memoryBytes'>

/** False: somebody changed the row, or the lease is another's; then nothing was written. */
export async function changeSessionRow(
  db: Db,
  lease: Lease | null,
  session: Changed,
  change: SessionChange,
  now: Date,
): Promise<boolean> {
  const releases = change.release === true && session.held
  if (!releases) return write(db, lease, session, change, now)
  return db.$transaction(async (tx) => {
    // The ledger's lock comes before the row's: placement takes them in this order.
    await lock(tx, 'placement')
    if (!(await write(tx, lease, session, { ...change, data: { ...change.data, held: false } }, now))) return false
    if (session.agentId !== null) await giveBack(tx, session, session.agentId, now)
    return true
  })
}

/** One statement, with the events and the notification: somebody waits for each step of a launch. */
async function write(
  tx: Tx,
  lease: Lease | null,
  { id, version }: Changed,
  { data, events = [], routeChanged = false }: SessionChange,
  now: Date,
): Promise<boolean> {
  const given = Object.entries(data).filter(([, value]) => value !== undefined)
  const set = given.map(([column]) => Prisma.raw(`"${column}" = new."${column}",`))
  const values = JSON.stringify(Object.fromEntries(given.map(([column, value]) => [column, value === DbNull ? null : value])))
  const acting = lease
    ? Prisma.sql`AND s."agentId" = ${lease.agentId} AND EXISTS (SELECT 1 FROM "Agent" a WHERE a.id = ${lease.agentId}
        AND a."leaseHolder" = ${lease.holder} AND a."leaseEpoch" = ${lease.epoch}::int)`
    : Prisma.empty
  // Not on the channel of sessions: that one asks the controller to look, and whoever writes this has just done so.
  const told = routeChanged ? Prisma.sql`, pg_notify(${channels.grants}, id)::text` : Prisma.empty
  const rows = await tx.$queryRaw<unknown[]>`
    WITH changed AS (
      UPDATE "Session" s SET ${set.length > 0 ? Prisma.join(set, ' ') : Prisma.empty} version = s.version + 1, "updatedAt" = ${now}
      FROM jsonb_populate_record(NULL::"Session", ${values}::jsonb) new
      WHERE s.id = ${id} AND s.version = ${version}::int ${acting} RETURNING s.id
    ), event AS (
      INSERT INTO "SessionEvent" ("sessionId", at, code, params) SELECT changed.id, ${now}, e.code, COALESCE(e.params, '{}')
      FROM changed, jsonb_to_recordset(${JSON.stringify(events)}::jsonb) AS e(code text, params jsonb)
    )
    SELECT id ${told} FROM changed`
  return rows.length > 0
}

async function giveBack(tx: Tx, session: Changed, agentId: string, now: Date): Promise<void> {
  await releaseGpus(tx, [session.id], now)
  await tx.agent.update({
    where: { id: agentId },
    data: { cpuMillisHeld: { decrement: session.cpuMillis }, memoryBytesHeld: { decrement: session.memoryBytes } },
  })
}

/** Once a second while an image comes down. Not a change of the session: its version stays, so that nobody's click loses against it. */
export async function writePullProgress(tx: Tx, sessionIds: string[], pull: Prisma.InputJsonObject): Promise<void> {
  await tx.session.updateMany({ where: { id: { in: sessionIds }, state: 'starting' }, data: { pull } })
}

/** Sessions that wait for an image on an agent, and what they run; empty means that nobody wants it any more. */
export async function loadWaitingForImage(tx: Tx, agentId: string): Promise<{ id: string; reference: string }[]> {
  const rows = await tx.session.findMany({
    where: { agentId, state: 'starting', wanted: { in: ['running', 'paused'] }, pull: { not: { equals: null } } },
    select: { id: true, spec: true },
  })
  return rows.map((row) => ({ id: row.id, reference: runReference(row.spec as SessionSpec) }))
}
