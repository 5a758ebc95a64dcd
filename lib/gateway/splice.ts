// Joins two sockets after an upgrade: raw bytes both ways, as fast as the slower side reads. No side outlives the other.
import type { Duplex } from 'node:stream'

/** How long the last bytes of a desktop that closed may take to reach the viewer. */
const lingerMs = 1_500

export type Taps = { fromClient(chunk: Buffer): void; fromUpstream(chunk: Buffer): void }

export function splice(client: Duplex, upstream: Duplex, taps: Taps): void {
  pump(client, upstream, taps.fromClient)
  pump(upstream, client, taps.fromUpstream)
  // The viewer has gone, also when it only closed its half: nobody reads any more.
  const leave = () => upstream.destroy()
  client.on('end', leave)
  client.on('close', leave)
  client.on('end', () => client.end())
  // The desktop has gone: what it still said is delivered, then the viewer is let go whether it read it or not.
  let linger: NodeJS.Timeout | undefined
  const release = () => {
    client.end()
    linger ??= setTimeout(() => client.destroy(), lingerMs)
  }
  upstream.on('end', release)
  upstream.on('close', release)
  client.on('close', () => clearTimeout(linger))
}

function pump(from: Duplex, to: Duplex, tap: (chunk: Buffer) => void): void {
  from.on('data', (chunk: Buffer) => {
    tap(chunk)
    if (!to.writable) return
    if (!to.write(chunk)) from.pause()
  })
  to.on('drain', () => from.resume())
  // Explicit, because a socket that was paused on purpose does not start by itself.
  from.resume()
}
