// `npm test`: every check there is, against a real PostgreSQL, a real Docker Engine and a real browser. It installs what it needs where it
// may, and no engine is a failure. `--only NAME` runs the checks whose name contains NAME.
import { randomBytes } from 'node:crypto'
import { dirname } from 'node:path'
import { runChecks, staticChecks, summarise, withDatabase, withEngine } from './test/checks.mjs'
import { openTestEngine } from './test/test-engine.mjs'
import { ensureBuilt } from './up/build.mjs'
import { ensureDependencies, ensureGenerated } from './up/dependencies.mjs'
import { describeFailure } from './up/setup-failure.mjs'
import { createSteps } from './up/steps.mjs'
import { ensurePrograms } from './up/system-packages.mjs'

const root = dirname(import.meta.dirname)
process.chdir(root)
const step = createSteps(process.stdout)
const onlyAt = process.argv.indexOf('--only')
const only = onlyAt > 0 ? (process.argv[onlyAt + 1] ?? '') : ''
const chosen = [...staticChecks, ...withDatabase, ...withEngine].filter(({ name }) => name.includes(only))

async function main() {
  if (chosen.length === 0) throw new Error(`No check has "${only}" in its name.`)
  await ensureDependencies(root, step)
  await ensureGenerated(root, step)
  const quick = chosen.filter((check) => !withEngine.includes(check))
  const slow = chosen.filter((check) => withEngine.includes(check))
  const outcomes = await runChecks(quick, {})
  if (slow.length > 0) outcomes.push(...(await runWithEngine(slow).catch(withoutEngine)))
  return summarise(outcomes)
}

/** No engine, no browser or no build is a failure like any other, and does not hide what was found before. @param {unknown} error */
function withoutEngine(error) {
  const { message, hint } = describeFailure(error)
  console.error(`\n${message}\n\n${hint}\n`)
  return [{ name: 'engine, browser and build', passed: false, seconds: 0 }]
}

/** @param {import('./test/checks.mjs').Check[]} checks */
async function runWithEngine(checks) {
  await ensurePrograms(
    [
      { program: 'dockerd', packages: ['docker.io', 'iptables'] },
      { program: 'ip', packages: ['iproute2'] },
      { program: 'mmdebstrap', packages: ['mmdebstrap'] },
      { program: 'chromium', packages: ['chromium'] },
      { program: 'docker-registry', packages: ['docker-registry'] },
    ],
    step,
  )
  const engine = await openTestEngine(step)
  stopBeforeExit(engine.stop)
  try {
    await ensureBuilt(root, step, { pages: true })
    const url = engine.url
    return await runChecks(checks, {
      BERTH_TEST_DOCKER: url,
      DOCKER_HOST: url,
      BERTH_INSTALL_LABEL: `test-${randomBytes(6).toString('hex')}`,
    })
  } finally {
    await engine.stop()
  }
}

/** Ctrl-C reaches the running check as well, by way of the terminal; what is left for us is the engine. @param {() => Promise<void>} stop */
function stopBeforeExit(stop) {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.once(signal, () => void stop().finally(() => process.exit(130)))
  }
}

try {
  process.exitCode = (await main()) ? 0 : 1
} catch (error) {
  const { message, hint } = describeFailure(error)
  console.error(`\n${message}\n\n${hint}\n`)
  process.exitCode = 1
}
