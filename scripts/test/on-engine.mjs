// For a command of its own: installs what is missing, brings up an engine where none answers, does its work there, and says in words what failed.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { ensureDependencies, ensureGenerated } from '../up/dependencies.mjs'
import { describeFailure } from '../up/setup-failure.mjs'
import { createSteps } from '../up/steps.mjs'
import { ensurePrograms } from '../up/system-packages.mjs'
import { leash } from './leash.mjs'
import { openTestEngine, stopBeforeExit } from './test-engine.mjs'

/** @typedef {(command: string[], environment?: Record<string, string>) => Promise<void>} Run */

/**
 * @param {string} root
 * @param {{ programs: { program: string, packages: string[] }[] }} needs
 * @param {(run: Run) => Promise<void>} work `run` runs a command on the engine; its failure is the command's
 */
export async function onEngine(root, { programs }, work) {
  process.chdir(root)
  const step = createSteps(process.stdout)
  try {
    await ensureDependencies(root, step)
    await ensureGenerated(root, step)
    await ensurePrograms(programs, step)
    const engine = await openTestEngine(step)
    stopBeforeExit(engine)
    try {
      await work((command, environment = {}) =>
        run(command, { BERTH_TEST_DOCKER: engine.url, DOCKER_HOST: engine.url, ...environment }),
      )
    } finally {
      await engine.stop()
    }
  } catch (error) {
    const { message, hint } = describeFailure(error)
    console.error(`\n${message}\n\n${hint}\n`)
    process.exitCode = 1
  }
}

/** @param {string[]} command @param {Record<string, string>} environment */
async function run([program = '', ...args], environment) {
  const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, ...environment } })
  const release = leash({ child, graceMs: 5_000 })
  const [code] = await once(child, 'close')
  release()
  if (code !== 0) process.exitCode = code ?? 1
}
