// A stand-in for a KasmVNC container, as strict and as odd as the real one, so that what works here works there.
// What it imitates is written down in docs/desktop-contract.md.
import { createHash, X509Certificate } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { createServer, type TLSSocket } from 'node:tls'
import { generate } from 'selfsigned'
import { KasmLockout, type LockoutOptions } from './kasm-lockout'
import { type KasmRequest, oversizedPart, parseKasmRequest, rudeness } from './kasm-request'
import { RfbServer, RfbViolation } from './rfb-server'
import { FrameViolation, opcodes, readClientFrame, serverFrames } from './websocket-frames'

export type LoggedRequest = Pick<KasmRequest, 'method' | 'target' | 'headers' | 'client'> & { status: number }

export type StrictKasmVnc = {
  host: string
  port: number
  user: string
  /** In Node's form, as `getPeerCertificate().fingerprint256`. */
  certFingerprint256: string
  /** Every request that was answered, oldest first. */
  requests: LoggedRequest[]
  /** What a client did that breaks a real KasmVNC or makes it hang up. */
  violations: string[]
  /** Types of all RFB messages received, over all streams. */
  rfbMessageTypes(): number[]
  openStreams(): number
  /** Ends all streams as a dying desktop does, without a close frame. */
  dropStreams(): void
  close(): Promise<void>
}

type Options = { password: string; host?: string; port?: number } & Partial<LockoutOptions>

const user = 'kasm_user'
const viewer = 'kasm_viewer'
const maxHeaderBytes = 4096
const maxReads = 10
/** `Basic ` and 256 characters of base64. */
const longestAuthorization = 262
const isolation = ['Cross-Origin-Embedder-Policy: require-corp', 'Cross-Origin-Opener-Policy: same-origin']
const page = '<!doctype html><title>KasmVNC</title><p>stand-in</p>\n'
// File names are not escaped in a real listing either: whoever passes it on passes on a script.
const listing = '<html><body><h1>Directory</h1><a href="x"><img src=x onerror=alert(1)></a></body></html>\n'

