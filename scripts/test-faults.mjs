// `npm run test:faults [-- --with-repair | --without-repair] [vitest options]`: every fault, with what repairs it and without. Needs root on Linux, for
// engines in network namespaces of their own.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname } from 'node:path'
import { openTestEngine } from './test/test-engine.mjs'
import { ensureDependencies, ensureGenerated } from './up/dependencies.mjs'
import { describeFailure, SetupFailure } from './up/setup-failure.mjs'
import { createSteps } from './up/steps.mjs'
import { ensurePrograms } from './up/system-packages.mjs'

const root = dirname(import.meta.dirname)
process.chdir(root)
const step = createSteps(process.stdout)
const modes = ['with-repair', 'without-repair']
const given = process.argv.slice(2)
const mode = modes.find((name) => given.includes(`--${name}`)) ?? 'both'
const options = given.filter((option) => !modes.includes(option.replace('--', '')))

async function main() {
  if (process.getuid?.() !== 0 || process.platform !== 'linux') {
    throw new SetupFailure('The faults need root on Linux.', 'Simulated hosts are Docker Engines in network namespaces.')
  }
  await ensureDependencies(root, step)
  await ensureGenerated(root, step)
  await ensurePrograms(
    [
      { program: 'dockerd', packages: ['docker.io', 'iptables'] },
      { program: 'ip', packages: ['iproute2'] },
      { program: 'mmdebstrap', packages: ['mmdebstrap'] },
    ],
    step,
  )
  const engine = await openTestEngine(step)
  try {
    const environment = { ...process.env, BERTH_TEST_DOCKER: engine.url, DOCKER_HOST: engine.url, BERTH_FAULTS: mode }
    await run(['node_modules/.bin/tsx', 'scripts/images.ts', 'desktop'], environment)
    await run(['node_modules/.bin/vitest', 'run', '--project', 'faults', ...options], environment)
  } finally {
    await engine.stop()
  }
}

/** @param {string[]} command @param {NodeJS.ProcessEnv} env */
async function run([program = '', ...args], env) {
  const [code] = await once(spawn(program, args, { stdio: 'inherit', env }), 'close')
  if (code !== 0) process.exitCode = code ?? 1
}

try {
  await main()
} catch (error) {
  const { message, hint } = describeFailure(error)
  console.error(`\n${message}\n\n${hint}\n`)
  process.exitCode = 1
}
