// Whose portal the service is to run. Under sudo this process is root, whose own data directory is another one than that of the person who
// has run the portal so far: a unit with that would start an empty installation beside theirs.
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { config, secretPath } from '@/lib/config'
import { DomainError } from '@/lib/domain/errors'

export type Installation = { user: string; dataDir: string }

type Facts = {
  /** This process, and the data directory that its configuration names. */
  own: Installation
  /** Somebody named that directory: nothing is to be guessed. */
  isChosen: boolean
  /** Who called sudo, with the directory that is theirs by default. */
  caller: Installation | null
}

export function serviceInstallation({ own, isChosen, caller }: Facts): Installation & { isNew: boolean } {
  const isNew = !isInstalled(own.dataDir)
  if (!isChosen && caller && isInstalled(caller.dataDir)) {
    if (!isNew) throw refuseToGuess(own, caller)
    return { ...caller, isNew: false }
  }
  return { dataDir: own.dataDir, user: isNew ? own.user : userOf(statSync(own.dataDir).uid), isNew }
}

function isInstalled(dataDir: string): boolean {
  return existsSync(secretPath(dataDir)) || existsSync(join(dataDir, 'postgres'))
}

function refuseToGuess(own: Installation, caller: Installation): DomainError {
  return new DomainError('misconfigured', {
    message: `There are two installations on this machine: ${own.dataDir} of ${own.user} and ${caller.dataDir} of ${caller.user}.`,
    hint: `Say which one the service is to run: sudo BERTH_DATA_DIR=${caller.dataDir} npm run berth -- service install, or the same with the other one.`,
  })
}

export function installationFacts(): Facts {
  const user = userInfo().username
  const name = process.getuid?.() === 0 ? process.env.SUDO_USER : undefined
  return {
    own: { user, dataDir: config().dataDir },
    isChosen: Boolean(process.env.BERTH_DATA_DIR),
    caller: name && name !== user ? { user: name, dataDir: join(account(name)[5] ?? '/', '.local/share/berth') } : null,
  }
}

function userOf(uid: number): string {
  return account(String(uid))[0] ?? String(uid)
}

/** The fields of passwd(5), also where accounts come from a directory service; none of whoever has no account here. */
function account(nameOrUid: string): string[] {
  const { stdout } = spawnSync('getent', ['passwd', '--', nameOrUid], { encoding: 'utf8' })
  return stdout?.trim() ? stdout.trim().split(':') : []
}
