// `npm test`: every check there is, against a real PostgreSQL, a real Docker Engine and a real browser. It installs what it needs where it
// may, and no engine is a failure. `--only NAME` runs the checks whose name contains NAME. Tests mostly wait, so two rows of checks run beside
// each other: what uses the one engine, and what has a database or engines of its own. With little memory they follow each other.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import {
  attackTable,
  runChecks,
  slowerStaticChecks,
  staticChecks,
  summarise,
  withBrowser,
  withDatabase,
  withEngine,
  withHosts,
  withImage,
  withPorts,
} from './test/checks.mjs'
import { openTestEngine, stopBeforeExit } from './test/test-engine.mjs'
import { testPrograms } from './test/test-programs.mjs'
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
const besideBytes = 6 * 2 ** 30

/** @typedef {import('./test/checks.mjs').Check} Check */

const pick = (/** @type {Check[]} */ checks) => checks.filter(({ name }) => name.includes(only))
const needEngine = pick([...withImage, ...withEngine, ...withBrowser, ...withHosts, ...withPorts])
const isBeside = totalmem() >= besideBytes && needEngine.length > 0

const stopping = new AbortController()
const { signal } = stopping

/** @type {import('./test/checks.mjs').Outcome[]} */
const outcomes = []

/** @param {Check[]} checks @param {Record<string, string>} [environment] */
async function inFront(checks, environment = {}) {
  outcomes.push(...(await runChecks(pick(checks), environment, { signal })))
}

/** @param {Check[]} checks @param {Record<string, string>} [environment] */
async function beside(checks, environment = {}) {
  outcomes.push(...(await runChecks(pick(checks), environment, { inOnePiece: isBeside, signal })))
}

async function main() {
  const startedAt = performance.now()
  if (pick([...staticChecks, ...slowerStaticChecks, ...withDatabase]).length + needEngine.length === 0)
    throw new Error(`No check has "${only}" in its name.`)
  await ensureDependencies(root, step)
  await ensureGenerated(root, step)
  await inFront([...staticChecks, ...slowerStaticChecks])
  const stored = beside(withDatabase)
  if (!isBeside) await stored
  if (needEngine.length > 0) await runWithEngine(stored).catch(withoutEngine)
  await stored
  // Only a run of everything has carried out every row.
  if (only === '') await inFront([attackTable])
  return summarise(outcomes, startedAt)
}

/** Where the checks write how each test of an attack ended. */
function keepAttackOutcomes() {
  const folder = mkdtempSync(join(tmpdir(), 'berth-attacks-'))
  process.env.TEST_ATTACK_OUTCOMES = join(folder, 'outcomes.jsonl')
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
}

/** No engine, no browser or no build is a failure like any other, and does not hide what was found before. @param {unknown} error */
function withoutEngine(error) {
  const { message, hint } = describeFailure(error)
  console.error(`\n${message}\n\n${hint}\n`)
  outcomes.push({ name: 'engine, browser and build', passed: false, seconds: 0 })
}

/** @param {Promise<void>} stored the tests of the database, after which the simulated hosts and then the browser on ports have their turn */
async function runWithEngine(stored) {
  await ensurePrograms(testPrograms, step)
  const engine = await openTestEngine(step)
  for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.once(name, () => stopping.abort())
  stopBeforeExit(engine)
  const label = `test-${randomBytes(6).toString('hex')}`
  // Portals of several tests share the engine.
  const shared = { BERTH_INSTALL_LABEL: label, BERTH_SHARE_HOSTS: 'yes' }
  const environment = { BERTH_TEST_DOCKER: engine.url, DOCKER_HOST: engine.url, ...shared }
  const onHosts = () => beside(withHosts, environment)
  const onPorts = () => beside(withPorts, environment)
  let otherRow = Promise.resolve()
  try {
    await inFront(withImage, environment)
    if (isBeside) otherRow = stored.then(onHosts)
    await ensureBuilt(root, step, { pages: true })
    await inFront(withEngine, environment)
    // From here on the engine has portals only, each with a label of its own.
    if (isBeside) otherRow = otherRow.then(onPorts)
    await inFront(withBrowser, environment)
    if (!isBeside) await onHosts().then(onPorts)
  } finally {
    await otherRow
    await engine.stop()
  }
}

keepAttackOutcomes()
try {
  process.exitCode = (await main()) ? 0 : 1
} catch (error) {
  const { message, hint } = describeFailure(error)
  console.error(`\n${message}\n\n${hint}\n`)
  process.exitCode = 1
}
