// `npm run up`: from a bare checkout to a running portal, and from an older version to this one. Plain Node, no packages, since it
// runs before they are installed. Every step looks first whether it has been done, so running it again continues.
import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { ensureBuilt } from './up/build.mjs'
import { ensureDependencies, ensureGenerated } from './up/dependencies.mjs'
import { ensureEngine } from './up/ensure-engine.mjs'
import { dataDirectory, lockPath, takeLock } from './up/portal-lock.mjs'
import { describeFailure, SetupFailure } from './up/setup-failure.mjs'
import { createSteps } from './up/steps.mjs'

const root = dirname(import.meta.dirname)
const oldestNode = [20, 19]
const [option] = process.argv.slice(2)
const development = option === '--dev'

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const [needMajor = 0, needMinor = 0] = oldestNode
  if (major > needMajor || (major === needMajor && minor >= needMinor)) return
  throw new SetupFailure(
    `This is Node ${process.versions.node}; Berth needs ${oldestNode.join('.')} or newer.`,
    'Install a newer Node: https://nodejs.org',
  )
}

async function main() {
  checkNode()
  process.chdir(root)
  if (existsSync('.env')) process.loadEnvFile('.env')
  const environment = /** @type {Record<string, string>} */ (process.env)
  environment.NODE_ENV = development ? 'development' : 'production'
  environment.NEXT_TELEMETRY_DISABLED = '1'
  // The npm beside this Node: a service has no shell that would find it.
  environment.PATH = `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`
  const step = createSteps(process.stdout)
  if (option === '--build') return await build(step)
  console.log('\nBerth\n')
  // Before anything is installed or built: a portal that runs from this checkout must not lose its files under it.
  takeLock(lockPath(dataDirectory(), (process.env.BERTH_ROLES || 'web,gateway,controller').split(',')))
  await build(step)
  const { prepare } = await import(join(root, 'dist', 'prepare.js'))
  await prepare({ root, step, findEngine: () => ensureEngine(step) })
  const { serve } = await import(join(root, 'dist', 'server.js'))
  await serve({ root, greet: true })
}

/** @param {import('./up/steps.mjs').Step} step */
async function build(step) {
  await ensureDependencies(root, step)
  await ensureGenerated(root, step)
  await ensureBuilt(root, step, { pages: !development })
}

try {
  await main()
  // Closed is closed: a timer or a worker that some package keeps must not hold the terminal.
  process.exit(0)
} catch (error) {
  const { message, hint } = describeFailure(error)
  console.error(`\n${message}\n\n${hint}\n`)
  if (process.env.BERTH_LOG_LEVEL === 'debug') console.error(error)
  process.exit(1)
}
