// Copied into a checkout of the older commit and run there: its controller and its use-cases, which do what the test says, one after the other.
import pino from 'pino'
import { loadConfig } from '@/lib/config'
import { startController } from '@/lib/controller/start-controller'
import { openDb } from '@/lib/db/client'
import { openDockerHost } from '@/lib/docker/open-docker-host'
import { systemClock } from '@/lib/domain/clock'
import { deriveKeys } from '@/lib/secrets/keys'
import { deleteSession } from '@/lib/use-cases/delete-session'
import { launchSession } from '@/lib/use-cases/launch-session'
import { operatorActor } from '@/lib/use-cases/operator-actor'
import { stopSession } from '@/lib/use-cases/stop-session'

export type OlderTask = {
  databaseUrl: string
  secret: string
  installId: string
  userId: string
  imageId: string
  /** What becomes of each: launched first where it is no session yet. */
  wanted: ('running' | 'stopped' | 'deleted' | { sessionId: string; state: 'deleted' })[]
}

async function main(task: OlderTask): Promise<string[]> {
  const db = openDb(task.databaseUrl)
  const config = loadConfig({ DATABASE_URL: task.databaseUrl, BERTH_DATA_DIR: '/nonexistent' })
  const deps = { db, clock: systemClock, keys: deriveKeys(Buffer.from(task.secret, 'hex')), config }
  const stopping = new AbortController()
  const controller = startController({
    ...deps,
    databaseUrl: task.databaseUrl,
    installId: task.installId,
    log: pino({ level: 'silent' }),
    openHost: openDockerHost,
    signal: stopping.signal,
  })
  await controller.ready
  const owner = {
    id: task.userId,
    name: 'owner',
    role: 'user' as const,
    by: { kind: 'operator' as const },
    mustChangePassword: false,
  }
  const reach = async (id: string, state: string) => {
    for (let left = 1200; left > 0; left--) {
      const row = await db.session.findUniqueOrThrow({ where: { id } })
      if (row.state === state) return
      if (row.state === 'failed') throw new Error(`${id} failed: ${row.failureCode} ${JSON.stringify(row.failureParams)}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error(`${id} did not become ${state}`)
  }
  const done: string[] = []
  for (const wish of task.wanted) {
    const known = typeof wish === 'string' ? null : wish.sessionId
    const sessionId = known ?? (await launchSession(deps, owner, { imageId: task.imageId })).id
    if (!known) await reach(sessionId, 'running')
    const state = typeof wish === 'string' ? wish : wish.state
    if (state === 'stopped') await stopSession(deps, owner, { sessionId })
    if (state === 'deleted') await deleteSession(deps, operatorActor(), { sessionId })
    await reach(sessionId, state)
    done.push(sessionId)
  }
  stopping.abort()
  await controller.done
  return done
}

main(JSON.parse(process.env.OLDER_TASK ?? '{}') as OlderTask).then(
  (ids) => {
    console.log(JSON.stringify(ids))
    process.exit(0)
  },
  (error: unknown) => {
    console.error(error)
    process.exit(1)
  },
)
