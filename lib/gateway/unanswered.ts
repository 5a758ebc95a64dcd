// Requests that wait for their answer, by connection. An upgrade that comes in behind one takes the connection over at once: its answer would
// stand in front of the earlier one, and that one would later be written into the stream. No browser does this.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

const waiting = new WeakMap<Duplex, number>()
const behind = new WeakMap<Duplex, Set<ServerResponse>>()

/** What else is to be done when the answer is over, or the browser gone before it. */
export type AtClose = { release: (() => void) | null; exchange: { leave(): void } | null }

/** One listener for all of it: each costs every request. */
export function keepUnanswered({ socket }: IncomingMessage, res: ServerResponse): AtClose {
  const atClose: AtClose = { release: null, exchange: null }
  const before = waiting.get(socket) ?? 0
  waiting.set(socket, before + 1)
  res.on('close', () => {
    waiting.set(socket, (waiting.get(socket) ?? 1) - 1)
    atClose.release?.()
    atClose.exchange?.leave()
  })
  if (before > 0) closeWith(socket, res)
  return atClose
}

/** Node tells only the answer whose turn it is that the browser has gone; those in line behind it would wait for ever. */
function closeWith(socket: Duplex, res: ServerResponse): void {
  const inLine = behind.get(socket) ?? new Set()
  if (inLine.size === 0) socket.once('close', () => closeAll(inLine))
  behind.set(socket, inLine.add(res))
  res.once('close', () => inLine.delete(res))
}

function closeAll(inLine: Set<ServerResponse>): void {
  for (const res of inLine) {
    res.destroy()
    res.emit('close')
  }
}

export function hasUnanswered(socket: Duplex): boolean {
  return (waiting.get(socket) ?? 0) > 0
}
