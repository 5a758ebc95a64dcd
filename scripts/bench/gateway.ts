// `npm run bench:gateway`: what the gateway costs beside configurable-http-proxy and nginx in front of the same desktop, and beside the least
// that Node can do. Ends with one JSON line and exit 0, also when a target is missed.
import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { leash } from '@/scripts/test/leash.mjs'
import { bundleGatewayProcess } from './gateway/bundle'
import { writeCertificate } from './gateway/certificate'
import { type Compared, compare } from './gateway/compare'
import { installFor } from './gateway/installation'
import { type Bench, hear, spawnNode } from './gateway/proxies'
import { report } from './gateway/report'
import { rounded } from './statistics'

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'berth-bench-gateway-'))
  const release = leash({ directory: folder })
  const desktop = spawnNode(['--import', 'tsx', join(import.meta.dirname, 'gateway', 'upstream-process.ts')])
  try {
    const upstream = await hear<Bench['upstream']>(desktop)
    const files = await writeCertificate(folder)
    const installation = await installFor(upstream.pin)
    const bundled = await bundleGatewayProcess()
    try {
      console.log(`load at the start ${loadavg().map(rounded).join(' ')}`)
      const compared: Compared = await compare({ folder, files, upstream, installation, gatewayProgram: bundled.path })
      report(compared)
    } finally {
      bundled.remove()
      await installation.close()
    }
  } finally {
    desktop.disconnect()
    rmSync(folder, { recursive: true, force: true })
    release()
  }
}

await main()
