// Joins two sockets after an upgrade: raw bytes both ways, as fast as the slower side reads. No side outlives the other.
import type { Duplex } from 'node:stream'

/** How long the last bytes of a desktop that closed may take to reach the viewer. */
const lingerMs = 1_500

/** A side that takes nothing for this long is gone without a word, or as good as gone; the viewer's page connects again. */
const stalledMs = 60_000

export type Taps = { fromClient(chunk: Buffer): void; fromUpstream(chunk: Buffer): void }

export function splice(client: Duplex, upstream: Duplex, taps: Taps, giveUpMs = stalledMs): void {
  pump(client, upstream, taps.fromClient, giveUpMs)
  pump(upstream, client, taps.fromUpstream, giveUpMs)
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

function pump(from: Duplex, to: Duplex, tap: (chunk: Buffer) => void, giveUpMs: number): void {
  let stalled: NodeJS.Timeout | undefined
  from.on('data', (chunk: Buffer) => {
    tap(chunk)
    if (!to.writable || to.write(chunk)) return
    // A paused socket does not even tell when its peer leaves, so this cannot wait for ever.
    from.pause()
    clearTimeout(stalled)
    stalled = setTimeout(() => to.destroy(), giveUpMs)
  })
  to.on('drain', () => {
    clearTimeout(stalled)
    from.resume()
  })
  to.on('close', () => clearTimeout(stalled))
  // Explicit, because a socket that was paused on purpose does not start by itself.
  from.resume()
}
