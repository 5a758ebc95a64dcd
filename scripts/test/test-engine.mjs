// A Docker Engine for one run of the tests: its own process, addresses and place on disk, which keeps built images between runs.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findEngine } from '../up/find-engine.mjs'
import { takeLock } from '../up/portal-lock.mjs'
import { runCommand } from '../up/run-command.mjs'
import { findRunningEngines } from '../up/running-engines.mjs'
import { SetupFailure } from '../up/setup-failure.mjs'
import { startDetached, waitForEngine } from '../up/start-engine.mjs'

const cacheRoot = '/var/cache/berth-test'

/** @typedef {{ url: string, stop: () => Promise<void> }} TestEngine */

/**
 * The engine in BERTH_TEST_DOCKER, else the machine's own, else one that is started for this run.
 * @param {import('../up/steps.mjs').Step} step
 * @returns {Promise<TestEngine>}
 */
export async function openTestEngine(step) {
  const nothing = async () => undefined
  if (process.env.BERTH_TEST_DOCKER) return { url: process.env.BERTH_TEST_DOCKER, stop: nothing }
  const { found } = await findEngine()
  if (found) return { url: `unix://${found.socketPath}`, stop: nothing }
  if (process.getuid?.() !== 0 || process.platform !== 'linux') {
    throw new SetupFailure(
      'The tests need a Docker Engine, and none answers.',
      'Start Docker, or set BERTH_TEST_DOCKER=unix:///path/to/docker.sock',
    )
  }
  // Two engines in one network namespace share the bridge docker0 and flush each other's firewall rules.
  const [other] = findRunningEngines()
  if (other) {
    throw new SetupFailure(
      `A Docker Engine runs here (process ${other.pid}), but answers on no socket that could be found.`,
      'Name it: BERTH_TEST_DOCKER=unix:///path/to/docker.sock npm test',
    )
  }
  return await step('Starting a Docker Engine for the tests', startOwnEngine)
}

/** Ctrl-C reaches the running check as well, by way of the terminal; what is left for us is the engine. @param {TestEngine} engine */
export function stopBeforeExit({ stop }) {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.once(signal, () => void stop().finally(() => process.exit(130)))
  }
}

/** @returns {Promise<TestEngine>} */
async function startOwnEngine() {
  mkdirSync(cacheRoot, { recursive: true, mode: 0o711 })
  const release = takeLock(join(cacheRoot, 'lock'))
  // Short: the path of a socket may have 107 characters, and containerd puts long names below this folder.
  const runDir = mkdtempSync(join(tmpdir(), 'bt-'))
  const [socket, log] = [join(runDir, 'docker.sock'), join(runDir, 'dockerd.log')]
  const places = [
    '--data-root',
    join(cacheRoot, 'docker'),
    '--exec-root',
    join(runDir, 'exec'),
    '--pidfile',
    join(runDir, 'docker.pid'),
  ]
  const child = startDetached(['dockerd', ...places, '--host', `unix://${socket}`], [], log)
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const stop = async () => {
    child.kill('SIGTERM')
    const killer = setTimeout(() => child.kill('SIGKILL'), 20_000)
    await ended
    clearTimeout(killer)
    await unmountBelow(runDir)
    rmSync(runDir, { recursive: true, force: true })
    release()
  }
  try {
    await waitForEngine(socket, log)
    return { url: `unix://${socket}`, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Names of network namespaces stay mounted when an engine is killed. @param {string} directory */
async function unmountBelow(directory) {
  const namespaces = join(directory, 'exec', 'netns')
  if (!existsSync(namespaces)) return
  for (const name of readdirSync(namespaces)) await runCommand('umount', [join(namespaces, name)]).catch(() => undefined)
}
