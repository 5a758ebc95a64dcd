// The checks by name, in the order of what they cost; all are run even when one fails, and a summary ends the run.
import { spawn } from 'node:child_process'
import { leash } from './leash.mjs'

/** @typedef {{ name: string, command: string[], environment?: Record<string, string> }} Check */
/** @typedef {{ name: string, passed: boolean, seconds: number }} Outcome */

const bin = (/** @type {string} */ name) => `node_modules/.bin/${name}`

/** @type {Check[]} */
export const staticChecks = [
  { name: 'format, lint, imports', command: [bin('biome'), 'check', '--error-on-warnings', '.'] },
  { name: 'types', command: [bin('tsc'), '--noEmit', '-p', '.'] },
  { name: 'unit', command: [bin('vitest'), 'run', '--project', 'unit'] },
]

/** @type {Check[]} */
export const slowerStaticChecks = [
  { name: 'unused code', command: [bin('knip')] },
  { name: 'schema and migrations', command: [bin('tsx'), 'scripts/migration.ts', 'check'] },
]

/** @type {Check[]} */
export const withDatabase = [{ name: 'database', command: [bin('vitest'), 'run', '--project', 'db'] }]

/** @type {Check[]} */
export const withImage = [{ name: 'starter desktop', command: [bin('tsx'), 'scripts/images.ts', 'desktop'] }]

/** @type {Check[]} */
export const withEngine = [{ name: 'engine and contract', command: [bin('vitest'), 'run', '--project', 'docker'] }]

/** One form of a session's origin, with a portal of its own. @param {'domain' | 'port'} form @param {string} name @returns {Check} */
const endToEnd = (form, name) => ({
  name,
  command: [bin('playwright'), 'test', '--config', 'e2e/playwright.config.ts', '--project', form],
  environment: { BERTH_TEST_FORMS: form },
})

/** @type {Check[]} */
export const withBrowser = [endToEnd('domain', 'end to end')]

/** @type {Check[]} */
export const withPorts = [endToEnd('port', 'end to end, on ports')]

/** Engines of their own, which begin with the starter desktop of the first one. @type {Check[]} */
export const withHosts = [{ name: 'simulated hosts', command: [bin('vitest'), 'run', '--project', 'hosts', '--passWithNoTests'] }]

/** Judges what the others wrote down about attacks. @type {Check} */
export const attackTable = { name: 'every row of attacks', command: [bin('tsx'), 'scripts/attack-table.ts'] }

/**
 * @param {Check[]} checks
 * @param {Record<string, string>} environment
 * @param {{ inOnePiece?: boolean, signal?: AbortSignal }} options `inOnePiece` holds back what a check says until it has ended, because others speak
 *   meanwhile; after `signal` no check is begun
 * @returns {Promise<Outcome[]>}
 */
export async function runChecks(checks, environment, { inOnePiece = false, signal } = {}) {
  /** @type {Outcome[]} */
  const outcomes = []
  for (const { name, command, environment: own } of checks) {
    if (signal?.aborted) break
    const title = `\n── ${name}: ${command.join(' ').replaceAll('node_modules/.bin/', '')}`
    console.log(inOnePiece ? `${title} (beside; its output follows)` : title)
    const startedAt = performance.now()
    const { code, output } = await run(command, { ...environment, ...own }, inOnePiece)
    if (inOnePiece) console.log(`${title}\n${output}`)
    outcomes.push({ name, passed: code === 0, seconds: (performance.now() - startedAt) / 1000 })
  }
  return outcomes
}

/**
 * @param {Outcome[]} outcomes
 * @param {number} [startedAt]
 * @returns {boolean} whether all passed
 */
export function summarise(outcomes, startedAt) {
  const line = (/** @type {Outcome} */ { name, passed, seconds }) =>
    `  ${passed ? '✓' : '✗'} ${name.padEnd(24)} ${seconds.toFixed(1).padStart(7)} s`
  const failed = outcomes.filter((outcome) => !outcome.passed)
  const sum = outcomes.reduce((total, { seconds }) => total + seconds, 0)
  const total = startedAt === undefined ? sum : (performance.now() - startedAt) / 1000
  const verdict = failed.length === 0 ? 'all passed' : `FAILED: ${failed.map(({ name }) => name).join(', ')}`
  console.log(`\n${outcomes.map(line).join('\n')}\n\n${outcomes.length} checks in ${total.toFixed(0)} s: ${verdict}`)
  return failed.length === 0
}

/**
 * @param {string[]} command
 * @param {Record<string, string>} environment
 * @param {boolean} inOnePiece
 * @returns {Promise<{ code: number | null, output: string }>}
 */
function run(command, environment, inOnePiece) {
  const [program = '', ...args] = command
  let output = ''
  return new Promise((resolve) => {
    const speaks = inOnePiece ? 'pipe' : 'inherit'
    /** @type {import('node:child_process').ChildProcess} */
    const child = spawn(program, args, { stdio: ['inherit', speaks, speaks], env: { ...process.env, ...environment } })
    const release = leash({ child, graceMs: 5_000 })
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (/** @type {string} */ text) => (output += text))
    child.on('error', (error) => {
      console.error(error.message)
      resolve({ code: 1, output })
    })
    child.on('close', (code) => {
      release()
      resolve({ code, output })
    })
  })
}
