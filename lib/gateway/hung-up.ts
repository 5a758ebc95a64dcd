// A side that is not read, because the other is slow, has no way to say that it hung up: its FIN stands behind bytes, and so does what a reset
// left unread. The kernel knows, and on Linux it tells.
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { readConnections } from './kernel-connections'

const lookEveryMs = 1_000

const established = '01'
/** Its FIN has come, behind what it said last. */
const saidAll = '08'

/**
 * Until the returned is called; whoever hung up meanwhile is closed on this side as well, with what is still unread. `mayEnd`: it may have said
 * all it had and closed, and what it said is still wanted; then only a reset counts.
 */
export function closeOnceHungUp(held: Duplex, { mayEnd = false } = {}): () => void {
  if (process.platform !== 'linux' || !(held instanceof Socket)) return () => {}
  const { localPort, remotePort } = held
  const states = mayEnd ? `(${established}|${saidAll})` : established
  let isOver = false
  const look = async () => {
    // A connection that was reset has no ports any more.
    const isThere = localPort !== undefined && remotePort !== undefined && (await stands(localPort, remotePort, states))
    if (!isThere && !isOver) held.destroy()
  }
  const timer = setInterval(look, lookEveryMs)
  const stop = () => {
    isOver = true
    clearInterval(timer)
    held.off('close', stop)
  }
  held.once('close', stop)
  return stop
}

/** Ports are enough: where they fit several connections, one that stands speaks for all. */
async function stands(localPort: number, remotePort: number, states: string): Promise<boolean> {
  const connections = await readConnections()
  const standing = new RegExp(`:${inHex(localPort)} [0-9A-F]+:${inHex(remotePort)} ${states} `)
  return connections === '' || standing.test(connections)
}

const inHex = (port: number) => port.toString(16).toUpperCase().padStart(4, '0')
