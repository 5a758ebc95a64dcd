// `npm run bench:NAME`: installs and builds what is missing, brings up an engine where none answers, runs one benchmark and cleans up.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { leash } from './test/leash.mjs'
import { openTestEngine, stopBeforeExit } from './test/test-engine.mjs'
import { ensureBuilt } from './up/build.mjs'
import { ensureDependencies, ensureGenerated } from './up/dependencies.mjs'
import { describeFailure } from './up/setup-failure.mjs'
import { createSteps } from './up/steps.mjs'
import { ensurePrograms } from './up/system-packages.mjs'

const root = dirname(import.meta.dirname)
process.chdir(root)
const step = createSteps(process.stdout)
const [name = '', ...options] = process.argv.slice(2)

// No engine, no browser and no built pages: one asks a database only, the other brings engines of its own.
const withoutPortal = ['placement', 'fleet']
// A database and other proxies.
const besideProxies = ['gateway']

async function main() {
  await ensureDependencies(root, step)
  await ensureGenerated(root, step)
  if (name === 'fleet') await ensureBuilt(root, step, { pages: false })
  if (withoutPortal.includes(name)) return run()
  if (besideProxies.includes(name)) {
    await ensurePrograms([{ program: 'nginx', packages: ['nginx-light'] }], step)
    return run()
  }
  await ensurePrograms(
    [
      { program: 'dockerd', packages: ['docker.io', 'iptables'] },
      { program: 'mmdebstrap', packages: ['mmdebstrap'] },
      { program: 'chromium', packages: ['chromium'] },
    ],
    step,
  )
  const engine = await openTestEngine(step)
  stopBeforeExit(engine)
  try {
    await ensureBuilt(root, step, { pages: true })
    Object.assign(process.env, { BERTH_TEST_DOCKER: engine.url, DOCKER_HOST: engine.url })
    await run()
  } finally {
    await engine.stop()
  }
}

async function run() {
  const child = spawn(process.execPath, ['--import', 'tsx', join('scripts', 'bench', `${name}.ts`), ...options], {
    stdio: 'inherit',
  })
  const release = leash({ child, graceMs: 5_000 })
  const [code] = await once(child, 'close')
  release()
  process.exitCode = code ?? 1
}

try {
  await main()
} catch (error) {
  const { message, hint } = describeFailure(error)
  console.error(`\n${message}\n\n${hint}\n`)
  process.exitCode = 1
}
