// Builds the pages (next build) and the programs (esbuild), when their sources changed since the last good build.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isStamped, writeStamp } from './dependencies.mjs'
import { runCommand } from './run-command.mjs'

/** @typedef {import('./steps.mjs').Step} Step */

const sourceFolders = ['app', 'components', 'lib', 'prisma', 'public', 'scripts', 'images']
const sourceFiles = ['server.ts', 'proxy.ts', 'next.config.js', 'postcss.config.mjs', 'tsconfig.json', 'package-lock.json']
const isSource = (/** @type {string} */ path) => !/(\.test\.tsx?|\.md)$|^lib\/db\/generated\//.test(path)

/**
 * A number for the content of every source file: the version of the portal, also shown by /api/health.
 * @param {string} root
 */
export function hashSources(root) {
  const nested = sourceFolders.flatMap((folder) => listFiles(root, folder))
  const hash = createHash('sha256')
  for (const file of [...nested, ...sourceFiles].filter(isSource).sort()) {
    hash
      .update(file)
      .update('\0')
      .update(readOrEmpty(join(root, file)))
      .update('\0')
  }
  return hash.digest('hex').slice(0, 16)
}

/** @param {string} root @param {string} folder @returns {string[]} */
function listFiles(root, folder) {
  try {
    const entries = readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    return paths.map((path) => path.slice(root.length + 1))
  } catch {
    return []
  }
}

/** @param {string} path */
function readOrEmpty(path) {
  try {
    return readFileSync(path)
  } catch {
    return ''
  }
}

/**
 * @param {string} root
 * @param {Step} step
 * @param {{ pages: boolean }} options `pages` is off in development, where Next compiles on demand
 */
export async function ensureBuilt(root, step, { pages }) {
  const version = hashSources(root)
  const programs = join(root, 'dist', '.berth-built')
  if (!isStamped(programs, version)) {
    await step('Building the programs', async () => {
      await runCommand(process.execPath, [join(root, 'scripts', 'build-programs.mjs'), version], { cwd: root })
      writeStamp(programs, version)
    })
  }
  const stamp = join(root, '.next', '.berth-built')
  if (!pages || isStamped(stamp, version)) return version
  await step('Building the pages (a minute or two)', async (note) => {
    const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', BERTH_BUILD_VERSION: version }
    const hint = 'If nothing in the sources was changed by hand, this is a fault of Berth; the lines above say where.'
    await runCommand(process.execPath, [join(root, 'node_modules', 'next', 'dist', 'bin', 'next'), 'build'], {
      cwd: root,
      env: asEnv(env),
      note,
      hint,
    })
    writeStamp(stamp, version)
  })
  return version
}

/** @param {Record<string, string | undefined>} env @returns {NodeJS.ProcessEnv} */
const asEnv = (env) => /** @type {NodeJS.ProcessEnv} */ (env)
