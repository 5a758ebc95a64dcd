// Engines that listen at unusual places, found by their processes (Linux).
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/**
 * Each with the sockets that its command line names.
 * @returns {{ pid: string, sockets: string[] }[]}
 */
export function findRunningEngines() {
  if (process.platform !== 'linux') return []
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))
  return pids.flatMap((pid) => {
    try {
      if (readFileSync(`/proc/${pid}/comm`, 'utf8').trim() !== 'dockerd') return []
      // One in a network of its own is another machine in all but name: a simulated host, or an engine inside a container.
      if (readlinkSync(`/proc/${pid}/ns/net`) !== readlinkSync('/proc/self/ns/net')) return []
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
      return [{ pid, sockets: words.flatMap((word) => /(?:^|=)unix:\/\/(\/.+)$/.exec(word)?.[1] ?? []) }]
    } catch {
      // It ended while we looked.
      return []
    }
  })
}
