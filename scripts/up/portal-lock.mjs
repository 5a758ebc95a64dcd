// One portal per data directory: a lock file that names the process, so that a lock left by a kill is recognised and taken over.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { SetupFailure } from './setup-failure.mjs'

/** The same place as in lib/config.ts, known before anything is built. */
export function dataDirectory() {
  if (process.env.BERTH_DATA_DIR) return process.env.BERTH_DATA_DIR
  if (process.getuid?.() === 0) return '/var/lib/berth'
  return join(process.env.XDG_DATA_HOME || join(homedir(), '.local/share'), 'berth')
}

/** @typedef {{ pid: number, startTicks: string, since: string }} Owner */

/**
 * Takes the lock or throws. The returned function gives it back; it is also given back when the process exits.
 * @param {string} path
 */
export function takeLock(path) {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  /** @type {Owner} */
  const own = { pid: process.pid, startTicks: startTicksOf(process.pid), since: new Date().toISOString() }
  for (let attempt = 1; !write(path, own); attempt++) {
    const owner = readOwner(path)
    // `up` takes it before it installs and builds, and the server that it becomes takes it again.
    if (owner?.pid === process.pid) return () => undefined
    if (owner && isAlive(owner)) throw alreadyRunning(owner)
    if (attempt > 5) throw new SetupFailure(`The lock ${path} cannot be taken.`, `Remove ${path} if no Berth is running.`)
    rmSync(path, { force: true })
  }
  const release = () => {
    if (readOwner(path)?.pid === process.pid) rmSync(path, { force: true })
  }
  process.once('exit', release)
  return release
}

/** @param {string} dataDir @param {Iterable<string>} roles */
export function lockPath(dataDir, roles) {
  const named = [...roles].sort().join('-')
  return join(dataDir, named === 'controller-gateway-web' ? 'portal.lock' : `portal-${named}.lock`)
}

/** @param {Owner} owner */
function alreadyRunning(owner) {
  return new SetupFailure(
    `Berth already runs on this data directory (process ${owner.pid}, since ${owner.since}).`,
    'Use that one, or end it first: Ctrl-C in its terminal, or "systemctl stop berth" if it runs as a service. Sessions go on meanwhile. ' +
      'To run a second, separate Berth, set BERTH_DATA_DIR and BERTH_PORT; and BERTH_SHARE_HOSTS=yes for both, if both are to use this machine’s Docker.',
  )
}

/** @param {string} path @param {Owner} own */
function write(path, own) {
  try {
    writeFileSync(path, `${JSON.stringify(own)}\n`, { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false
    throw error
  }
}

/** @param {string} path @returns {Owner | null} */
function readOwner(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    // Gone, or written half by a process that was killed at that moment.
    return null
  }
}

/** @param {Owner} owner */
function isAlive(owner) {
  try {
    process.kill(owner.pid, 0)
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH') return false
  }
  // After a restart of the machine the number may belong to another process; its start time tells.
  return startTicksOf(owner.pid) === owner.startTicks
}

/** @param {number} pid */
function startTicksOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? 'ended' : (fields[19] ?? '')
  } catch {
    return ''
  }
}
