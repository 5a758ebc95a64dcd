// TLS to one start of one container. Its certificate is its own, so the pin is the only proof of who answers:
// not a byte is written before the pin was seen to match, and nothing else may dial a desktop.
import { connect, createSecureContext, type TLSSocket } from 'node:tls'
import { Connection, type ConnectionUser } from './connection'

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

/** The user is told when it is certain who answers, or that nobody does. Destroying the socket ends the wait as well. */
export type DialUpstream = (target: Target, user: ConnectionUser) => Connection

export const dialUpstream: DialUpstream = ({ host, port, pin }, user) => {
  const connection = new Connection(user, recordBytes, (onread) => {
    // Self-signed, for a name that means nothing here: the chain proves nothing, the pin below everything.
    const options = { host, port, rejectUnauthorized: false, secureContext, onread }
    return connect(options)
  })
  const socket = connection.socket as TLSSocket
  socket.setNoDelay(true)
  socket.setKeepAlive(true, keepAliveDelayMs)
  const timer = setTimeout(() => connection.fail('timeout'), handshakeMs)
  socket.once('close', () => clearTimeout(timer))
  socket.once('secureConnect', () => {
    clearTimeout(timer)
    if (socket.getPeerCertificate().fingerprint256 !== pin) return connection.fail('wrong_certificate')
    connection.secured()
  })
  return connection
}
