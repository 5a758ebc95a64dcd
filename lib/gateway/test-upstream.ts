// A desktop that a test scripts byte by byte: it counts connections and answers with whatever a hostile one could answer.
import { X509Certificate } from 'node:crypto'
import type { AddressInfo, Socket } from 'node:net'
import { createServer, type TLSSocket } from 'node:tls'
import { generate } from 'selfsigned'

export type TestUpstream = {
  host: string
  port: number
  pin: string
  /** TCP connections so far, TLS or not. */
  connections(): number
  open(): number
  /** What was said to it, one entry per connection. */
  received: string[]
  close(): Promise<void>
}

/** Called at the end of each header block. */
export type Script = (socket: TLSSocket, head: string) => void

export function answerText(...lines: string[]): Script {
  return (socket) => socket.end(lines.join('\r\n'))
}

export async function startTestUpstream(script: Script, port = 0): Promise<TestUpstream> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'kasm' }], { keyType: 'ec' })
  const received: string[] = []
  const sockets = new Set<TLSSocket>()
  let connections = 0
  const beneath = new Map<number | undefined, Socket>()
  const server = createServer({ key, cert }, (socket) => {
    sockets.add(socket)
    // A TLS socket cannot reset; the connection beneath it can.
    const tcp = beneath.get(socket.remotePort)
    socket.resetAndDestroy = () => {
      tcp?.resetAndDestroy()
      return socket
    }
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    const index = received.push('') - 1
    let isHeadOver = false
    socket.on('data', (chunk: Buffer) => {
      received[index] += chunk.toString('latin1')
      if (isHeadOver || !received[index]?.includes('\r\n\r\n')) return
      isHeadOver = true
      script(socket, received[index] ?? '')
    })
  })
  server.on('connection', (tcp: Socket) => {
    const { remotePort } = tcp
    connections++
    beneath.set(remotePort, tcp)
    tcp.once('close', () => beneath.delete(remotePort))
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    pin: new X509Certificate(cert).fingerprint256,
    connections: () => connections,
    open: () => sockets.size,
    received,
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
