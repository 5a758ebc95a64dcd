// The WebSocket upgrade: asked of the desktop first, answered to the viewer only when the desktop agreed, then both are joined.
import { createHash } from 'node:crypto'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { Refusal } from './refusal'
import { splice, type Taps } from './splice'
import { dialUpstream, type Target, UpstreamFailure } from './upstream-connection'
import { type UpstreamQuestion, upgradeHeaders } from './upstream-headers'
import { watchWaiting } from './watch-waiting'

const websocketGuid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

export type WebSocketOffer = { key: string; protocol: string; isProtocolOffered: boolean }

/** Throws bad_request for anything but a plain WebSocket handshake, version 13. */
export function readOffer(req: IncomingMessage, head: Buffer): WebSocketOffer {
  const { upgrade, 'sec-websocket-key': key, 'sec-websocket-version': version, 'sec-websocket-protocol': offered } = req.headers
  const isWebSocket = req.method === 'GET' && upgrade?.toLowerCase() === 'websocket' && version === '13'
  // A client may not speak before the answer; whoever does tries to slip something past the door.
  if (!isWebSocket || !key || !/^[A-Za-z0-9+/]{22}==$/.test(key) || head.length > 0) throw new Refusal('bad_request')
  const protocols = (offered ?? '').split(',').flatMap((name) => name.trim() || [])
  if (protocols.some((name) => !/^[A-Za-z0-9._-]{1,64}$/.test(name))) throw new Refusal('bad_request')
  const protocol = protocols.includes('binary') ? 'binary' : (protocols[0] ?? 'binary')
  return { key, protocol, isProtocolOffered: protocols.length > 0 }
}

export type ForwardedUpgrade = {
  client: Duplex
  target: Target
  path: string
  clientAddress: string
  offer: WebSocketOffer
  taps: Taps
  firstAnswerMs: number
}

/** Settles when the two are joined, or rejects having touched nothing of the client. */
export async function forwardUpgrade(upgrade: ForwardedUpgrade): Promise<void> {
  const { client, target, path, clientAddress, offer, taps, firstAnswerMs } = upgrade
  const { socket, secured } = dialUpstream(target)
  const waiting = watchWaiting(client, () => socket.destroy())
  try {
    await secured
    const headers = upgradeHeaders({ target, clientAddress, key: offer.key, protocol: offer.protocol })
    const early = await askUpgrade({ socket, path, headers, firstAnswerMs })
    if (waiting.hasLeft()) throw new UpstreamFailure('gone')
    waiting.end()
    socket.setTimeout(0)
    client.write(acceptance(offer))
    if (early.length > 0) socket.unshift(early)
    splice(client, socket, taps)
    // Between the upgrade and here either may have closed without anybody listening.
    if (client.destroyed || !client.readable) socket.destroy()
    if (socket.destroyed) client.destroy()
  } catch (error) {
    waiting.end()
    socket.destroy()
    throw waiting.hasLeft() ? new UpstreamFailure('gone', error) : error
  }
}

function askUpgrade({ socket, path, headers, firstAnswerMs }: UpstreamQuestion): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ createConnection: () => socket, method: 'GET', path, headers, setHost: false })
    const timer = setTimeout(() => request.destroy(new UpstreamFailure('timeout')), firstAnswerMs)
    request.on('upgrade', (answer, _socket, early) => {
      clearTimeout(timer)
      if (answer.statusCode === 101) resolve(early)
      else reject(new UpstreamFailure('bad_answer'))
    })
    request.on('response', (answer) => {
      request.destroy(new UpstreamFailure(answer.statusCode === 401 ? 'credentials_refused' : 'bad_answer'))
    })
    request.on('error', (error) => {
      clearTimeout(timer)
      reject(error instanceof UpstreamFailure ? error : new UpstreamFailure('bad_answer', error))
    })
    request.end()
  })
}

/** Made here rather than passed on: a desktop cannot write a header into it. No extensions, so frames stay as they are. */
function acceptance({ key, protocol, isProtocolOffered }: WebSocketOffer): string {
  const accept = createHash('sha1')
    .update(key + websocketGuid)
    .digest('base64')
  const chosen = isProtocolOffered ? `Sec-WebSocket-Protocol: ${protocol}\r\n` : ''
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n${chosen}\r\n`
}
