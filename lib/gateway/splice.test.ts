import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { splice } from './splice'
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
