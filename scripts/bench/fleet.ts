// `npm run bench:fleet`: what a controller costs over two hundred agents with five thousand sessions, and whether it still does its work in time.
// The engines are simulated at their API (fleet-engine.ts), the database and the controller are real. Ends with one JSON line and exit 0, also
// when a target is missed.
import { randomBytes } from 'node:crypto'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { loadConfig } from '@/lib/config'
import { type Db, openDb } from '@/lib/db/client'
import { ensureInstallation } from '@/lib/db/installation'
import { systemClock } from '@/lib/domain/clock'
import { newId } from '@/lib/domain/ids'
import { deriveKeys } from '@/lib/secrets/keys'
import { deleteSession } from '@/lib/use-cases/delete-session'
import type { Deps } from '@/lib/use-cases/deps'
import { appendLaunch } from '@/lib/use-cases/launch-session'
import { operatorActor } from '@/lib/use-cases/operator-actor'
import { openTemporaryPostgres } from '@/scripts/test/temporary-postgres'
import { type ControllerProcess, type Engines, startControllerProcess, startEngines, useOf } from './fleet-processes'
import { fleetSize, images, seedFleet } from './fleet-seed'
import { median, percentile, rounded } from './statistics'

const targets = { idleCpuPercent: 5, rssMb: 250, repairMs: 30_000, restartMs: 5_000, hangRatio: 1.5 }
const hanging = 10
/** Every round of the controller comes at least once in this time. */
const idleSeconds = Number(process.argv[2] ?? 75)
/** The first rounds over the agents, each of which begins somewhere in the first half minute. */
const settleMs = 45_000
const launches = 60

type World = {
  deps: Deps
  engines: Engines
  sessions: string[][]
  agentIds: string[]
  imageId: string
  start(): ControllerProcess
}

async function main(): Promise<void> {
  const database = await openTemporaryPostgres('berth-bench-')
  try {
    const db = openDb(database.url)
    try {
      await withFleet(db, database.url, database.dataDir)
    } finally {
      await db.$disconnect()
    }
  } finally {
    await database.stop()
  }
}

async function withFleet(db: Db, databaseUrl: string, dataDir: string): Promise<void> {
  const secret = randomBytes(32).toString('base64')
  const environment = { DATABASE_URL: databaseUrl, BERTH_SECRET: secret, BERTH_DATA_DIR: join(dataDir, 'controller') }
  const keys = deriveKeys(Buffer.from(secret))
  const { installId } = await ensureInstallation(db, { installLabel: 'bench', secretFingerprint: keys.fingerprint })
  const sessions = Array.from({ length: fleetSize.agents }, () => Array.from({ length: fleetSize.sessionsPerAgent }, newId))
  const engines = await startEngines({ dir: dataDir, installId, images, sessions })
  try {
    const seeded = await seedFleet(db, { sessions, started: engines.started, keys }, hanging)
    const deps = { db, keys, clock: systemClock, config: loadConfig(environment) }
    const start = () => startControllerProcess(environment, process.env.BERTH_BENCH_LOG ?? join(dataDir, 'controller.log'))
    await measure({ deps, engines, sessions, ...seeded, start })
  } finally {
    await engines.stop()
  }
}

