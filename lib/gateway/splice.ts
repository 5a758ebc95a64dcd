// Joins two sockets after an upgrade: raw bytes both ways, as fast as the slower side reads. No side outlives the other.
import type { Duplex } from 'node:stream'
import { closeOnceHungUp } from './hung-up'
import type { StreamReader } from './reused-buffer'
import { closeOnceVanished } from './vanished'

/** How long the last bytes of a desktop that closed may take to reach the viewer. With the second until a slow side's is noticed, less than two. */
const lingerMs = 800

/** A side that takes nothing for this long is gone without a word, or as good as gone; the viewer's page connects again. */
const stalledMs = 60_000

/** What may wait for a side that reads too slowly, before the other side is not read any more. */
const mostWaitingBytes = 64 * 1024
const lookInMs = 1_000
/** A minute of looking in. */
const mostHeldBytes = 4 * 1024 * 1024

export type Taps = { fromClient(chunk: Buffer): void; fromUpstream(chunk: Buffer): void }

export type Splice = {
  client: Duplex
  upstream: Duplex
  taps: Taps
  /** Gets the bytes of an upstream that reads into a buffer of its own; without it they come as events. */
  reader?: StreamReader
  /** What the desktop said before. */
  early?: Buffer
  giveUpMs?: number
}

export function splice({ client, upstream, taps, reader, early, giveUpMs = stalledMs }: Splice): void {
  const up = pump(client, upstream, taps.fromClient, giveUpMs)
  const down = pump(upstream, client, taps.fromUpstream, giveUpMs)
  client.on('data', up)
  if (reader) reader.take = down
  else upstream.on('data', down)
  // Explicit, because a socket that was paused on purpose does not start by itself.
  client.resume()
  upstream.resume()
  if (early && early.length > 0) down(early)
  closeOnceVanished(client, upstream)
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

/** Returns what takes a chunk from one side to the other, and says whether it is still needed after that. */
function pump(from: Duplex, to: Duplex, tap: (chunk: Buffer) => void, giveUpMs: number): (chunk: Buffer) => boolean {
  let stalled: (() => void) | undefined
  const goOn = () => {
    if (!stalled) return
    stalled()
    stalled = undefined
    from.resume()
  }
  to.on('drain', goOn)
  for (const side of [from, to]) side.on('close', () => stalled?.())
  return (chunk) => {
    tap(chunk)
    if (!to.writable) return false
    to.write(chunk)
    // Not what write() answers: that is said before it is known that the kernel took everything at once.
    if (to.writableLength === 0) return false
    if (to.writableLength >= mostWaitingBytes) {
      from.pause()
      stalled ??= lookInNowAndThen(from, to, giveUpMs)
    }
    return true
  }
}

/**
 * A paused socket does not tell when its peer hangs up. Where the kernel does not either, one more chunk is asked for every second; and this
 * cannot go on for ever.
 */
function lookInNowAndThen(from: Duplex, to: Duplex, giveUpMs: number): () => void {
  const everyMs = Math.min(lookInMs, giveUpMs)
  let waitedMs = 0
  let unsent = unsentBytes(to)
  const timer = setInterval(() => {
    const before = unsent
    unsent = unsentBytes(to)
    // Slowly is not never: `drain` alone would come too late for a viewer on a thin line.
    waitedMs = unsent === before ? waitedMs + everyMs : 0
    if (waitedMs >= giveUpMs) to.destroy()
    else if (to.writableLength < mostHeldBytes) from.resume()
  }, everyMs)
  const stopLooking = closeOnceHungUp(from)
  return () => {
    clearInterval(timer)
    stopLooking()
  }
}

/** What the kernel has not taken of the write under way: no stream tells, and Node's own socket.setTimeout() looks at the same number. */
function unsentBytes(to: Duplex & { _handle?: { writeQueueSize?: number } | null }): number {
  return to._handle?.writeQueueSize ?? to.writableLength
}
