// `npm run test:faults [-- --with-repair | --without-repair] [vitest options]`: every fault, with what repairs it and without. Needs root on Linux, for
// engines in network namespaces of their own.
import { dirname } from 'node:path'
import { onEngine } from './test/on-engine.mjs'

const modes = ['with-repair', 'without-repair']
const given = process.argv.slice(2)
const mode = modes.find((name) => given.includes(`--${name}`)) ?? 'both'
const options = given.filter((option) => !modes.includes(option.replace('--', '')))
const programs = [
  { program: 'dockerd', packages: ['docker.io', 'iptables'] },
  { program: 'ip', packages: ['iproute2'] },
  { program: 'mmdebstrap', packages: ['mmdebstrap'] },
]

if (process.getuid?.() !== 0 || process.platform !== 'linux') {
  console.error('The faults need root on Linux: simulated hosts are Docker Engines in network namespaces.')
  process.exit(1)
}
await onEngine(dirname(import.meta.dirname), { programs }, async (run) => {
  await run(['node_modules/.bin/tsx', 'scripts/images.ts', 'desktop'])
  await run(['node_modules/.bin/vitest', 'run', '--project', 'faults', ...options], { BERTH_FAULTS: mode })
})
