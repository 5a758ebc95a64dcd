// Says a text back to the portal that asks, over a real WebSocket through everything that lies in front: proxies, TLS, DNS. To everybody else its
// address is one more that is not there.
import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Clock } from '@/lib/domain/clock'
import { handshakeSuffix, probePath, readTextFrame, textFrame } from '@/lib/domain/web-socket-probe'
import type { Keys } from '@/lib/secrets/keys'
import { isProbeToken } from '@/lib/secrets/probe-token'
import { pathOfTarget } from './request-path'

const patienceMs = 5_000

export function probeReader(keys: Keys, clock: Clock): (req: IncomingMessage) => boolean {
  return (req) =>
    pathOfTarget(req.url) === probePath &&
    isProbeToken(keys, nameOf(req.headers.host ?? ''), req.headers.authorization, clock.now()) &&
    req.headers.upgrade?.toLowerCase() === 'websocket' &&
    req.headers['sec-websocket-key'] !== undefined
}

/** Without the port, which a proxy may drop. */
function nameOf(host: string): string {
  return host.replace(/:\d*$/, '')
}

export function answerProbe(req: IncomingMessage, socket: Duplex, head: Buffer): void {
  const accept = createHash('sha1').update(`${req.headers['sec-websocket-key']}${handshakeSuffix}`).digest('base64')
  const timer = setTimeout(() => socket.destroy(), patienceMs)
  socket.once('close', () => clearTimeout(timer))
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  )
  let heard = head
  const listen = () => {
    const text = readTextFrame(heard)
    if (text === 'more') return
    if (text === null) socket.destroy()
    else socket.end(textFrame(text, null))
  }
  socket.on('data', (chunk: Buffer) => {
    heard = Buffer.concat([heard, chunk])
    listen()
  })
  listen()
}
