// A portal as a process of its own, so that it can be killed: the real controller, and launches through the use-case behind the Launch button, all
// at once. There are no pages and no gateway in it: what is tested are the ledger and the hosts, and those have no part in it.
import pino from 'pino'
import { loadConfig } from '@/lib/config'
import { startController } from '@/lib/controller/start-controller'
import { openDb } from '@/lib/db/client'
import { openDockerHost } from '@/lib/docker/open-docker-host'
import { systemClock } from '@/lib/domain/clock'
import { deriveKeys } from '@/lib/secrets/keys'
import { type Launch, launchAll } from './launch-all'

export type PortalTask = {
  databaseUrl: string
  secret: string
  installId: string
  launches: Launch[]
  /** Desktops are really asked; otherwise they only sleep and are taken to answer. */
  asks: boolean
}

async function main({ databaseUrl, secret, installId, launches, asks }: PortalTask): Promise<void> {
  const db = openDb(databaseUrl)
  const config = loadConfig({ DATABASE_URL: databaseUrl, BERTH_DATA_DIR: '/nonexistent' })
  const deps = { db, clock: systemClock, keys: deriveKeys(Buffer.from(secret, 'hex')), config }
  const controller = startController({
    ...deps,
    databaseUrl,
    installId,
    log: pino({ level: 'silent' }),
    openHost: openDockerHost,
    ...(asks ? {} : { ask: async () => ({ kind: 'answered', pin: 'AA:BB' }) }),
    signal: new AbortController().signal,
  })
  await controller.ready
  await launchAll(deps, launches)
}

main(JSON.parse(process.env.TESTBED_PORTAL ?? '{}') as PortalTask).catch((error: unknown) => {
  console.error(error)
  process.exit(1)
})
