// Bundles the server and the command-line programs into dist/, so that production runs plain node. Packages stay in node_modules.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'

const root = dirname(import.meta.dirname)
const outdir = join(root, 'dist')
rmSync(outdir, { recursive: true, force: true })

/**
 * Prisma's package carries its compiler of queries as text in a module: nine megabytes of every process, for as long as it runs. Here it is a file
 * beside the programs, and nothing of it stays in memory but what was made of it.
 * @type {import('esbuild').Plugin}
 */
const compilerAsFile = {
  name: 'compiler as a file',
  setup(build) {
    build.onResolve({ filter: /query_compiler_\w+\.postgresql\.wasm-base64\.mjs$/ }, ({ path }) => ({
      path,
      namespace: 'compiler',
    }))
    build.onLoad({ filter: /.*/, namespace: 'compiler' }, ({ path }) => {
      const { wasm } = createRequire(import.meta.url)(path.replace(/\.mjs$/, '.js'))
      mkdirSync(outdir, { recursive: true })
      writeFileSync(join(outdir, 'query-compiler.wasm'), Buffer.from(wasm, 'base64'))
      // The client makes a Buffer of it once more, from a text or from a Buffer.
      const contents =
        "import { readFileSync } from 'node:fs'\nexport const wasm = readFileSync(new URL('./query-compiler.wasm', import.meta.url))"
      return { contents, loader: 'js' }
    })
  },
}

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
  plugins: [compilerAsFile],
  logLevel: 'warning',
  define: { 'process.env.BERTH_BUILD_VERSION': JSON.stringify(process.argv[2] ?? 'unknown') },
})

// The gateway's copy of the page that the desktop image carries too.
const { bundleDesktopPage } = await import(join(outdir, 'viewer.js'))
writeFileSync(join(outdir, 'viewer.html'), await bundleDesktopPage(join(root, 'images', 'desktop', 'web')))
rmSync(join(outdir, 'viewer.js'))
