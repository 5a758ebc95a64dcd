// The gateway's own sockets, as the kernel counts them.
import { readFileSync } from 'node:fs'

const listening = '0A'

/** Those that browsers came in by and those to a desktop, held by a process, listening ones aside. Linux only: elsewhere none are seen. */
export function gatewaySockets(door: number, desktop: number): number {
  if (process.platform !== 'linux') return 0
  const lines = ['tcp', 'tcp6'].flatMap((name) => readFileSync(`/proc/net/${name}`, 'utf8').split('\n').slice(1))
  return lines.filter((line) => {
    const [, local = '', remote = '', state, , , , , , inode = '0'] = line.trim().split(/\s+/)
    if (state === listening || inode === '0') return false
    return portOf(local) === door || portOf(remote) === desktop
  }).length
}

const portOf = (address: string) => Number.parseInt(address.split(':')[1] ?? '', 16)
