// `npm run test:attacks`: carries out every row of the attacks on gateway and portal and prints what was seen; docs/attacks.md is made from it.
// Installs what is missing, brings up an engine where none answers, builds the portal, and leaves nothing behind.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname } from 'node:path'
import { openTestEngine } from './test/test-engine.mjs'
import { testPrograms } from './test/test-programs.mjs'
import { ensureBuilt } from './up/build.mjs'
import { ensureDependencies, ensureGenerated } from './up/dependencies.mjs'
import { describeFailure } from './up/setup-failure.mjs'
import { createSteps } from './up/steps.mjs'
import { ensurePrograms } from './up/system-packages.mjs'

const root = dirname(import.meta.dirname)
process.chdir(root)
const step = createSteps(process.stdout)

async function main() {
  await ensureDependencies(root, step)
  await ensureGenerated(root, step)
  await ensurePrograms(testPrograms, step)
  const engine = await openTestEngine(step)
  try {
    await ensureBuilt(root, step, { pages: true })
    const env = { ...process.env, BERTH_TEST_DOCKER: engine.url, DOCKER_HOST: engine.url }
    const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/test-attacks.ts'], { stdio: 'inherit', env })
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
