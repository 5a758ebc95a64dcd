// A connection to one start of one container. Who gets its bytes, and learns of its end, changes with each request that it carries.
import type { Socket } from 'node:net'
import type { DialUpstream, Target } from './upstream-connection'

export type ConnectionUser = {
  /** Returns whether the chunk is still needed afterwards. */
  take(chunk: Buffer): boolean
  onClose(): void
}

export type Connection = { readonly socket: Socket; user: ConnectionUser }

const nobody: ConnectionUser = { take: () => false, onClose() {} }

/** Nobody's, until it is certain who answers. */
export function openConnection(dial: DialUpstream, target: Target): { connection: Connection; secured: Promise<void> } {
  const { socket, secured } = dial(target, { take: (chunk) => connection.user.take(chunk) })
  const connection: Connection = { socket, user: nobody }
  socket.on('close', () => connection.user.onClose())
  return { connection, secured }
}

export function drop(connection: Connection): void {
  connection.user = nobody
  connection.socket.destroy()
}
