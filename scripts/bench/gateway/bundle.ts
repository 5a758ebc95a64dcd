// The gateway's process as production runs it: bundled as scripts/build-programs.mjs does, without a compiler beside it.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { leash } from '@/scripts/test/leash.mjs'

export type Bundled = { path: string; remove(): void }

export async function bundleGatewayProcess(): Promise<Bundled> {
  const root = process.cwd()
  // Below the repository, so that packages are found.
  const outdir = join(root, 'dist', `bench-${process.pid}`)
  const release = leash({ directory: outdir })
  await build({
    absWorkingDir: root,
    entryPoints: { gateway: 'scripts/bench/gateway/gateway-process.ts' },
    outdir,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    alias: { '@': root },
    outExtension: { '.js': '.mjs' },
    logLevel: 'warning',
  })
  return {
    path: join(outdir, 'gateway.mjs'),
    remove: () => {
      rmSync(outdir, { recursive: true, force: true })
      release()
    },
  }
}
