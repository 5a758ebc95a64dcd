// `npm run test:images [-- options]`: installs what is missing, brings up an engine where none answers, and runs the smoke test of the
// machine-learning desktop.
import { dirname } from 'node:path'
import { onEngine } from './test/on-engine.mjs'

const programs = [
  { program: 'dockerd', packages: ['docker.io', 'iptables'] },
  { program: 'mmdebstrap', packages: ['mmdebstrap'] },
  { program: 'chromium', packages: ['chromium'] },
]

await onEngine(dirname(import.meta.dirname), { programs }, (run) =>
  run([process.execPath, '--import', 'tsx', 'scripts/test-images.ts', ...process.argv.slice(2)]),
)