async function measure(world: World): Promise<void> {
  const { agents, sessionsPerAgent, pastSessions } = fleetSize
  say(`${agents} agents × ${sessionsPerAgent} sessions, ${pastSessions} past ones`)
  let controller = world.start()
  try {
    await untilAllSeen(world, controller)
    // What it does once at its start is no part of its rest.
    await sleep(settleMs)
    await world.engines.order({ kind: 'asked' })
    const { cpuPercent, mostRssMb } = await useOf(controller.pid, idleSeconds)
    const answer = await world.engines.order({ kind: 'asked' })
    say(`idle for ${idleSeconds} s: ${rounded(cpuPercent)} % of a core, ${rounded(mostRssMb)} MB; it asked the engines`, answer)
    const repairMs = await timeRepair(world)
    say(`a container that ended unheard of is known after ${Math.round(repairMs)} ms at most, of five`)
    await controller.stop()
    controller = world.start()
    const restartMs = await untilAllSeen(world, controller)
    const idle = await timeLaunches(world)
    const hung = Array.from({ length: hanging }, (_, index) => agents - 1 - index)
    await world.engines.order({ kind: 'hang', agents: hung, hangs: true })
    const beside = await timeLaunches(world)
    await world.engines.order({ kind: 'hang', agents: hung, hangs: false })
    const hangRatio = percentile(beside, 95) / percentile(idle, 95)
    sayLaunches('all agents answer', idle)
    sayLaunches(`${hanging} agents hang`, beside)
    const result = {
      idleCpuPercent: rounded(cpuPercent),
      rssMb: rounded(mostRssMb),
      repairMs: Math.round(repairMs),
      restartMs: Math.round(restartMs),
      hangRatio: Math.round(hangRatio * 100) / 100,
    }
    for (const [name, target] of Object.entries(targets)) {
      const value = result[name as keyof typeof result]
      console.log(`${name.padEnd(16)} ${String(value).padStart(8)}  target ${target}: ${value <= target ? 'met' : 'missed'}`)
    }
    console.log(JSON.stringify(result))
  } finally {
    await controller.stop()
  }
}

function say(text: string, more?: unknown): void {
  console.log(`${text}; load ${loadavg().map(rounded).join(' ')}${more ? ` ${JSON.stringify(more)}` : ''}`)
}

function sayLaunches(when: string, times: number[]): void {
  say(`launches while ${when}: median ${rounded(median(times))} ms, p95 ${rounded(percentile(times, 95))} ms of ${times.length}`)
}

/** From the start of the process until it has looked at every agent and everything there once. */
async function untilAllSeen({ deps: { db } }: World, controller: ControllerProcess): Promise<number> {
  const since = new Date(controller.startedMs)
  const looking = async () => {
    while ((await db.agent.count({ where: { OR: [{ lastSeenAt: null }, { lastSeenAt: { lt: since } }] } })) > 0) await sleep(50)
    return Date.now() - controller.startedMs
  }
  const [readyMs, seenMs] = await Promise.race([
    Promise.all([controller.ready.then(() => Date.now() - controller.startedMs), looking()]),
    sleep(90_000, undefined, { ref: false }).then(() => Promise.reject(new Error('The controller did not look at every agent.'))),
  ])
  say(`the controller says that it is ready after ${readyMs} ms, and has looked at every agent after ${seenMs} ms`)
  return Math.max(readyMs, seenMs)
}

/** Containers end, one on each of five agents, and no event tells it. */
async function timeRepair({ deps: { db }, engines, sessions }: World): Promise<number> {
  const victims = [3, 41, 77, 118, 160].map((agent) => ({ agent, sessionId: sessions[agent]?.[agent % 25] ?? '' }))
  const began = performance.now()
  for (const victim of victims) await engines.order({ kind: 'end', ...victim, event: false })
  const ids = victims.map(({ sessionId }) => sessionId)
  while ((await db.session.count({ where: { id: { in: ids }, state: 'failed' } })) < ids.length) {
    if (performance.now() - began > 60_000) return Number.POSITIVE_INFINITY
    await sleep(50)
  }
  return performance.now() - began
}

/** One after the other, from the use-case behind the Launch button until the desktop has answered; each is gone before the next. */
async function timeLaunches({ deps, imageId }: World): Promise<number[]> {
  const actor = operatorActor()
  const person = await deps.db.user.findFirstOrThrow({ orderBy: { createdAt: 'asc' } })
  const launcher = { ...actor, id: person.id, name: person.name }
  const until = async (id: string, state: 'running' | 'deleted') => {
    for (;;) {
      const row = await deps.db.session.findUniqueOrThrow({ where: { id }, select: { state: true, failureCode: true } })
      if (row.state === state) return
      if (row.state === 'failed') throw new Error(`A launch failed: ${row.failureCode}.`)
      await sleep(5)
    }
  }
  const times: number[] = []
  for (let launch = 0; launch < launches + 5; launch++) {
    const began = performance.now()
    const sessionId = await appendLaunch(deps, launcher, { imageId })
    await until(sessionId, 'running')
    // The first ones find nothing in any cache.
    if (launch >= 5) times.push(performance.now() - began)
    await deleteSession(deps, launcher, { sessionId })
    await until(sessionId, 'deleted')
  }
  return times
}

await main()
