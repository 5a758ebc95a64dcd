// What a killed portal, a killed database or a lost machine leaves behind, and when it is safe to clear it away.
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { DomainError } from '@/lib/domain/errors'

export type Probe = 'answers' | 'silent'
type Paths = { cluster: string; socket: string; log: string }

/** True when a server of this cluster answers. Otherwise nothing of an earlier one is left that would keep a new one from starting. */
export async function findRunningPostgres(paths: Paths, probe: () => Promise<Probe>): Promise<boolean> {
  const pidFile = join(paths.cluster, 'postmaster.pid')
  for (let waitedMs = 0; waitedMs < 60_000; waitedMs += 250) {
    const text = readOr(pidFile, '')
    if (text === '') return false
    if ((await probe()) === 'answers') return true
    const lines = text.split('\n')
    if (!isServerOf(Number(lines[0]), paths.cluster)) {
      await removeStaleFiles(paths, lines)
      return false
    }
    // It is starting, recovering or stopping.
    await delay(250)
  }
  throw new DomainError('misconfigured', {
    message: `A database server of ${paths.cluster} runs but has not answered for a minute.`,
    hint: `Look at ${paths.log}; stop the process named in ${pidFile}, then try again.`,
  })
}

/**
 * PostgreSQL trusts the number in its pid file as long as any process of that user has it, a zombie or a stranger after a restart
 * of the machine included. The file also guards the helpers of a killed server, which may still write: they must be gone first.
 */
async function removeStaleFiles(paths: Paths, pidFileLines: string[]): Promise<void> {
  const sharedMemoryId = pidFileLines[6]?.trim().split(/\s+/)[1]
  for (let waitedMs = 0; sharedMemoryId && isAttached(sharedMemoryId); waitedMs += 250) {
    if (waitedMs >= 30_000) {
      throw new DomainError('misconfigured', {
        message: 'The database was killed, and processes that it started are still at work on its files.',
        hint: `Wait for the processes named "postgres:" of ${paths.cluster} to end, or stop them, then try again.`,
      })
    }
    await delay(250)
  }
  rmSync(join(paths.cluster, 'postmaster.pid'), { force: true })
  for (const name of ['.s.PGSQL.5432', '.s.PGSQL.5432.lock']) rmSync(join(paths.socket, name), { force: true })
}

/** Columns of the kernel's table: key, shmid, perms, size, cpid, lpid, nattch, … */
function isAttached(sharedMemoryId: string): boolean {
  const rows = readOr('/proc/sysvipc/shm', '').split('\n').slice(1)
  const row = rows.map((line) => line.trim().split(/\s+/)).find((columns) => columns[1] === sharedMemoryId)
  return Number(row?.[6] ?? 0) > 0
}

function isServerOf(pid: number, cluster: string): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  if (existsSync('/proc/self/cmdline')) return readOr(`/proc/${pid}/cmdline`, '').split('\0').includes(cluster)
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

export function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return otherwise
  }
}
