// The desktop behind every proxy of the gateway benchmark: plain and with TLS, in a process of its own. What it does hangs on the path alone,
// because the gateway passes no query on. Bytes after an upgrade are frames in shape only: no proxy here looks at those that come down.
import { X509Certificate } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { generate } from 'selfsigned'

const accepted =
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n' +
  'Sec-WebSocket-Protocol: binary\r\n\r\n'
const small = Buffer.alloc(1024, 'x')
const large = Buffer.alloc(1_000_000, 'x')
const frame = Buffer.concat([Buffer.from([0x82, 126, 0x40, 0x00]), Buffer.alloc(16_384)])
const picturesPerSecond = 25

function answer({ url }: IncomingMessage, res: ServerResponse): void {
  if (url === '/never') return
  const isEndless = url === '/endless'
  const body = url === '/large' ? large : small
  // KasmVNC closes after every answer.
  const connection = url?.startsWith('/kept') ? 'keep-alive' : 'close'
  res.writeHead(200, { 'Content-Type': 'text/html', 'Content-Length': isEndless ? 1e12 : body.length, Connection: connection })
  if (!isEndless) return void res.end(body)
  pour(res, Number.POSITIVE_INFINITY)
}

/** Frames as fast as they are taken. */
function pour(to: Duplex | ServerResponse, bytes: number): void {
  let left = bytes
  const more = () => {
    while (left > 0) {
      if (to.destroyed) return
      const part = left < frame.length ? frame.subarray(0, left) : frame
      left -= part.length
      if (!to.write(part)) return void to.once('drain', more)
    }
    to.end()
  }
  more()
}

function stream({ url = '' }: IncomingMessage, socket: Socket): void {
  socket.on('error', () => socket.destroy())
  socket.setNoDelay(true)
  if (url === '/never') return void socket.resume()
  socket.write(accepted)
  const [, kind, bytes] = url.split('/')
  if (kind === 'echo') return void socket.on('data', (chunk) => socket.write(chunk))
  socket.on('end', () => socket.destroy())
  socket.resume()
  if (kind === 'stream') pour(socket, Number(bytes))
  if (kind === 'endless') pour(socket, Number.POSITIVE_INFINITY)
  if (kind === 'dies') setTimeout(() => socket.resetAndDestroy(), 100)
  if (kind !== 'desktop') return
  const timer = setInterval(() => socket.write(frame), 1000 / picturesPerSecond)
  socket.on('close', () => clearInterval(timer))
}

const { private: key, cert } = await generate([{ name: 'commonName', value: 'kasm' }], { keyType: 'ec' })
const servers = [createServer(answer), createTlsServer({ key, cert }, answer)]
for (const server of servers) {
  server.on('upgrade', (req, socket) => stream(req, socket as Socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 1_024, resolve))
}
const [plainPort, tlsPort] = servers.map((server) => (server.address() as AddressInfo).port)
process.send?.({ plainPort, tlsPort, pin: new X509Certificate(cert).fingerprint256 })
process.on('disconnect', () => process.exit(0))
