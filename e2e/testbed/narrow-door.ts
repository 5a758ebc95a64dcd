// A TCP door in front of a server on loopback that can let only so many bytes out, so that something can be seen half done.
import { createServer, connect as dial, type Socket } from 'node:net'

export type NarrowDoor = {
  address: string
  /** No more than this many bytes come through until it is opened. */
  narrow(bytes: number): void
  /** All that waits comes through, and all that follows. */
  widen(): void
  /** Nothing that went through goes on; what comes now finds it wide open. A held connection would not notice the end of its server. */
  breakOff(): void
  close(): Promise<void>
}

type Target = { port: number; host?: string }

/** It listens where the server behind it does. */
export async function openNarrowDoor({ port, host = '127.0.0.1' }: Target): Promise<NarrowDoor> {
  let left = Number.POSITIVE_INFINITY
  const sources = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = dial(port, host)
    sources.add(upstream)
    client.pipe(upstream)
    upstream.on('data', (chunk) => {
      left -= chunk.length
      client.write(chunk)
      if (left <= 0) upstream.pause()
    })
    // What it said last may still be on its way: cut off, it would be fetched anew, after pauses that grow.
    upstream.on('end', () => client.end())
    upstream.on('close', () => {
      sources.delete(upstream)
      if (!upstream.readableEnded) client.destroy()
    })
    client.on('close', () => upstream.destroy())
    client.on('error', () => undefined)
    upstream.on('error', () => undefined)
    if (left <= 0) upstream.pause()
  }).listen(0, host)
  await new Promise((resolve) => server.once('listening', resolve))
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('No port was given.')
  return {
    address: `${host}:${bound.port}`,
    narrow: (bytes) => {
      left = bytes
    },
    widen: () => {
      left = Number.POSITIVE_INFINITY
      for (const source of sources) source.resume()
    },
    breakOff: () => {
      left = Number.POSITIVE_INFINITY
      for (const source of sources) source.destroy()
    },
    close: async () => {
      for (const source of sources) source.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
