// `npm run berth -- …`: the operator's command, built by `npm run up` like the rest of the portal.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

const root = dirname(import.meta.dirname)
const program = join(root, 'dist', 'berth.js')
process.chdir(root)
if (existsSync('.env')) process.loadEnvFile('.env')
if (existsSync(program)) {
  const environment = /** @type {Record<string, string>} */ (process.env)
  environment.NODE_ENV ??= 'production'
  await import(program)
} else {
  console.error('Berth has not been built yet. Run: npm run up   (or only build it: npm run build)')
  process.exitCode = 1
}
