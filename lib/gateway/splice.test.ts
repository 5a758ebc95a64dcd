import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import pino from 'pino'
import { afterEach, expect, test } from 'vitest'
import type { Db } from '@/lib/db/client'
import { watchActivity } from './activity'
import { splice } from './splice'
import { maskedFrame } from './test-client'
import { until } from './test-until'

const servers: Server[] = []
const sockets: Socket[] = []
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy()
  for (const server of servers.splice(0)) server.close()
})

/** Two real connections: the viewer's and the desktop's, joined in the middle. */
async function joined(giveUpMs?: number) {
  const [viewer, client] = await pair()
  const [desktop, upstream] = await pair()
  const seen = { up: 0, down: 0 }
  const taps = {
    fromClient: (chunk: Buffer) => {
      seen.up += chunk.length
    },
    fromUpstream: (chunk: Buffer) => {
      seen.down += chunk.length
    },
  }
  splice({ client, upstream, taps, ...(giveUpMs === undefined ? {} : { giveUpMs }) })
  return { viewer, client, desktop, upstream, seen }
}

async function pair(): Promise<[Socket, Socket]> {
  const server = createServer({ allowHalfOpen: true })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const outer = connect({ host: '127.0.0.1', port: (server.address() as AddressInfo).port })
  const [inner] = (await once(server, 'connection')) as [Socket]
  for (const socket of [outer, inner]) {
    socket.on('error', () => {})
    sockets.push(socket)
  }
  return [outer, inner]
}

/** Unlike once(), this does not mind that a reset is an error. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()))
}

/** Keeps the very buffers that are written to it. */
class Chunks extends Duplex {
  readonly written: Buffer[] = []
  override _read(): void {}
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.written.push(chunk)
    done()
  }
}

test('carries every byte both ways in order', async () => {
  const { viewer, desktop, seen } = await joined()
  const sent = Buffer.from(Uint8Array.from({ length: 1_000_000 }, (_, index) => index % 251))
  const received: Buffer[] = []
  viewer.on('data', (chunk: Buffer) => received.push(chunk))
  desktop.write(sent)
  await until(() => expect(seen.down).toBe(sent.length))
  await until(() => expect(Buffer.concat(received).equals(sent)).toBe(true))
  const [up] = await Promise.all([once(desktop, 'data'), viewer.write('key')])
  expect(String(up[0])).toBe('key')
})

test('watching adds no copy: the very bytes that were read are what is looked at and what is written, both ways', async () => {
  const [client, upstream] = [new Chunks(), new Chunks()]
  const watched = watchActivity({ db: {} as Db, log: pino({ level: 'silent' }), clock: { now: () => new Date(0) } }).watch(
    'session',
    'first',
  )
  const looked: Buffer[] = []
  const look = (tap: (chunk: Buffer) => void) => (chunk: Buffer) => {
    looked.push(chunk)
    tap(chunk)
  }
  splice({ client, upstream, taps: { fromClient: look(watched.fromClient), fromUpstream: look(watched.fromUpstream) } })
  // Cut in the middle of a frame, so that the watcher has something to keep in mind.
  const up: Buffer[] = [
    maskedFrame(Buffer.from('RFB 003.008\n')).subarray(0, 9),
    maskedFrame(Buffer.alloc(70_000, 4)),
    Buffer.from([1]),
  ]
  const down: Buffer[] = [Buffer.alloc(16_384, 7), Buffer.from('x')]
  for (const chunk of up) client.push(chunk)
  for (const chunk of down) upstream.push(chunk)
  await until(() => expect([upstream.written.length, client.written.length]).toEqual([up.length, down.length]))
  expect(upstream.written.every((chunk, index) => chunk === up[index])).toBe(true)
  expect(client.written.every((chunk, index) => chunk === down[index])).toBe(true)
  expect(looked.every((chunk) => up.includes(chunk) || down.includes(chunk))).toBe(true)
})

test('a viewer that does not read stops its desktop instead of filling the memory [attack 12]', async () => {
  const { viewer, client, desktop, seen } = await joined()
  viewer.pause()
  const chunk = Buffer.alloc(1 << 20)
  const sending = () => {
    while (!desktop.destroyed && desktop.write(chunk));
    if (!desktop.destroyed) desktop.once('drain', sending)
  }
  sending()
  await until(() => expect(client.writableNeedDrain).toBe(true))
  const stalledAt = seen.down
  expect(client.writableLength).toBeLessThan(4 << 20)
  expect(stalledAt).toBeLessThan(64 << 20)
  viewer.resume()
  await until(() => expect(seen.down).toBeGreaterThan(stalledAt + (8 << 20)))
})

test.each(['end', 'destroy', 'resetAndDestroy'] as const)(
  'a viewer that leaves by %s takes the desktop’s side with it',
  async (how) => {
    const { viewer, client, upstream } = await joined()
    const both = [closed(client), closed(upstream)]
    viewer[how]()
    await Promise.all(both)
  },
)

test.each(['end', 'destroy', 'resetAndDestroy'] as const)('a desktop that leaves by %s lets the viewer go', async (how) => {
  const { viewer, client, desktop, upstream } = await joined()
  const both = [closed(client), closed(upstream), closed(viewer.resume())]
  desktop[how]()
  await Promise.all(both)
})

test('what a desktop said last still reaches the viewer', async () => {
  const { viewer, desktop } = await joined()
  const last = Buffer.alloc(300_000, 1)
  let received = 0
  viewer.on('data', (chunk: Buffer) => {
    received += chunk.length
  })
  desktop.end(last)
  await closed(viewer)
  expect(received).toBe(last.length)
})

test('a viewer that never reads cannot hold the socket of a desktop that has gone [attack 12]', async () => {
  const { viewer, client, desktop, upstream } = await joined(100)
  viewer.pause()
  const both = [closed(client), closed(upstream)]
  desktop.end(Buffer.alloc(20 << 20))
  await Promise.all(both)
})

test('a desktop that never reads cannot hold the socket of a viewer that has gone [attack 12]', async () => {
  const { viewer, client, desktop, upstream } = await joined(100)
  desktop.pause()
  const both = [closed(client), closed(upstream)]
  viewer.end(Buffer.alloc(20 << 20))
  await Promise.all(both)
})
