// Starts an installed Docker Engine: by systemd where it runs, else as a process of its own that outlives this one.
import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, rmSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { ask } from './find-engine.mjs'
import { runCommand } from './run-command.mjs'
import { SetupFailure } from './setup-failure.mjs'

/** @typedef {import('./steps.mjs').Note} Note */

const systemSocket = '/var/run/docker.sock'
const logPath = '/var/log/berth-dockerd.log'

/** @param {string[]} privilege @param {Note} note */
export async function startEngine(privilege, note) {
  if (existsSync('/run/systemd/system')) {
    const [program = 'systemctl', ...rest] = [...privilege, 'systemctl', 'enable', '--now', 'docker.service']
    await runCommand(program, rest, { note, hint: 'Look at: journalctl -u docker' })
  } else {
    if (privilege.length > 0) {
      throw new SetupFailure(
        'Docker is installed, and this machine has no systemd to start it.',
        'Start it as root: sudo dockerd &',
      )
    }
    note('starting dockerd')
    startDetached(['dockerd'], ['/var/run/docker.pid', '/run/docker/containerd/containerd.pid'], logPath)
  }
  await waitForEngine(systemSocket, logPath)
}

/**
 * @param {string[]} command
 * @param {string[]} pidFiles
 * @param {string} log
 */
export function startDetached(command, pidFiles, log) {
  // Left by a kill -9, they name a process that is gone or is another by now: dockerd would wait for it, and then give up.
  for (const pidFile of pidFiles) if (!namesLiving(pidFile, /dockerd|containerd/)) rmSync(pidFile, { force: true })
  const output = openSync(log, 'a', 0o600)
  const [program = '', ...args] = command
  const child = spawn(program, args, { detached: true, stdio: ['ignore', output, output] })
  child.on('error', () => undefined)
  child.unref()
  closeSync(output)
  return child
}

/** @param {string} pidFile @param {RegExp} name */
function namesLiving(pidFile, name) {
  try {
    return name.test(readFileSync(`/proc/${readFileSync(pidFile, 'utf8').trim()}/cmdline`, 'utf8'))
  } catch {
    return false
  }
}

/** @param {string} socketPath @param {string} log */
export async function waitForEngine(socketPath, log) {
  const until = Date.now() + 60_000
  while (Date.now() < until) {
    if ((await ask(socketPath)).version) return
    await delay(200)
  }
  const tail = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').slice(-8).join('\n') : ''
  throw new SetupFailure(
    `The Docker Engine did not start within a minute.\n${tail}`,
    `Look at ${existsSync(log) ? log : 'journalctl -u docker'}, then run the same command again.`,
  )
}
