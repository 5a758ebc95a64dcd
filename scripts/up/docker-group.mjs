// A user whom the engine's socket refuses: says what joining the docker group means before anybody joins it.
import { spawnSync } from 'node:child_process'
import { userInfo } from 'node:os'
import { createInterface } from 'node:readline/promises'
import { SetupFailure } from './setup-failure.mjs'

/**
 * @param {string[]} denied sockets that exist and may not be opened
 * @returns {Promise<never>}
 */
export async function askJoinDockerGroup(denied) {
  const user = userInfo().username
  const join = `sudo usermod -aG docker ${user}`
  const meaning = `Whoever is in the group "docker" can do everything root can do on this machine.`
  const refused = `A Docker Engine runs at ${denied[0]}, but ${user} may not use it.`
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw new SetupFailure(
      refused,
      `${meaning} If that is all right, run: ${join}   then sign in again and run the same command.`,
    )
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  const answer = await terminal.question(`\n${refused}\n${meaning}\nJoin the group now, with "${join}"? [y/N] `)
  terminal.close()
  if (!/^y(es)?$/i.test(answer.trim())) {
    throw new SetupFailure(refused, `Nothing was changed. Run Berth as root, or join the group: ${join}`)
  }
  if (spawnSync('sudo', ['usermod', '-aG', 'docker', user], { stdio: 'inherit' }).status !== 0) {
    throw new SetupFailure(`${join} did not work.`, 'Ask whoever administers this machine.')
  }
  // The new group counts from the next sign-in on; sg starts one program with it right away.
  const again = [process.execPath, ...process.argv.slice(1)].map((part) => `'${part.replaceAll("'", "'\\''")}'`).join(' ')
  const { status } = spawnSync('sg', ['docker', '-c', again], { stdio: 'inherit' })
  process.exit(status ?? 1)
}
