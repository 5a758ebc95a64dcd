// The processes, mounts and control groups of one simulated host: found by its own paths and names, never by a program's name alone.
import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { runCommand } from '@/scripts/up/run-command.mjs'

const enginePrograms = /^(dockerd|containerd|containerd-shim.*)$/

/** dockerd, containerd and shims whose command line names a path below this folder. */
export function engineProcesses(folder: string, programs = enginePrograms): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      const command = read(`/proc/${pid}/cmdline`).split('\0')
      return programs.test(command[0]?.split('/').at(-1) ?? '') && command.some((word) => word.includes(`${folder}/`))
    })
}

/** Whether this process stands between the engine and that container. */
export function isShimOf(pid: number, containerId: string): boolean {
  return containerId !== '' && read(`/proc/${pid}/cmdline`).split('\0').includes(containerId)
}

/** Everything in the containers of a host. Both generations of control groups are looked at. */
export function processesInGroup(group: string): number[] {
  return groupFolders(group).flatMap((folder) => pidsBelow(folder))
}

export function killAll(pids: readonly number[]): void {
  for (const pid of new Set(pids)) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It ended meanwhile.
    }
  }
}

export async function removeGroup(group: string): Promise<void> {
  for (const folder of groupFolders(group)) {
    await untilTrue(() => removeFolders(folder), 5_000)
  }
}

export async function unmountBelow(folder: string): Promise<void> {
  const mounts = read('/proc/self/mountinfo')
    .split('\n')
    .map((line) => (line.split(' ')[4] ?? '').replaceAll('\\040', ' '))
    .filter((path) => path.startsWith(`${folder}/`))
  for (const path of mounts.reverse()) await runCommand('umount', ['-l', path]).catch(() => undefined)
}

/** A shim that is killed leaves its socket behind, outside the engine's own folders. */
export function removeShimSockets(execRoot: string): void {
  const tasks = join(execRoot, 'containerd', 'daemon', 'io.containerd.runtime.v2.task', 'moby')
  if (!existsSync(tasks)) return
  for (const id of readdirSync(tasks)) {
    const socket = read(join(tasks, id, 'address'))
      .trim()
      .replace('unix://', '')
    if (socket.startsWith('/run/containerd/s/')) rmSync(socket, { force: true })
  }
}

export async function untilTrue(isSo: () => boolean, forMs: number): Promise<boolean> {
  const until = performance.now() + forMs
  while (!isSo()) {
    if (performance.now() > until) return false
    await delay(20)
  }
  return true
}

export function isAlive(pid: number): boolean {
  // A zombie is dead: nobody has asked for its exit code yet, that is all.
  return /^State:\s+[^ZX]/m.test(read(`/proc/${pid}/status`))
}

export function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function groupFolders(group: string): string[] {
  const root = '/sys/fs/cgroup'
  const candidates = [root, ...readdirSync(root).map((name) => join(root, name))].map((folder) => join(folder, group))
  return candidates.filter((folder) => existsSync(folder))
}

function pidsBelow(folder: string): number[] {
  const own = read(join(folder, 'cgroup.procs')).split('\n').filter(Boolean).map(Number)
  return [...own, ...subfolders(folder).flatMap((name) => pidsBelow(join(folder, name)))]
}

/** A group goes once its last process was reaped, which takes a moment. */
function removeFolders(folder: string): boolean {
  try {
    for (const name of subfolders(folder)) if (!removeFolders(join(folder, name))) return false
    rmdirSync(folder)
    return true
  } catch {
    return !existsSync(folder)
  }
}

function subfolders(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
  } catch {
    return []
  }
}
