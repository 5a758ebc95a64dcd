import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { reusedBuffer, type StreamReader } from './reused-buffer'
import { until } from './test-until'

const opened: { destroy(): void }[] = []
afterEach(() => {
  for (const one of opened.splice(0)) one.destroy()
})

async function connected(reader: StreamReader): Promise<Socket> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const accepted = once(server, 'connection')
  const socket = connect({
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    onread: reusedBuffer(reader, 65_536).onread,
  })
  const [peer] = (await accepted) as [Socket]
  opened.push(socket, peer, { destroy: () => void server.close() })
  return peer
}

test('chunks that are still needed are not written over by those that come later', async () => {
  const kept: Buffer[] = []
  let bytes = 0
  const peer = await connected({
    take(chunk) {
      bytes += chunk.length
      // Every third one waits for a slow side.
      const isKept = kept.length < 400 && bytes % 3 === 0
      kept.push(isKept ? chunk : Buffer.from(chunk))
      return isKept
    },
  })
  const sent = Buffer.from(Uint8Array.from({ length: 8_000_000 }, (_, index) => (index * 31 + (index >> 8)) % 251))
  for (let at = 0; at < sent.length; at += 100_003) peer.write(sent.subarray(at, at + 100_003))
  await until(() => expect(bytes).toBe(sent.length))
  expect(Buffer.concat(kept).equals(sent)).toBe(true)
})

test('a stream that says little holds little, and one that says much is read in large pieces', async () => {
  const sizes: number[] = []
  const peer = await connected({
    take(chunk) {
      sizes.push(chunk.buffer.byteLength)
      return false
    },
  })
  peer.write('hello')
  await until(() => expect(sizes).toEqual([2_048]))
  peer.write(Buffer.alloc(1_000_000))
  await until(() => expect(sizes.at(-1)).toBe(65_536))
})
