// `npm run test:images [-- options]`: installs what is missing, brings up an engine where none answers, and runs the smoke test of the
// machine-learning desktop.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname } from 'node:path'
import { openTestEngine } from './test/test-engine.mjs'
import { ensureDependencies } from './up/dependencies.mjs'
import { describeFailure } from './up/setup-failure.mjs'
import { createSteps } from './up/steps.mjs'
import { ensurePrograms } from './up/system-packages.mjs'

const root = dirname(import.meta.dirname)
process.chdir(root)
const step = createSteps(process.stdout)

async function main() {
  await ensureDependencies(root, step)
  await ensurePrograms(
    [
      { program: 'dockerd', packages: ['docker.io', 'iptables'] },
      { program: 'mmdebstrap', packages: ['mmdebstrap'] },
      { program: 'chromium', packages: ['chromium'] },
    ],
    step,
  )
  const engine = await openTestEngine(step)
  try {
    const environment = { ...process.env, BERTH_TEST_DOCKER: engine.url, DOCKER_HOST: engine.url }
    const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/test-images.ts', ...process.argv.slice(2)], {
      stdio: 'inherit',
      env: environment,
    })
    const [code] = await once(child, 'close')
    process.exitCode = code ?? 1
  } finally {
    await engine.stop()
  }
}

try {
  await main()
} catch (error) {
  const { message, hint } = describeFailure(error)
  console.error(`\n${message}\n\n${hint}\n`)
  process.exitCode = 1
}
