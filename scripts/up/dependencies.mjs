// npm ci and code generation, each only when what it depends on has changed since it last went well.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { runCommand } from './run-command.mjs'

/** @typedef {import('./steps.mjs').Step} Step */

/** @param {string[]} files */
function hashFiles(files) {
  const hash = createHash('sha256')
  for (const file of files) hash.update(existsSync(file) ? readFileSync(file) : 'none').update('\0')
  return hash.digest('hex')
}

/**
 * @param {string} stamp file that remembers for which inputs the work was done
 * @param {string} inputs
 */
export function isStamped(stamp, inputs) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs
}

/** @param {string} stamp @param {string} inputs */
export function writeStamp(stamp, inputs) {
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, inputs)
}

/** @param {string} root @param {Step} step */
export async function ensureDependencies(root, step) {
  const stamp = join(root, 'node_modules', '.berth-installed')
  const inputs = `${hashFiles([join(root, 'package-lock.json')])} ${process.version} ${process.arch}`
  if (isStamped(stamp, inputs)) return
  await step('Installing dependencies (npm ci)', async (note) => {
    // NODE_ENV=production in the environment would leave out what the build needs.
    const hint = 'Check the connection to the npm registry (npm ping), then run the same command again.'
    await runCommand('npm', ['ci', '--include=dev', '--include=optional'], { cwd: root, note, hint })
    writeStamp(stamp, inputs)
  })
}

/** @param {string} root @param {Step} step */
export async function ensureGenerated(root, step) {
  const stamp = join(root, 'lib', 'db', 'generated', '.berth-generated')
  const inputs = hashFiles([join(root, 'prisma', 'schema.prisma'), join(root, 'package-lock.json')])
  if (isStamped(stamp, inputs)) return
  await step('Generating the database client', async () => {
    await runCommand(process.execPath, [join(root, 'scripts', 'generate.mjs')], { cwd: root })
    writeStamp(stamp, inputs)
  })
}
