// One process of Berth: pages, gateway and controller as BERTH_ROLES says, behind one HTTP server. It only wires.
// `npm run up` prepares and then calls serve(); `node dist/server.js` runs a prepared installation.
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { type Config, config } from '@/lib/config'
import { type ControllerOptions, startController } from '@/lib/controller/start-controller'
import { getInstallation } from '@/lib/db/installation'
import { assertMigrated } from '@/lib/db/migrate'
import { openDockerHost } from '@/lib/docker/open-docker-host'
import { createGateway } from '@/lib/gateway/gateway'
import { log, openLog } from '@/lib/log'
import { openDeps } from '@/lib/use-cases/open-deps'
import { meterGateway } from '@/lib/use-cases/process-metrics'
import { printGreeting } from '@/scripts/serve/greeting'
import { keepAddressesKnown } from '@/scripts/serve/keep-addresses-known'
import { keepDatabase } from '@/scripts/serve/keep-database'
import { keepTlsFresh } from '@/scripts/serve/keep-tls-fresh'
import { loadTls } from '@/scripts/serve/load-tls'
import { type HealthListener, openHealth } from '@/scripts/serve/open-health'
import { openListeners } from '@/scripts/serve/open-listeners'
import { openPages } from '@/scripts/serve/open-pages'
import { handlersOf, portalHandlers } from '@/scripts/serve/portal-handlers'
import { openReadiness, type Readiness } from '@/scripts/serve/readiness'
import { showPresence } from '@/scripts/serve/show-presence'
import { waitUntilReady } from '@/scripts/serve/wait-until-ready'
import { withRequestId } from '@/scripts/serve/with-request-id'
import { lockPath, takeLock } from '@/scripts/up/portal-lock.mjs'
import { describeFailure } from '@/scripts/up/setup-failure.mjs'

const drainMs = 5_000
const stopDeadlineMs = 25_000

type Closing = { name: string; close: () => Promise<unknown> }

export async function serve({ root, greet }: { root: string; greet: boolean }): Promise<void> {
  const settings = config()
  // Where nobody waits for an answer, garbage is collected when a quarter of what is in use has gathered; by itself Node lets it become four times as
  // much on a machine with much memory. And what is young is gathered by one thread: on idle cores four of them spend more time than they save.
  if (!settings.roles.has('web') && !settings.roles.has('gateway'))
    for (const flag of ['--heap-growing-percent=25', '--no-parallel-scavenge']) setFlagsFromString(flag)
  await openLog(settings)
  takeLock(lockPath(settings.dataDir, settings.roles))
  // What was opened last is closed first.
  const closings: Closing[] = []
  const stopOnce = stopOnSignals(closings)
  try {
    await open(root, settings, closings)
    if (settings.roles.has('web')) await waitUntilReady(settings)
  } catch (error) {
    await closeAll(closings)
    throw error
  }
  log().info({ roles: [...settings.roles], url: settings.publicUrl.origin }, `Berth is ready at ${settings.publicUrl.origin}`)
  if (greet) printGreeting(settings)
  await stopOnce
}

