// The checks by name, in the order of what they cost; all are run even when one fails, and a summary ends the run.
import { spawn } from 'node:child_process'

/** @typedef {{ name: string, command: string[] }} Check */
/** @typedef {{ name: string, passed: boolean, seconds: number }} Outcome */

const bin = (/** @type {string} */ name) => `node_modules/.bin/${name}`

/** @type {Check[]} */
export const staticChecks = [
  { name: 'format, lint, imports', command: [bin('biome'), 'check', '--error-on-warnings', '.'] },
  { name: 'types', command: [bin('tsc'), '--noEmit', '-p', '.'] },
  { name: 'unit', command: [bin('vitest'), 'run', '--project', 'unit'] },
]

/** @type {Check[]} */
export const withDatabase = [
  { name: 'unused code', command: [bin('knip')] },
  { name: 'schema and migrations', command: [bin('tsx'), 'scripts/migration.ts', 'check'] },
  { name: 'database', command: [bin('vitest'), 'run', '--project', 'db'] },
]

/** @type {Check[]} */
export const withEngine = [
  { name: 'starter desktop', command: [bin('tsx'), 'scripts/images.ts', 'desktop'] },
  { name: 'engine and contract', command: [bin('vitest'), 'run', '--project', 'docker'] },
  { name: 'end to end', command: [bin('playwright'), 'test', '--config', 'e2e/playwright.config.ts'] },
]

/**
 * @param {Check[]} checks
 * @param {Record<string, string>} environment
 * @returns {Promise<Outcome[]>}
 */
export async function runChecks(checks, environment) {
  /** @type {Outcome[]} */
  const outcomes = []
  for (const { name, command } of checks) {
    console.log(`\n── ${name}: ${command.join(' ').replaceAll('node_modules/.bin/', '')}`)
    const startedAt = performance.now()
    const code = await run(command, environment)
    outcomes.push({ name, passed: code === 0, seconds: (performance.now() - startedAt) / 1000 })
  }
  return outcomes
}

/**
 * @param {Outcome[]} outcomes
 * @returns {boolean} whether all passed
 */
export function summarise(outcomes) {
  const line = (/** @type {Outcome} */ { name, passed, seconds }) =>
    `  ${passed ? '✓' : '✗'} ${name.padEnd(24)} ${seconds.toFixed(1).padStart(7)} s`
  const failed = outcomes.filter((outcome) => !outcome.passed)
  const total = outcomes.reduce((sum, { seconds }) => sum + seconds, 0)
  const verdict = failed.length === 0 ? 'all passed' : `FAILED: ${failed.map(({ name }) => name).join(', ')}`
  console.log(`\n${outcomes.map(line).join('\n')}\n\n${outcomes.length} checks in ${total.toFixed(0)} s: ${verdict}`)
  return failed.length === 0
}

/** @param {string[]} command @param {Record<string, string>} environment @returns {Promise<number | null>} */
function run(command, environment) {
  const [program = '', ...args] = command
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, ...environment } })
    child.on('error', (error) => {
      console.error(error.message)
      resolve(1)
    })
    child.on('close', resolve)
  })
}
