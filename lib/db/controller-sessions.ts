// What the controller reads and writes of sessions. Every change is a compare-and-set on the version, with its events, in one transaction;
// what the session held is given back in the same one.
import type { SessionSpec } from '@/lib/domain/container-spec'
import type { PlannedSession } from '@/lib/domain/plan'
import type { SessionEventCode, SessionEventParams } from '@/lib/domain/session-events'
import type { Db, Tx } from './client'
import type { Prisma } from './generated/client'
import type { Lease } from './leases'
import { lock } from './locks'
import { notify } from './notify'

const select = {
  id: true,
  userId: true,
  imageId: true,
  version: true,
  state: true,
  wanted: true,
  held: true,
  agentId: true,
  cpuMillis: true,
  memoryBytes: true,
  spec: true,
  credentialSealed: true,
  containerId: true,
  containerStartedAt: true,
  reachHost: true,
  reachPort: true,
  certPin: true,
  startedAt: true,
  pull: true,
  attempts: true,
  nextTryAt: true,
  timeLimitSeconds: true,
  endsAt: true,
  home: { select: { id: true, volumeName: true } },
  gpuHolds: { select: { gpu: { select: { uuid: true, index: true } } } },
} satisfies Prisma.SessionSelect

type Row = Prisma.SessionGetPayload<{ select: typeof select }>
export type ControlledSession = PlannedSession &
  Omit<Row, 'spec' | 'pull' | 'state' | 'wanted'> & { spec: SessionSpec; gpuUuids: string[] }

/** States in which something of a session may be on its agent. */
const onAgent = ['starting', 'running', 'paused', 'stopping', 'deleting'] as const

export async function loadSessionsOn(tx: Tx, agentId: string): Promise<ControlledSession[]> {
  const rows = await tx.session.findMany({ where: { agentId, state: { in: [...onAgent] } }, select })
  return rows.map(toControlled)
}

export async function findControlled(tx: Tx, sessionId: string): Promise<ControlledSession | null> {
  const row = await tx.session.findUnique({ where: { id: sessionId }, select })
  return row && toControlled(row)
}

/** Sessions that want to end and have nothing on any agent. */
export async function loadEndingWithoutAgent(tx: Tx): Promise<ControlledSession[]> {
  const rows = await tx.session.findMany({
    where: {
      OR: [
        { state: 'queued', wanted: { in: ['stopped', 'deleted'] } },
        { state: { in: ['stopped', 'failed', 'lost'] }, wanted: 'deleted' },
        { state: 'deleting', OR: [{ agentId: null }, { agent: { removedAt: { not: null } } }] },
      ],
    },
    select,
    take: 500,
  })
  return rows.map(toControlled)
}

function toControlled(row: Row): ControlledSession {
  const gpus = row.gpuHolds.map((hold) => hold.gpu).sort((a, b) => a.index - b.index)
  return {
    ...row,
    spec: row.spec as SessionSpec,
    hasCredential: row.credentialSealed !== null,
    pulling: row.pull !== null,
    gpuUuids: gpus.map((gpu) => gpu.uuid),
  }
}

export type SessionChange = {
  data: Prisma.SessionUncheckedUpdateManyInput
  events?: { code: SessionEventCode; params?: SessionEventParams }[]
  /** CPU, memory and GPUs are given back: its container was seen stopped or gone. */
  release?: boolean
  /** Gateways must read the way to it again. */
  routeChanged?: boolean
}

type Changed = Pick<ControlledSession, 'id' | 'version' | 'held' | 'agentId' | 'cpuMillis' | 'memoryBytes'>

/** False: somebody changed the row, or the lease is another's; then nothing was written. */
export async function changeSessionRow(
  db: Db,
  lease: Lease | null,
  session: Changed,
  change: SessionChange,
  now: Date,
): Promise<boolean> {
  return db.$transaction(async (tx) => {
    const releases = change.release === true && session.held
    // The ledger's lock comes before the row's: placement takes them in this order.
    if (releases) await lock(tx, 'placement')
    const acting = lease ? { agent: { id: lease.agentId, leaseHolder: lease.holder, leaseEpoch: lease.epoch } } : {}
    const { count } = await tx.session.updateMany({
      where: { id: session.id, version: session.version, ...acting },
      data: { ...change.data, ...(releases ? { held: false } : {}), version: { increment: 1 } },
    })
    if (count === 0) return false
    if (releases && session.agentId !== null) await giveBack(tx, session, session.agentId)
    await tellWhatHappened(tx, session.id, change, now)
    return true
  })
}

async function tellWhatHappened(tx: Tx, sessionId: string, { events, routeChanged }: SessionChange, at: Date): Promise<void> {
  if (events?.length) {
    await tx.sessionEvent.createMany({ data: events.map(({ code, params }) => ({ sessionId, at, code, params: params ?? {} })) })
  }
  await notify(tx, 'sessions', sessionId)
  if (routeChanged) await notify(tx, 'grants', sessionId)
}

async function giveBack(tx: Tx, session: Changed, agentId: string): Promise<void> {
  await tx.gpuHold.deleteMany({ where: { sessionId: session.id } })
  await tx.agent.update({
    where: { id: agentId },
    data: { cpuMillisHeld: { decrement: session.cpuMillis }, memoryBytesHeld: { decrement: session.memoryBytes } },
  })
}

/** Once a second while an image comes down. Not a change of the session: its version stays, so that nobody's click loses against it. */
export async function writePullProgress(tx: Tx, sessionIds: string[], pull: Prisma.InputJsonObject): Promise<void> {
  await tx.session.updateMany({ where: { id: { in: sessionIds }, state: 'starting' }, data: { pull } })
}

/** Sessions that wait for an image on an agent; empty means that nobody wants it any more. */
export async function loadWaitingForImage(tx: Tx, agentId: string): Promise<{ id: string; reference: string }[]> {
  const rows = await tx.session.findMany({
    where: { agentId, state: 'starting', wanted: { in: ['running', 'paused'] }, pull: { not: { equals: null } } },
    select: { id: true, spec: true },
  })
  return rows.map((row) => ({ id: row.id, reference: (row.spec as SessionSpec).reference }))
}
