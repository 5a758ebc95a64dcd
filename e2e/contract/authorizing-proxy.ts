// Stands where the gateway stands: HTTPS in front of a desktop, adding its password to every request. A browser never
// asks for a password inside a frame, so a framed desktop needs one. A test can cut the wire and mend it.
import { createServer, request } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { generate } from 'selfsigned'
import { basicAuthorization, type DesktopAddress } from './rfb-probe'

export type AuthorizingProxy = { origin: string; cut(): void; mend(): void; close(): Promise<void> }

export async function startAuthorizingProxy(desktop: DesktopAddress): Promise<AuthorizingProxy> {
  const certificate = await generate([{ name: 'commonName', value: 'proxy' }], { keyType: 'ec' })
  const server = createServer({ key: certificate.private, cert: certificate.cert })
  const sockets = new Set<Socket | Duplex>()
  let whole = true
  const track = (socket: Socket | Duplex) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
  }
  const forward = (incoming: { method?: string | undefined; url?: string | undefined; headers: object }) =>
    request({
      host: desktop.host,
      port: desktop.port,
      agent: false,
      rejectUnauthorized: false,
      method: incoming.method,
      path: incoming.url,
      headers: { ...incoming.headers, authorization: basicAuthorization(desktop.user, desktop.password) },
    })
  server.on('connection', (socket: Socket) => {
    track(socket)
    if (!whole) socket.destroy()
  })
  server.on('request', (incoming, response) => {
    const upstream = forward(incoming)
    upstream.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    upstream.on('error', () => response.destroy())
    upstream.end()
  })
  server.on('upgrade', (incoming, client, head) => {
    track(client)
    const upstream = forward(incoming)
    upstream.on('upgrade', (answer, socket) => {
      track(socket)
      socket.on('close', () => client.destroy())
      client.on('close', () => socket.destroy())
      const lines = Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}`)
      client.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`)
      if (head.length > 0) socket.write(head)
      client.pipe(socket).pipe(client)
    })
    upstream.on('response', () => client.destroy())
    upstream.on('error', () => client.destroy())
    upstream.end()
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  const cut = () => {
    whole = false
    for (const socket of sockets) socket.destroy()
  }
  return {
    origin: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    mend: () => {
      whole = true
    },
    close: () => {
      cut()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
