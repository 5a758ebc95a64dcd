// TLS to one start of one container. Its certificate is its own, so the pin is the only proof of who answers:
// not a byte is written before the pin was seen to match, and nothing else may dial a desktop.
import type { Socket } from 'node:net'
import { connect, createSecureContext, type TLSSocket } from 'node:tls'
import { reusedBuffer, type StreamReader } from './reused-buffer'

const handshakeMs = 5_000
/** OpenSSL hands out one record at a time. */
const recordBytes = 16 * 1024
/** One for all: made for each connection it would cost as much as the handshake. No authorities: nobody vouches for a desktop but its pin. */
const secureContext = createSecureContext({ minVersion: 'TLSv1.2', ca: [] })
// Detects a peer that vanished without a word within a minute: libuv adds ten probes, a second apart.
export const keepAliveDelayMs = 45_000

export type Target = {
  host: string
  port: number
  /** SHA-256 of the certificate, `AA:BB:…`. */
  pin: string
  /** The value of the Authorization header. */
  authorization: string
  /** Changes with everything that makes it another start: whoever holds a stream to an earlier one loses it. */
  start: string
}

export type UpstreamFailureReason =
  | 'timeout'
  | 'unreachable'
  | 'wrong_certificate'
  | 'credentials_refused'
  | 'bad_answer'
  | 'gone'

export class UpstreamFailure extends Error {
  readonly reason: UpstreamFailureReason
  constructor(reason: UpstreamFailureReason, cause?: unknown) {
    super(`upstream: ${reason}`, { cause })
    this.name = 'UpstreamFailure'
    this.reason = reason
  }
}

/** With a reader the bytes go to it and not into events. `secured` settles when it is certain who answers. Destroying the socket ends the wait as well. */
export type DialUpstream = (target: Target, reader?: StreamReader) => { socket: Socket; secured: Promise<void> }

export const dialUpstream: DialUpstream = (target, reader) => {
  const socket = connect({
    host: target.host,
    port: target.port,
    // Self-signed, for a name that means nothing here: the chain proves nothing, the pin below everything.
    rejectUnauthorized: false,
    secureContext,
    ...(reader ? { onread: reusedBuffer(reader, recordBytes) } : {}),
  })
  socket.setNoDelay(true)
  socket.setKeepAlive(true, keepAliveDelayMs)
  // For good: an error without a listener would end the process.
  socket.on('error', () => {})
  return { socket, secured: untilPinSeen(socket, target.pin) }
}

function untilPinSeen(socket: TLSSocket, pin: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let cause: unknown
    const timer = setTimeout(() => fail('timeout'), handshakeMs)
    const onError = (error: Error) => {
      cause = error
    }
    const onClose = () => fail('unreachable')
    const onSecure = () => {
      if (socket.getPeerCertificate().fingerprint256 !== pin) return fail('wrong_certificate')
      done()
      resolve()
    }
    socket.on('error', onError)
    socket.once('close', onClose)
    socket.once('secureConnect', onSecure)

    function fail(reason: UpstreamFailureReason) {
      done()
      socket.destroy()
      reject(new UpstreamFailure(reason, cause))
    }
    function done() {
      clearTimeout(timer)
      socket.off('error', onError)
      socket.off('close', onClose)
      socket.off('secureConnect', onSecure)
    }
  })
}
