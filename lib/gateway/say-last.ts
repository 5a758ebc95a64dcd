// The last words on a connection that Node let go of: nobody else would close it.
import type { Duplex } from 'node:stream'

/** How long whoever does not read them, or never agreed on TLS, may hold the connection. */
const lingerMs = 1_000

export function sayLast(socket: Duplex, text: string | Buffer): void {
  const timer = setTimeout(() => socket.destroy(), lingerMs)
  socket.once('close', () => clearTimeout(timer))
  // Whoever goes on sending, or keeps its own side open, would hold it as well.
  socket.once('finish', () => socket.destroy())
  socket.end(text)
}
