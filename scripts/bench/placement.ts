// `npm run bench:placement`: how long it takes to decide where a session goes and to reserve it, on a PostgreSQL of its own, and whether
// two hundred launches at once lose or double anything. Ends with one JSON line and exit 0, also when a target is missed.
import { loadavg } from 'node:os'
import { performance } from 'node:perf_hooks'
import { type Db, openDb } from '@/lib/db/client'
import { placeWaiting } from '@/lib/db/place-queue'
import { loadFleet } from '@/lib/db/placement-input'
import { newId } from '@/lib/domain/ids'
import { type PlacementNeeds, placeOne } from '@/lib/domain/placement'
import { GiB } from '@/lib/domain/workspace-image'
import { openTemporaryPostgres } from '@/scripts/test/temporary-postgres'
import { launchTogether } from './placement-burst'
import { fleetSize, numbers, seedFleet, specFor } from './placement-seed'
import { median, percentile, rounded } from './statistics'

const samples = 500
const targets = { decideAndReserveP95Ms: 25, pureMs: 2 }

async function main(): Promise<void> {
  const database = await openTemporaryPostgres('berth-bench-')
  try {
    const db = openDb(database.url)
    try {
      await measure(db, database.url)
    } finally {
      await db.$disconnect()
    }
  } finally {
    await database.stop()
  }
}

async function measure(db: Db, url: string): Promise<void> {
  const { agents, gpusPerAgent, sessions } = fleetSize
  console.log(`${agents} agents × ${gpusPerAgent} GPUs, ${sessions} running sessions; load ${loadavg().map(rounded).join(' ')}`)
  const { userIds } = await seedFleet(db)
  const pureMs = await timePure(db)
  const times = await timeDecisions(db, userIds)
  const decideAndReserveP95Ms = rounded(percentile(times, 95))
  console.log(`decide and reserve: median ${rounded(median(times))} ms, p95 ${decideAndReserveP95Ms} ms of ${samples}`)
  await db.$executeRaw`TRUNCATE "Agent", "Session", "User" CASCADE`
  const burst = await launchTogether(db, url)
  console.log(
    `${burst.launches} launches at once on 4 GPUs over 3 hosts: ${burst.running} start, ${burst.queued} queued in order, ` +
      `${rounded(burst.ms / 1000)} s in all; load ${loadavg().map(rounded).join(' ')}`,
  )
  const { lost, doubled, rejected } = burst
  const met =
    decideAndReserveP95Ms <= targets.decideAndReserveP95Ms && pureMs <= targets.pureMs && lost + doubled + rejected === 0
  console.log(
    `targets ${targets.decideAndReserveP95Ms} ms, ${targets.pureMs} ms, none lost, doubled or rejected: ${met ? 'met' : 'missed'}`,
  )
  console.log(JSON.stringify({ decideAndReserveP95Ms, pureMs, lost, doubled, rejected }))
}

/** Over the whole fleet in memory: where it fits, and where nothing does and every agent has to say why. */
async function timePure(db: Db): Promise<number> {
  const fleet = await loadFleet(db)
  const needs: PlacementNeeds = {
    ...wish(0),
    sessionId: 's',
    userId: 'u',
    agentGroup: null,
    bindSources: [],
    reference: '',
    homeAgentId: null,
  }
  const wants = [needs, { ...needs, gpus: 2, gpuModelPattern: '*H100*', gpuMemoryBytesMin: 60 * GiB }, { ...needs, gpus: 9 }]
  const times: number[] = []
  for (let run = 0; run < 300; run++) {
    const started = performance.now()
    placeOne(wants[run % wants.length] ?? needs, fleet)
    // The first runs are the compiler's.
    if (run >= 60) times.push(performance.now() - started)
  }
  console.log(
    `pure function over ${fleet.length} agents: median ${rounded2(median(times))} ms, p95 ${rounded2(percentile(times, 95))} ms`,
  )
  return rounded2(median(times))
}

/** One at a time, each committed; what is measured begins when the session already waits. */
async function timeDecisions(db: Db, userIds: readonly string[]): Promise<number[]> {
  const random = numbers(2)
  const times: number[] = []
  for (let sample = 0; sample < samples + 20; sample++) {
    const id = newId()
    const { gpus, ...spec } = wish(random(10))
    const all = gpus === 'all'
    await db.session.create({
      data: {
        id,
        userId: userIds[random(userIds.length)] ?? '',
        imageName: 'Desktop',
        spec: specFor(sample, spec),
        cpuMillis: 4000,
        memoryBytes: 16 * GiB,
        gpuCount: all ? 0 : gpus,
        needsAllGpus: all,
        queuedAt: new Date(),
      },
    })
    const started = performance.now()
    const { placed } = await db.$transaction((tx) => placeWaiting(tx, new Date()))
    const took = performance.now() - started
    if (placed[0] !== id) throw new Error('A session that fits was not placed.')
    // The first ones find nothing in any cache, once.
    if (sample >= 20) times.push(took)
  }
  return times
}

function wish(
  index: number,
): Pick<PlacementNeeds, 'gpus' | 'gpuModelPattern' | 'gpuMemoryBytesMin' | 'cpuMillis' | 'memoryBytes'> {
  const size = { cpuMillis: 4000, memoryBytes: 16 * GiB }
  const any = { gpuModelPattern: null, gpuMemoryBytesMin: null, ...size }
  if (index === 0) return { ...any, gpus: 2, gpuModelPattern: 'H100*', gpuMemoryBytesMin: 60 * GiB }
  if (index === 1) return { ...any, gpus: 'all' }
  return { ...any, gpus: [0, 0, 1, 1, 1, 1, 2, 4][index - 2] ?? 0 }
}

function rounded2(value: number): number {
  return Math.round(value * 100) / 100
}

await main()
