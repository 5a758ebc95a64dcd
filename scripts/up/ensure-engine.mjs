// Makes sure that a Docker Engine answers on this machine: finds one, else installs and starts the distribution's where that is allowed.
import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { askJoinDockerGroup } from './docker-group.mjs'
import { findEngine } from './find-engine.mjs'
import { isInstalled, runCommand } from './run-command.mjs'
import { SetupFailure } from './setup-failure.mjs'
import { startEngine } from './start-engine.mjs'

/** @typedef {import('./steps.mjs').Step} Step */
/** @typedef {import('./steps.mjs').Note} Note */

const enginePackages = ['docker.io', 'iptables']
const manual =
  'Install Docker Engine (https://docs.docker.com/engine/install/) or Docker Desktop, start it, and run the same command again. ' +
  'An engine at another place is named with DOCKER_HOST=unix:///path/to/docker.sock'

/**
 * @param {Step} step
 * @returns {Promise<import('./find-engine.mjs').Engine>}
 */
export async function ensureEngine(step) {
  const { found, denied } = await step('Looking for a Docker Engine', async (note) => {
    const first = await findEngine()
    if (!first.found && first.denied.length === 0) await bringUpEngine(note)
    const search = first.found || first.denied.length > 0 ? first : await findEngine()
    if (search.found) note(`Docker ${search.found.version} at ${search.found.socketPath}`)
    return search
  })
  if (found) return found
  // Outside the step: it may ask something, and a step draws over the line.
  if (denied.length > 0) return await askJoinDockerGroup(denied)
  throw new SetupFailure('Docker was started but does not answer on any usual socket.', manual)
}

/** @param {Note} note */
async function bringUpEngine(note) {
  const privilege = await findPrivilege()
  if (!(await isInstalled('dockerd'))) await installEngine(privilege, note)
  if (!privilege) throw new SetupFailure('Docker is installed but not running.', 'Start it: sudo systemctl start docker')
  await startEngine(privilege, note)
}

/**
 * What to put before a command that only root may run; null when that is not possible without a password.
 * @returns {Promise<string[] | null>}
 */
export async function findPrivilege() {
  if (process.getuid?.() === 0) return []
  const allowed = await runCommand('sudo', ['-n', 'true'], { timeoutMs: 10_000 }).then(
    () => true,
    () => false,
  )
  return allowed ? ['sudo', '-n'] : null
}

/** @param {string[] | null} privilege @param {Note} note */
async function installEngine(privilege, note) {
  if (process.platform !== 'linux' || !existsSync('/etc/debian_version') || !(await isInstalled('apt-get'))) {
    throw new SetupFailure('There is no Docker Engine, and on this system Berth does not install one by itself.', manual)
  }
  const install = `apt-get install -y --no-install-recommends ${enginePackages.join(' ')}`
  if (!privilege) {
    throw new SetupFailure(
      `There is no Docker Engine, and ${userInfo().username} may not install one without a password.`,
      `Run: sudo apt-get update && sudo ${install}   and then the same command again.`,
    )
  }
  await installPackages(privilege, enginePackages, note)
}

/**
 * @param {string[]} privilege
 * @param {string[]} packages
 * @param {Note} note
 */
export async function installPackages(privilege, packages, note) {
  const [program = 'env', ...before] = [...privilege, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get']
  const hint = 'Check the package sources of this machine (apt-get update), then run the same command again.'
  note('apt-get update')
  await runCommand(program, [...before, 'update', '-q'], { hint })
  note(`apt-get install ${packages.join(' ')}`)
  await runCommand(program, [...before, 'install', '-y', '-q', '--no-install-recommends', ...packages], { note, hint })
}