async function open(root: string, settings: Config, closings: Closing[]): Promise<void> {
  if (settings.databaseIsEmbedded) {
    const database = await keepDatabase({ dataDir: settings.dataDir, log: log() })
    closings.push({ name: 'database', close: database.close })
  }
  const deps = openDeps(settings)
  closings.push({ name: 'database connections', close: () => deps.db.$disconnect() })
  await assertMigrated(settings.databaseUrl, join(root, 'prisma', 'migrations'))
  const { installId } = await getInstallation(deps.db, deps.keys.fingerprint)
  const tls = await loadTls(settings, deps.clock)
  if (settings.roles.has('gateway') || settings.roles.has('controller'))
    closings.push({ name: 'addresses', close: await keepAddressesKnown(deps, log()) })
  const stop = new AbortController()
  const { databaseUrl } = settings
  if (!settings.databaseIsEmbedded) void showPresence(databaseUrl, stop.signal)
  const openOwnHealth = healthClosedLate(settings, closings)
  const controller = settings.roles.has('controller')
    ? startController({
        ...deps,
        databaseUrl,
        installId,
        openHost: openDockerHost,
        ...claimsOf(settings),
        transfers: settings.transfers,
        log: log().child({ part: 'controller' }),
        signal: stop.signal,
      })
    : null
  closings.push({
    name: 'background work',
    close: async () => {
      stop.abort()
      await controller?.done
    },
  })
  const gateway = settings.roles.has('gateway')
    ? createGateway({
        ...deps,
        databaseUrl,
        viewerHtml: await readFile(join(root, 'dist', 'viewer.html'), 'utf8'),
        log: log().child({ part: 'gateway' }),
        signal: stop.signal,
      })
    : null
  if (gateway) meterGateway(gateway.stats)
  await Promise.all([gateway?.ready, controller?.ready])
  const pages = settings.roles.has('web') ? await openPages(root, settings) : null
  if (pages) closings.push({ name: 'pages', close: pages.close })
  const isServing = pages !== null || gateway !== null
  const acting = controller && !isServing ? { keepsLeases: controller.keepsLeases } : {}
  const readiness = openReadiness({ deps, config: settings, migrationsDir: join(root, 'prisma', 'migrations'), ...acting })
  await openOwnHealth(readiness)
  if (!isServing) return
  const identified = withRequestId(settings.trustedProxies)
  const session = gateway ? (port: number) => identified(handlersOf(gateway.forPort(port))) : null
  const portal = identified(portalHandlers(settings, { gateway, pages, readiness }))
  const listeners = await openListeners({ config: settings, tls, portal, session })
  if (tls) {
    const show = listeners.showCertificate
    const fresh = keepTlsFresh({ config: settings, tls, clock: deps.clock, show, log: log() })
    closings.push({ name: 'certificate', close: async () => fresh.close() })
  }
  // Together: a listener closes only when its last stream has ended, and the gateway ends the streams.
  closings.push({
    name: 'connections',
    close: () => {
      readiness.stop()
      return Promise.all([listeners.close(drainMs), gateway?.drain(drainMs)])
    },
  })
}

/** Only where each host is to have one portal. */
function claimsOf({ sharesHosts, publicUrl }: Config): Pick<ControllerOptions, 'claims'> {
  return sharesHosts ? {} : { claims: { url: publicUrl.origin, exclusive: true } }
}

/** Closed after what was opened since: whoever watches is told meanwhile that the process is about to stop. */
function healthClosedLate({ healthListen }: Config, closings: Closing[]): (readiness: Readiness) => Promise<void> {
  let health: HealthListener | undefined
  closings.push({ name: 'health', close: async () => health?.close() })
  return async (readiness) => {
    if (healthListen) health = await openHealth(healthListen, readiness)
    closings.push({ name: 'readiness', close: async () => readiness.stop() })
  }
}

/** Resolves when everything has been closed after the first signal. npm and a terminal both send one, so a second changes nothing. */
function stopOnSignals(closings: Closing[]): Promise<void> {
  return new Promise((resolve) => {
    let stopping = false
    const stop = (signal: string) => {
      if (stopping) return
      stopping = true
      log().info({ signal }, 'Stopping the portal; sessions go on')
      const deadline = setTimeout(() => process.exit(1), stopDeadlineMs)
      void closeAll(closings).then(() => {
        clearTimeout(deadline)
        log().info('Stopped')
        resolve()
      })
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  })
}

async function closeAll(closings: Closing[]): Promise<void> {
  for (const { name, close } of closings.splice(0).reverse()) {
    await close().catch((err: unknown) => log().error({ err }, `Closing went wrong: ${name}`))
  }
}

async function main(): Promise<void> {
  try {
    await serve({ root: dirname(import.meta.dirname), greet: false })
    process.exit(0)
  } catch (error) {
    const { message, hint } = describeFailure(error)
    process.stderr.write(`${message}\n${hint}\n`)
    process.exit(1)
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) void main()
