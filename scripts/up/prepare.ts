// The part of `up` that needs the portal's own code: database, secret, first administrator, first agent, starter desktop.
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { stop as stopEsbuild } from 'esbuild'
import { type Config, config, secretPath } from '@/lib/config'
import { startEmbeddedPostgres } from '@/lib/db/embedded-postgres'
import { ensureInstallation } from '@/lib/db/installation'
import { migrateDatabase } from '@/lib/db/migrate'
import { readSecretFingerprint } from '@/lib/db/reseal'
import { openDocker } from '@/lib/docker/open-docker'
import { log, openLog } from '@/lib/log'
import type { Deps } from '@/lib/use-cases/deps'
import { ensureFirstAdmin, firstAdminName } from '@/lib/use-cases/ensure-first-admin'
import { ensureLocalAgent } from '@/lib/use-cases/ensure-local-agent'
import { ensureStarterImage } from '@/lib/use-cases/ensure-starter-image'
import { openDeps } from '@/lib/use-cases/open-deps'
import { finishRotation } from '@/scripts/berth/secret-files'
import { buildDesktopImage, defaultDesktopTag } from '@/scripts/images/build-desktop-image'
import type { Engine } from './find-engine.mjs'
import type { Step } from './steps.mjs'

type Options = { root: string; step: Step; findEngine: () => Promise<Engine> }

export async function prepare({ root, step, findEngine }: Options): Promise<void> {
  const settings = config()
  await openLog(settings)
  ensureSecret(settings)
  const engine = settings.roles.has('controller') ? await findEngine() : null
  const hasDesktop = engine ? await ensureDesktop(engine, step) : false
  // The desktop's page is bundled by a helper process, which would otherwise stay for as long as the portal runs.
  await stopEsbuild()
  await prepareDatabase(root, settings, step)
  if (!settings.secretPreset) finishRotation(settings.dataDir, await readSecretFingerprint(settings.databaseUrl))
  const deps = openDeps(settings)
  await ensureInstallation(deps.db, { installLabel: settings.installLabel, secretFingerprint: deps.keys.fingerprint })
  if (engine) await ensureLocalAgent(deps, { socketPath: engine.socketPath, name: hostname() })
  if (hasDesktop) await ensureStarterImage(deps, { reference: defaultDesktopTag })
  await announceFirstAdmin(deps, settings)
}

/** Made once, readable by nobody else, and outside the database: a stolen export opens nothing. */
function ensureSecret({ dataDir, secretPreset }: Config): void {
  const path = secretPath(dataDir)
  if (secretPreset || existsSync(path)) return
  // A database without its secret is a mistake to be told, not an occasion to make a new one.
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  writeFileSync(path, `${randomBytes(32).toString('base64')}\n`, { flag: 'wx', mode: 0o600 })
}

async function prepareDatabase(root: string, settings: Config, step: Step): Promise<void> {
  if (settings.databaseIsEmbedded) {
    await step('Starting the database', async (note) => {
      const { how } = await startEmbeddedPostgres({ dataDir: settings.dataDir, log: log() })
      note(how)
    })
  }
  await step('Bringing the database up to date', async (note) => {
    const { applied, exportedTo } = await migrateDatabase({
      databaseUrl: settings.databaseUrl,
      migrationsDir: join(root, 'prisma', 'migrations'),
      backupsDir: join(settings.dataDir, 'backups'),
      log: log(),
    })
    if (exportedTo) note(`exported to ${exportedTo}`)
    if (applied.length > 0) note(`${applied.length} migration(s) applied`)
  })
}

/** A portal without its starter desktop is still a portal: what went wrong is told, and the next `up` tries again. */
async function ensureDesktop(engine: Engine, step: Step): Promise<boolean> {
  const docker = openDocker({ socketPath: engine.socketPath })
  try {
    await step('Making the starter desktop (a minute or two, the first time)', async (note) => {
      await buildDesktopImage({ docker, tag: defaultDesktopTag, onProgress: (message) => note(message) })
    })
    return true
  } catch (error) {
    log().error({ err: error }, 'The starter desktop could not be made')
    console.log(`\n${error instanceof Error ? error.message : String(error)}`)
    console.log('The portal starts without it. Correct the cause and run npm run up again, or run: npm run images -- desktop\n')
    return false
  }
}

async function announceFirstAdmin(deps: Deps, settings: Config): Promise<void> {
  const { created, password } = await ensureFirstAdmin(deps, { password: settings.adminPassword })
  if (!created) return
  const shown = password ?? 'the one in BERTH_ADMIN_PASSWORD'
  // To the terminal alone: the log is kept, and read by others.
  console.log(
    `\n  First administrator\n    name      ${firstAdminName}\n    password  ${shown}${password ? '   (shown this once)' : ''}\n`,
  )
}
