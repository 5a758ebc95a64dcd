import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { expect, test } from 'vitest'
import { handshakeSuffix } from '@/lib/domain/web-socket-probe'
import { probeGateway } from './probe-gateway'

test('a WebSocket over which nothing comes back is closed on this side as well', async () => {
  let ended: Promise<unknown> = Promise.resolve()
  const server = createServer().on('upgrade', (req, socket: Socket) => {
    const accept = createHash('sha1').update(`${req.headers['sec-websocket-key']}${handshakeSuffix}`).digest('base64')
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    )
    ended = once(socket.resume(), 'end')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const said = await probeGateway({ origin, authorization: '', ownCertificatePem: null, timeoutMs: 200 })
  expect(said).toBe('there was no answer within 0.2 s')
  await ended
  server.close()
})