export async function startStrictKasmVnc({
  password,
  now = Date.now,
  host = '127.0.0.1',
  port = 0,
  ...lockout
}: Options): Promise<StrictKasmVnc> {
  const certificate = await generate([{ name: 'commonName', value: 'kasm' }], { keyType: 'ec' })
  const state: State = {
    passwords: new Map([
      [user, password],
      [viewer, password],
    ]),
    lockout: new KasmLockout({ now, ...lockout }),
    requests: [],
    violations: [],
    streams: new Map(),
    finishedTypes: [],
  }
  const sockets = new Set<TLSSocket>()
  const server = createServer({ key: certificate.private, cert: certificate.cert, minVersion: 'TLSv1.2' }, (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    serve(socket, state)
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve))
  return {
    host,
    port: (server.address() as AddressInfo).port,
    user,
    certFingerprint256: new X509Certificate(certificate.cert).fingerprint256,
    requests: state.requests,
    violations: state.violations,
    rfbMessageTypes: () => [...state.finishedTypes, ...[...state.streams.values()].flatMap((rfb) => rfb.messageTypes)],
    openStreams: () => state.streams.size,
    dropStreams: () => {
      for (const socket of state.streams.keys()) socket.destroy()
    },
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

type State = {
  passwords: Map<string, string>
  lockout: KasmLockout
  requests: LoggedRequest[]
  violations: string[]
  streams: Map<TLSSocket, RfbServer>
  finishedTypes: number[]
}

function serve(socket: TLSSocket, state: State): void {
  let received: Buffer = Buffer.alloc(0)
  let reads = 0
  const onData = (bytes: Buffer) => {
    received = Buffer.concat([received, bytes])
    reads += 1
    const end = received.indexOf('\r\n\r\n')
    const headerBytes = end === -1 ? received.length : end + 4
    if (headerBytes > maxHeaderBytes) {
      state.violations.push('a header block of more than 4096 bytes')
      socket.off('data', onData).end('HTTP/1.1 400 Bad Request\r\n\r\n')
    } else if (end !== -1) {
      socket.off('data', onData)
      handle(socket, state, received.subarray(0, end).toString('latin1'), received.subarray(end + 4))
    } else if (reads >= maxReads) {
      state.violations.push('a request in more than ten pieces')
      socket.destroy()
    }
  }
  socket.on('data', onData)
}

function handle(socket: TLSSocket, state: State, block: string, rest: Buffer): void {
  const request = parseKasmRequest(block, socket.remoteAddress ?? '')
  if (request === null) {
    socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')
    return
  }
  const oversized = oversizedPart(request)
  if (oversized !== null) {
    state.violations.push(`a ${oversized} of 1024 bytes or more`)
    socket.destroy()
    return
  }
  // None of it breaks a desktop, but each is what locks out everybody behind the same proxy sooner or later.
  state.violations.push(...rudeness(request))
  const answer = decide(request, state)
  const { method, target, headers, client } = request
  state.requests.push({ method, target, headers, client, status: answer.status })
  if (answer.status === 101) stream(socket, state, request, rest)
  else socket.end(answer.text)
}

type Answer = { status: number; text: string }

function decide(request: KasmRequest, state: State): Answer {
  if (state.lockout.refuses(request.client)) return { status: 401, text: 'HTTP/1.1 401 Forbidden\r\n\r\n' }
  const authorization = request.headers.get('authorization')
  if (authorization === undefined) {
    state.lockout.countFailure(request.client)
    return plain(401, 'Unauthorized', '', ['WWW-Authenticate: Basic realm="Websockify"', ...isolation])
  }
  if (authorization.length > longestAuthorization) return plain(403, 'Forbidden', '', isolation)
  const name = authenticatedName(authorization, state.passwords)
  if (name === null) {
    state.lockout.countFailure(request.client)
    return plain(401, 'Forbidden', '', isolation)
  }
  if (request.method !== 'GET') return notFound()
  if (request.headers.get('upgrade')?.toLowerCase() === 'websocket') {
    const complete = ['origin', 'sec-websocket-protocol', 'sec-websocket-key'].every((header) => request.headers.has(header))
    return complete ? { status: 101, text: '' } : notFound()
  }
  return serveFile(request, name)
}

function serveFile(request: KasmRequest, name: string): Answer {
  if (request.path.startsWith('/api/')) {
    return name === user ? ok('[ { "user": "kasm_user" } ]', 'text/plain') : plain(401, 'Unauthorized', '', isolation)
  }
  // The search goes over all headers: a Referer that names an API path is enough.
  if (request.block.includes('/api/')) return plain(401, 'Unauthorized', '', isolation)
  if (['/', '/index.html', '/vnc.html'].includes(request.path)) return ok(page, 'text/html')
  if (['/Downloads/', '/app/'].includes(request.path)) return ok(listing, 'text/html')
  return notFound()
}

function authenticatedName(authorization: string, passwords: Map<string, string>): string | null {
  const encoded = /^Basic (\S+)$/.exec(authorization)?.[1]
  const [name = '', ...password] = Buffer.from(encoded ?? '', 'base64')
    .toString('utf8')
    .split(':')
  return passwords.get(name) === password.join(':') ? name : null
}

function ok(body: string, type: string): Answer {
  return plain(200, 'OK', body, [`Content-type: ${type}`, `Content-length: ${Buffer.byteLength(body)}`, ...isolation])
}

function notFound(): Answer {
  return plain(404, 'Not Found', '404', [])
}

function plain(status: number, reason: string, body: string, headers: string[]): Answer {
  const head = [`HTTP/1.1 ${status} ${reason}`, 'Server: KasmVNC/4.0', 'Connection: close', ...headers]
  return { status, text: `${head.join('\r\n')}\r\n\r\n${body}` }
}

function stream(socket: TLSSocket, state: State, request: KasmRequest, early: Buffer): void {
  const key = request.headers.get('sec-websocket-key') ?? ''
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
  const protocol = (request.headers.get('sec-websocket-protocol') ?? '').split(',').map((name) => name.trim())
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n` +
      `Sec-WebSocket-Protocol: ${protocol.includes('binary') ? 'binary' : protocol[0]}\r\n\r\n`,
  )
  const rfb = new RfbServer((bytes) => socket.write(serverFrames(bytes)))
  state.streams.set(socket, rfb)
  socket.on('close', () => {
    state.streams.delete(socket)
    state.finishedTypes.push(...rfb.messageTypes)
  })
  let received: Buffer = Buffer.alloc(0)
  const onData = (bytes: Buffer) => {
    received = Buffer.concat([received, bytes])
    try {
      for (let read = readClientFrame(received); read !== null; read = readClientFrame(received)) {
        received = read.rest
        // Hangs up without a close frame of its own, and never answers a ping.
        if (read.frame.opcode === opcodes.close) return void socket.end()
        if (read.frame.opcode === opcodes.ping) state.violations.push('a ping, which is never answered')
        if (read.frame.opcode === opcodes.binary) rfb.receive(read.frame.payload)
      }
    } catch (error) {
      if (!(error instanceof FrameViolation || error instanceof RfbViolation)) throw error
      state.violations.push(error.message)
      socket.destroy()
    }
  }
  rfb.greet()
  socket.on('data', onData)
  if (early.length > 0) onData(early)
}
