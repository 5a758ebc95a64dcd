// What the kernel knows about one process.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** USER_HZ, which Linux has fixed for what it shows in /proc. */
const ticksPerSecond = 100

/** Processor time of all its threads, in its own code and in the kernel for it. */
export function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  // The name may hold spaces and brackets; what follows it does not.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

export function residentKbOf(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN)
}

export function socketsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).filter((fd) => targetOf(`/proc/${pid}/fd/${fd}`).startsWith('socket:')).length
}

function targetOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    // It was closed while we looked.
    return ''
  }
}

export function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
}
