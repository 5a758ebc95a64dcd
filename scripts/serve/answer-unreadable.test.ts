import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { gatewayServerOptions } from '@/lib/gateway/server-options'
import { answerUnreadable } from './answer-unreadable'

let server: Server
afterEach(() => void server.close())

async function say(text: string, answer: (port: number) => void = () => {}): Promise<string> {
  server = createServer(gatewayServerOptions, (_req, res) => res.end('read'))
  answerUnreadable(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  answer(port)
  return new Promise((resolve) => {
    let heard = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    socket.on('data', (chunk) => (heard += chunk.toString()))
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(heard))
  })
}

test('a browser with too many cookies is told what to do, and nothing that it sent is repeated', async () => {
  const heard = await say(`GET / HTTP/1.1\r\nHost: portal\r\nCookie: ${'b=secret; '.repeat(2_000)}\r\n\r\n`)
  expect(heard).toMatch(/^HTTP\/1\.1 431 Request Header Fields Too Large\r\nConnection: close\r\n/)
  expect(heard).toContain('Clear the cookies of this site')
  expect(heard).not.toContain('secret')
})

test.each([
  ['no HTTP', 'nonsense\r\n\r\n', '400 Bad Request'],
  ['two lengths', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx', '400 Bad Request'],
])('%s is refused and the connection closed', async (_, text, status) => {
  expect(await say(text)).toMatch(new RegExp(`^HTTP/1\\.1 ${status}\\r\\nConnection: close\\r\\n`))
})

test('whoever never agrees on TLS is let go', async () => {
  server = createHttpsServer({ ...gatewayServerOptions, handshakeTimeout: 50 })
  answerUnreadable(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').resume()
  await once(socket, 'close')
})
