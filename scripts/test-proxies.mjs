// `npm run test:proxies`: the configurations of docs/behind-a-proxy.md in the real programs. Installs nginx and Caddy from Debian where it may; their
// own services are not used, and on a machine with systemd the packages start them: stop them there if ports 80 and 443 are needed.
import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { leash } from './test/leash.mjs'
import { describeFailure } from './up/setup-failure.mjs'
import { createSteps } from './up/steps.mjs'
import { ensurePrograms } from './up/system-packages.mjs'

const root = dirname(import.meta.dirname)
process.chdir(root)

try {
  await ensurePrograms(
    [
      { program: 'nginx', packages: ['nginx-light'] },
      { program: 'caddy', packages: ['caddy'] },
    ],
    createSteps(process.stdout),
  )
  const vitest = join(root, 'node_modules', '.bin', 'vitest')
  const child = spawn(vitest, ['run', '--project', 'proxies', ...process.argv.slice(2)], { stdio: 'inherit' })
  const release = leash({ child, graceMs: 5_000 })
  child.on('close', (code) => {
    release()
    process.exitCode = code ?? 1
  })
} catch (error) {
  const { message, hint } = describeFailure(error)
  console.error(`\n${message}\n\n${hint}\n`)
  process.exitCode = 1
}
