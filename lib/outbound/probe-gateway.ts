// Goes the way that a browser goes to a desktop: a session's origin, from the portal's own configuration, and over it a WebSocket.
import { createHash, randomBytes } from 'node:crypto'
import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import type { Duplex } from 'node:stream'
import { handshakeSuffix, probePath, readTextFrame, textFrame } from '@/lib/domain/web-socket-probe'
import { likeBrowsers } from './like-browsers'

export type GatewayProbe = {
  origin: string
  authorization: string
  /** The certificate that the portal made itself: nobody else vouches for it. Null: whoever browsers believe. */
  ownCertificatePem: string | null
  timeoutMs: number
}

/** Null where a text went there and came back; otherwise what happened instead. */
export function probeGateway({ origin, authorization, ownCertificatePem, timeoutMs }: GatewayProbe): Promise<string | null> {
  const url = new URL(probePath, origin)
  const key = randomBytes(16).toString('base64')
  const headers = {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': key,
    Origin: origin,
    Authorization: authorization,
  }
  return new Promise((resolve) => {
    let upgraded: Duplex | undefined
    const done = (said: string | null) => {
      clearTimeout(timer)
      resolve(said)
      request.destroy()
      // With the upgrade the request has let go of it.
      upgraded?.destroy()
    }
    const trust = ownCertificatePem === null ? {} : { ca: ownCertificatePem }
    const options = { headers, lookup: likeBrowsers, agent: false, ...trust }
    const request = url.protocol === 'https:' ? https.request(url, options) : http.request(url, options)
    const timer = setTimeout(() => done(`there was no answer within ${timeoutMs / 1000} s`), timeoutMs)
    request.once('error', (error: NodeJS.ErrnoException) => done(wordsOf(error)))
    request.once('response', ({ statusCode }) => done(`it answered ${statusCode} instead of opening a WebSocket`))
    request.once('upgrade', (response: IncomingMessage, socket: Duplex, head: Buffer) => {
      upgraded = socket
      socket.on('error', (error: NodeJS.ErrnoException) => done(wordsOf(error)))
      const wanted = createHash('sha1').update(`${key}${handshakeSuffix}`).digest('base64')
      if (response.headers['sec-websocket-accept'] !== wanted) done('what answered speaks no WebSocket')
      else sayAndHear(socket, head, done)
    })
    request.end()
  })
}

function sayAndHear(socket: Duplex, head: Buffer, done: (said: string | null) => void): void {
  const text = randomBytes(8).toString('hex')
  let heard = head
  const listen = () => {
    const back = readTextFrame(heard)
    if (back !== 'more') done(back === text ? null : 'something else came back than was sent')
  }
  socket.on('data', (chunk: Buffer) => {
    heard = Buffer.concat([heard, chunk])
    listen()
  })
  socket.once('close', () => done('the WebSocket was closed before anything came back'))
  socket.write(textFrame(text, randomBytes(4)))
  listen()
}

function wordsOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'its name does not resolve here'
  if (code === 'ECONNREFUSED') return 'nothing listens there'
  if (code === 'ECONNRESET') return 'the connection was closed'
  return message
}
