// Programs that tests need beside Node: installed from the distribution where that is allowed, named where it is not.
import { existsSync } from 'node:fs'
import { findPrivilege, installPackages } from './ensure-engine.mjs'
import { isInstalled } from './run-command.mjs'
import { SetupFailure } from './setup-failure.mjs'

/** @typedef {{ program: string, packages: string[] }} Need */

/** @param {Need[]} needs @param {import('./steps.mjs').Step} step */
export async function ensurePrograms(needs, step) {
  const present = await Promise.all(needs.map((need) => isInstalled(need.program)))
  const packages = needs.filter((_, index) => !present[index]).flatMap((need) => need.packages)
  if (packages.length === 0) return
  const command = `apt-get install -y --no-install-recommends ${packages.join(' ')}`
  const privilege = await findPrivilege()
  if (!privilege || !existsSync('/etc/debian_version')) {
    throw new SetupFailure(
      `The tests need programs that are not installed: ${packages.join(', ')}.`,
      `Install them, on Debian with: sudo ${command}`,
    )
  }
  await step(`Installing ${packages.join(', ')}`, (note) => installPackages(privilege, packages, note))
}
