// For tests: a database with a user and agents, and sessions launched into it the way the use-cases do.
import { randomBytes } from 'node:crypto'
import pino from 'pino'
import type { Db } from '@/lib/db/client'
import { notify } from '@/lib/db/notify'
import { placeWaiting } from '@/lib/db/place-queue'
import type { Clock } from '@/lib/domain/clock'
import type { SessionSpec } from '@/lib/domain/container-spec'
import { newId } from '@/lib/domain/ids'
import type { Wanted } from '@/lib/domain/session-lifecycle'
import { deriveKeys, type Keys } from '@/lib/secrets/keys'

const MiB = 1024 * 1024

export const testKeys: Keys = deriveKeys(randomBytes(32))
export const silentLog = pino({ level: 'silent' })

export type TestClock = Clock & { advance(ms: number): void }

export function testClock(): TestClock {
  let at = Date.now()
  return {
    now: () => new Date(at),
    advance: (ms) => {
      at += ms
    },
  }
}

/** No agent, and nothing on one: each test begins with a fleet of its own. */
export async function clearFleet(db: Db): Promise<void> {
  await db.gpuHold.deleteMany()
  await db.session.deleteMany()
  await db.gpu.deleteMany()
  await db.agent.deleteMany()
}

export async function addUser(db: Db): Promise<string> {
  const id = newId()
  await db.user.create({ data: { id, name: `user-${id}`, passwordHash: 'none' } })
  return id
}

export type AgentSetup = { name?: string; socketPath?: string; gpus?: number; unseen?: boolean }

export async function addAgent(db: Db, { name, socketPath, gpus = 0, unseen = false }: AgentSetup = {}): Promise<string> {
  const id = newId()
  const seen = unseen ? {} : { status: 'up' as const, cpuCount: 8, memoryBytes: 32 * 1024 * MiB }
  await db.agent.create({
    data: { id, name: name ?? id, kind: 'socket', socketPath: socketPath ?? `/nowhere/${id}.sock`, ...seen },
  })
  for (let index = 0; index < gpus; index++) {
    await db.gpu.create({ data: { id: newId(), agentId: id, uuid: `GPU-${id}-${index}`, index, model: 'Test GPU' } })
  }
  return id
}

export type LaunchSetup = {
  userId: string
  reference?: string
  gpuCount?: number
  timeLimitSeconds?: number
  homeId?: string
  spec?: Partial<SessionSpec>
}

export async function launch(db: Db, clock: Clock, setup: LaunchSetup): Promise<string> {
  const id = newId()
  const spec: SessionSpec = {
    reference: setup.reference ?? 'test/desktop:1',
    shmBytes: 64 * MiB,
    environment: {},
    homePolicy: 'none',
    volumes: [],
    dockerOptions: {},
    agentGroup: null,
    timezone: null,
    ...setup.spec,
  }
  await db.$transaction(async (tx) => {
    await tx.session.create({
      data: {
        id,
        userId: setup.userId,
        imageName: 'Test',
        spec,
        cpuMillis: 1000,
        memoryBytes: 1024 * MiB,
        gpuCount: setup.gpuCount ?? 0,
        timeLimitSeconds: setup.timeLimitSeconds ?? null,
        homeId: setup.homeId ?? null,
        queuedAt: clock.now(),
      },
    })
    await placeWaiting(tx, clock.now())
    await notify(tx, 'sessions', id)
  })
  return id
}

export async function want(db: Db, sessionId: string, wanted: Wanted): Promise<void> {
  await db.$transaction(async (tx) => {
    await tx.session.update({ where: { id: sessionId }, data: { wanted, version: { increment: 1 } } })
    await notify(tx, 'sessions', sessionId)
  })
}

export async function eventCodes(db: Db, sessionId: string): Promise<string[]> {
  const rows = await db.sessionEvent.findMany({ where: { sessionId }, orderBy: { id: 'asc' }, select: { code: true } })
  return rows.map((row) => row.code)
}

/** A promise that a test opens when it wants to. */
export function newGate(): { promise: Promise<void>; open: () => void } {
  let open: () => void = () => undefined
  const promise = new Promise<void>((resolve) => {
    open = resolve
  })
  return { promise, open }
}
