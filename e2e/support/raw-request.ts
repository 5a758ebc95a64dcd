// Requests as an attacker writes them: any Host, any header, no browser in between.
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'

export type RawAnswer = { status: number; headers: IncomingMessage['headers']; body: string }

/** `*.localhost` is resolved by browsers, not by every resolver; the address is always the loopback. */
function open(origin: string, path: string, headers: Record<string, string>, method: string): ClientRequest {
  const url = new URL(origin)
  const options = {
    host: '127.0.0.1',
    port: url.port,
    path,
    method,
    headers: { Host: url.host, ...headers },
    agent: false as const,
    timeout: 10_000,
  }
  return url.protocol === 'https:' ? httpsRequest({ ...options, rejectUnauthorized: false }) : httpRequest(options)
}

export function rawRequest(
  origin: string,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
  body?: string | Buffer,
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const request = open(origin, path, headers, method)
    request.once('error', reject)
    request.once('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString('utf8') }),
      )
    })
    // Without it, Node sends the body of a DELETE as if it were a second request.
    if (body !== undefined) request.setHeader('Content-Length', Buffer.byteLength(body))
    request.end(body)
  })
}

/** Resolves with 101 or with the status of the refusal. An accepted stream is closed at once. */
export function rawUpgrade(origin: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = open(
      origin,
      '/websockify',
      {
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': Buffer.from('0123456789abcdef').toString('base64'),
        'Sec-WebSocket-Protocol': 'binary',
        ...headers,
      },
      'GET',
    )
    request.once('error', reject)
    request.once('upgrade', (_response, socket) => {
      socket.destroy()
      resolve(101)
    })
    request.once('response', (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    request.end()
  })
}

/** Uses a connect URL as a program would: the ticket is swapped for the cookie, which comes back as a Cookie header. */
export async function enter(url: string): Promise<{ origin: string; cookie: string }> {
  const target = new URL(url)
  const answer = await rawRequest(target.origin, `${target.pathname}${target.search}`)
  const cookie = answer.headers['set-cookie']?.[0]?.split(';')[0]
  if (!cookie) throw new Error(`no cookie from ${target.pathname}: ${answer.status} ${answer.body.slice(0, 300)}`)
  return { origin: target.origin, cookie }
}
