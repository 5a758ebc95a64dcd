// One launch and one delete of one session, step by step, in a process of its own: the real use-cases and the real steps of the controller. With
// `killAt` it kills itself at that point, as the kernel would; without, it prints the points it came by.
import pino from 'pino'
import { loadConfig } from '@/lib/config'
import type { ControllerDeps } from '@/lib/controller/controller-deps'
import { newHostRegistry } from '@/lib/controller/host-registry'
import { paceFor } from '@/lib/controller/pace'
import { openPullJobs } from '@/lib/controller/pull-jobs'
import { openPushJobs } from '@/lib/controller/push-jobs'
import { runOnce } from '@/lib/controller/run-once'
import { markUp } from '@/lib/db/agents-observed'
import { openDb } from '@/lib/db/client'
import { loadSessionsOn } from '@/lib/db/controller-sessions'
import { openDockerHost } from '@/lib/docker/open-docker-host'
import type { Actor } from '@/lib/domain/actor'
import { systemClock } from '@/lib/domain/clock'
import { newId } from '@/lib/domain/ids'
import { deriveKeys } from '@/lib/secrets/keys'
import { deleteSession } from '@/lib/use-cases/delete-session'
import { launchSession } from '@/lib/use-cases/launch-session'
import { newPoints, watchDockerCalls, watchWrites } from './fault-points'

export type FaultTask = {
  databaseUrl: string
  secret: string
  installId: string
  actor: Actor
  imageId: string
  killAt: string | null
}

async function main({ databaseUrl, secret, installId, actor, imageId, killAt }: FaultTask): Promise<void> {
  const points = newPoints((point) => {
    if (point === killAt) dieNow()
    if (killAt === null) console.log(point)
  })
  const db = watchWrites(openDb(databaseUrl), points.at)
  const keys = deriveKeys(Buffer.from(secret, 'hex'))
  const config = loadConfig({ DATABASE_URL: databaseUrl, BERTH_DATA_DIR: '/nonexistent' })
  const deps: ControllerDeps = {
    db,
    keys,
    clock: systemClock,
    log: pino({ level: 'silent' }),
    installId,
    holder: newId(),
    openHost: openDockerHost,
    ...newHostRegistry({ db, openHost: openDockerHost, keys, installId, claims: null }),
    askDesktop: async () => ({ kind: 'answered', pin: 'AA:BB' }),
    askForMs: 10_000,
    pulls: openPullJobs(() => deps),
    pushes: openPushJobs(() => deps),
    sessionsOn: (agentId) => loadSessionsOn(db, agentId),
    heard: (agent, at, speed) => markUp(db, agent.row.id, at, speed),
    pace: () => paceFor(1),
    wakeAt: () => undefined,
  }
  watchDockerCalls(points.at)
  points.phase('launch')
  const { id: sessionId } = await launchSession({ ...deps, config }, actor, { imageId })
  points.phase('start')
  await runOnce(deps, { sessionId })
  points.phase('delete')
  await deleteSession({ ...deps, config }, actor, { sessionId })
  points.phase('remove')
  await runOnce(deps, { sessionId })
}

/** Not one more instruction of the portal: the signal may take a moment. */
function dieNow(): never {
  process.kill(process.pid, 'SIGKILL')
  for (;;);
}

main(JSON.parse(process.env.TESTBED_FAULT ?? '{}') as FaultTask).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error)
    process.exit(1)
  },
)
