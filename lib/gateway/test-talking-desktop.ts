// A desktop that leaves its connections open and answers request after request with whatever a test lets it say.
import { X509Certificate } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { createServer, type TLSSocket } from 'node:tls'
import { generate } from 'selfsigned'

/** `connection` counts connections, `index` the requests of one. */
export type AskedOf = { path: string; connection: number; index: number; socket: TLSSocket }

export type TalkingDesktop = {
  host: string
  port: number
  pin: string
  answer(asked: AskedOf): void
  asked: AskedOf[]
  open(): number
  close(): Promise<void>
}

export async function startTalkingDesktop(): Promise<TalkingDesktop> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'kasm' }], { keyType: 'ec' })
  const sockets = new Set<TLSSocket>()
  let connections = 0
  const server = createServer({ key, cert }, (socket) => {
    const connection = connections++
    let index = 0
    let received = ''
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1')
      for (let end = received.indexOf('\r\n\r\n'); end !== -1; end = received.indexOf('\r\n\r\n')) {
        const asked = { path: received.split(' ')[1] ?? '', connection, index: index++, socket }
        received = received.slice(end + 4)
        desktop.asked.push(asked)
        desktop.answer(asked)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const desktop: TalkingDesktop = {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    pin: new X509Certificate(cert).fingerprint256,
    answer: ({ socket }) => void socket.destroy(),
    asked: [],
    open: () => sockets.size,
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
  return desktop
}
