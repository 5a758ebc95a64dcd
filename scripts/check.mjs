// `npm run check`: everything that needs neither an engine nor a browser. `npm run check:fast` leaves out what needs a database.
import { dirname } from 'node:path'
import { runChecks, slowerStaticChecks, staticChecks, summarise, withDatabase } from './test/checks.mjs'
import { ensureDependencies, ensureGenerated } from './up/dependencies.mjs'
import { describeFailure } from './up/setup-failure.mjs'
import { createSteps } from './up/steps.mjs'

const root = dirname(import.meta.dirname)
process.chdir(root)
const step = createSteps(process.stdout)
try {
  await ensureDependencies(root, step)
  await ensureGenerated(root, step)
} catch (error) {
  const { message, hint } = describeFailure(error)
  console.error(`\n${message}\n${hint}\n`)
  process.exit(1)
}
const checks = process.argv.includes('--fast') ? staticChecks : [...staticChecks, ...slowerStaticChecks, ...withDatabase]
process.exitCode = summarise(await runChecks(checks, {})) ? 0 : 1
