// Bundles the server and the command-line programs into dist/, so that production runs plain node. Packages stay in node_modules.
import { rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'

const root = dirname(import.meta.dirname)
const outdir = join(root, 'dist')
rmSync(outdir, { recursive: true, force: true })
await build({
  absWorkingDir: root,
  entryPoints: {
    server: 'server.ts',
    prepare: 'scripts/up/prepare.ts',
    berth: 'scripts/berth.ts',
    viewer: 'scripts/images/bundle-desktop-page.ts',
  },
  outdir,
  bundle: true,
  // Shared chunks: the programs must not each hold a copy of the configuration and the logger.
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  packages: 'external',
  alias: { '@': root },
  sourcemap: true,
  logLevel: 'warning',
  define: { 'process.env.BERTH_BUILD_VERSION': JSON.stringify(process.argv[2] ?? 'unknown') },
})

// The gateway's copy of the page that the desktop image carries too.
const { bundleDesktopPage } = await import(join(outdir, 'viewer.js'))
writeFileSync(join(outdir, 'viewer.html'), await bundleDesktopPage(join(root, 'images', 'desktop', 'web')))
rmSync(join(outdir, 'viewer.js'))
