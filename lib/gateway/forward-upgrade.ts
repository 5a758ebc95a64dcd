// The WebSocket upgrade: asked of the desktop first, answered to the viewer only when the desktop agreed, then both are joined.
import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type AnswerHead, HeadReader } from './answer-head'
import { type ConnectionUser, UpstreamFailure } from './connection'
import { Refusal } from './refusal'
import { splice, type Taps } from './splice'
import type { DialUpstream, Target } from './upstream-connection'
import { upgradeText } from './upstream-headers'
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
  dial: DialUpstream
}

/** Settles when the two are joined, or rejects having touched nothing of the client. */
export async function forwardUpgrade({ client, target, offer, taps, dial, ...asked }: ForwardedUpgrade): Promise<void> {
  const user: ConnectionUser = { onSecured() {}, take: () => false, onClose() {} }
  const { socket } = dial(target, user)
  const waiting = watchWaiting(client, () => socket.destroy())
  try {
    await new Promise<void>((resolve, reject) => {
      user.onSecured = resolve
      user.onClose = reject
    })
    const { path, clientAddress, firstAnswerMs } = asked
    const text = upgradeText({ path, target, clientAddress, key: offer.key, protocol: offer.protocol })
    const early = await askUpgrade(socket, { user, text, firstAnswerMs })
    if (waiting.hasLeft()) throw new UpstreamFailure('gone')
    waiting.end()
    client.write(acceptance(offer), 'latin1')
    splice({ client, upstream: socket, taps, reader: user, early: early() })
    // Between the upgrade and here either may have closed without anybody listening.
    if (client.destroyed || !client.readable) socket.destroy()
    if (socket.destroyed) client.destroy()
  } catch (error) {
    waiting.end()
    socket.destroy()
    throw waiting.hasLeft() ? new UpstreamFailure('gone', error) : error
  }
}

type Asked = { user: ConnectionUser; text: string; firstAnswerMs: number }

/** Answers with what gives the bytes that came after the agreement; from then on nothing is read. */
function askUpgrade(socket: Socket, { user, text, firstAnswerMs }: Asked): Promise<() => Buffer> {
  return new Promise((resolve, reject) => {
    const head = new HeadReader()
    const early: Buffer[] = []
    let isAgreed = false
    const timer = setTimeout(() => fail(new UpstreamFailure('timeout')), firstAnswerMs)
    user.onClose = fail
    user.take = (chunk) => {
      try {
        if (isAgreed) early.push(Buffer.from(chunk))
        else judge(head.take(chunk))
      } catch (error) {
        fail(error)
      }
      return false
    }
    socket.setNoDelay(true)
    socket.resume()
    socket.write(text, 'latin1')

    function judge(answer: AnswerHead | null): void {
      if (!answer) return
      const { status, headers } = answer
      if (status === 401) throw new UpstreamFailure('credentials_refused')
      if (status !== 101 || headers.get('upgrade')?.toLowerCase() !== 'websocket') throw new UpstreamFailure('bad_answer')
      settle()
      isAgreed = true
      early.push(Buffer.from(head.rest()))
      socket.pause()
      resolve(() => Buffer.concat(early))
    }
    function fail(error: unknown): void {
      settle()
      reject(error)
    }
    function settle(): void {
      clearTimeout(timer)
      user.onClose = () => {}
    }
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
