// For tests: a program of this repository as one file. A process reads it in a quarter of the time that compiling its hundred modules takes.
import { mkdtempSync, rmSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'

const root = join(import.meta.dirname, '..', '..')
const bundled = new Map<string, Promise<string>>()

/** @param entry from the root of the repository. Made once per process and entry, and gone with the process. */
export function bundleProgram(entry: string): Promise<string> {
  const known = bundled.get(entry) ?? make(entry)
  bundled.set(entry, known)
  return known
}

async function make(entry: string): Promise<string> {
  // Where it finds its packages.
  const cache = join(root, 'node_modules', '.cache')
  await mkdir(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'program-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  await build({
    absWorkingDir: root,
    entryPoints: { program: entry },
    outdir: folder,
    bundle: true,
    // What is loaded only when it is used stays so.
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    alias: { '@': root },
    outExtension: { '.js': '.mjs' },
    logLevel: 'error',
  })
  return join(folder, 'program.mjs')
}
