// What Linux tells of all TCP connections of this machine, and no socket of Node does.
import { readFile } from 'node:fs/promises'

let reading: Promise<string> | undefined

/** Empty where there is no such file. One reading serves all who ask meanwhile. */
export function readConnections(): Promise<string> {
  const read = (path: string) => readFile(path, 'latin1').catch(() => '')
  reading ??= Promise.all([read('/proc/self/net/tcp'), read('/proc/self/net/tcp6')])
    .then(([four, six]) => four + six)
    .finally(() => {
      reading = undefined
    })
  return reading
}

/** Its timer: sends again what was lost, with a count; or asks whether a full peer has room. */
const hasTried = / 01:[0-9A-F]{8} (?!0{8})| 04:/g
const tickMs = 10
/** No try waits for less. */
const shortestTryMs = 200
const probeMs = 1_000

/** How long what was sent has at least been unanswered, by `connectionKey`; a full peer that answers is not among them. */
export function unansweredMsIn(connections: string): Map<string, number> {
  const found = new Map<string, number>()
  for (const { index } of connections.matchAll(hasTried)) {
    const line = connections.slice(connections.lastIndexOf('\n', index) + 1, connections.indexOf('\n', index))
    const [, local = '', remote = '', , , timer = '', resent = '', , probes = '', , , , timeout = ''] = line.trim().split(/\s+/)
    const isFull = timer.startsWith('04:')
    // One may just be on its way.
    if (isFull && Number(probes) < 2) continue
    const ms = isFull
      ? shortestTryMs * (2 ** Number(probes) - 1)
      : // Where the peer was silent before, the kernel had already asked once a second whether it is there.
        sinceFirstSent(Number.parseInt(timer.slice(3), 16), Number.parseInt(resent, 16), Number(timeout)) +
        Number(probes) * probeMs
    found.set(keyOf(portOf(local), addressOf(remote), portOf(remote)), ms)
  }
  return found
}

/** Each try waits twice as long as the one before, but where the way to the peer is known to be cut. */
function sinceFirstSent(leftTicks: number, tries: number, timeoutTicks: number): number {
  return Math.max(tries * shortestTryMs, (timeoutTicks * (2 - 2 ** -tries) - leftTicks) * tickMs)
}

type Ports = { localPort?: number | undefined; remotePort?: number | undefined }

/** What was written for a peer and waits for it in the kernel; 0 where that says nothing. */
export function unsentBytesIn(connections: string, { localPort, remotePort }: Ports): number {
  const [from, to] = [localPort, remotePort].map((port) => (port ?? 0).toString(16).toUpperCase().padStart(4, '0'))
  const queue = new RegExp(`:${from} [0-9A-F]+:${to} [0-9A-F]{2} ([0-9A-F]+):`).exec(connections)?.[1]
  return queue === undefined ? 0 : Number.parseInt(queue, 16)
}

export function connectionKey(localPort: number, remoteAddress: string, remotePort: number): string {
  // As the files write it: without a zone, and an IPv4 address in IPv6 as that.
  const address = remoteAddress.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/, '')
  return keyOf(localPort, address.includes(':') ? hextets(address) : address, remotePort)
}

const keyOf = (localPort: number, remoteAddress: string, remotePort: number) => `${localPort} ${remoteAddress} ${remotePort}`

const portOf = (address: string) => Number.parseInt(address.slice(address.indexOf(':') + 1), 16)

/** Words of four bytes, each backwards. */
function addressOf(address: string): string {
  const words = address.slice(0, address.indexOf(':')).match(/.{8}/g) ?? []
  const bytes = words.flatMap((word) => (word.match(/../g) ?? []).reverse())
  const isFour = bytes.length === 4 || bytes.slice(0, 12).join('') === `${'00'.repeat(10)}FFFF`
  if (isFour) return bytes.slice(-4).map(fromHex).join('.')
  return Array.from({ length: 8 }, (_, at) => fromHex(bytes.slice(2 * at, 2 * at + 2).join('')).toString(16)).join(':')
}

const fromHex = (text: string) => Number.parseInt(text, 16)

/** All eight of them, where zeros may have been left out. */
function hextets(address: string): string {
  const [before = '', after] = address.split('::')
  const [head, tail] = [before, after ?? ''].map((part) => part.split(':').filter(Boolean)) as [string[], string[]]
  const missing = after === undefined ? 0 : 8 - head.length - tail.length
  return [...head, ...Array(missing).fill('0'), ...tail].join(':')
}
