// Asks a desktop whether it is there: GET / with our credentials over TLS, on one connection. The certificate is looked at before any byte
// with the password is sent. Never without credentials and with exactly one X-Forwarded-For: KasmVNC counts anything else as an attack.
import { connect, createSecureContext, type TLSSocket } from 'node:tls'
import { desktopUser } from '@/lib/domain/container-spec'
import type { Silence } from '@/lib/domain/failure-cause'

export type ConfirmPin = (fingerprint: string) => Promise<boolean>

export type DesktopQuestion = {
  host: string
  port: number
  password: string
  /** Nothing is sent to anyone with another certificate. Not known yet: who is asked about the one that is seen. */
  pin: string | ConfirmPin
  timeoutMs: number
}

export type DesktopAnswer =
  | { kind: 'answered'; pin: string }
  | { kind: 'silent'; why: Exclude<Silence, 'foreign_certificate'> }
  | { kind: 'refused_password' }
  | { kind: 'foreign_certificate' }

export type AskDesktop = (question: DesktopQuestion, signal: AbortSignal) => Promise<DesktopAnswer>

// Made once: a desktop that starts is asked a hundred times a second.
const secureContext = createSecureContext()

export const askDesktop: AskDesktop = ({ host, port, password, pin, timeoutMs }, signal) =>
  new Promise((resolve) => {
    // Self-signed and made anew at each start: what authenticates it is the pin and the password that only it knows.
    const socket = connect({ host, port, secureContext, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] })
    let connected = false
    let said = ''
    const done = (answer: DesktopAnswer) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', give)
      socket.destroy()
      resolve(answer)
    }
    const give = () => done({ kind: 'silent', why: 'unreachable' })
    const timer = setTimeout(() => done({ kind: 'silent', why: connected ? 'wrong_answer' : 'unreachable' }), timeoutMs)
    if (signal.aborted) return give()
    signal.addEventListener('abort', give, { once: true })
    socket.once('connect', () => {
      connected = true
    })
    socket.once('error', (error: NodeJS.ErrnoException) => done({ kind: 'silent', why: silenceOf(error, connected) }))
    socket.once('close', () => done({ kind: 'silent', why: connected ? 'wrong_answer' : 'nothing_listens' }))
    socket.once('secureConnect', () => {
      const seen = socket.getPeerX509Certificate()?.fingerprint256
      if (!seen) return done({ kind: 'silent', why: 'not_https' })
      const send = (isTheirs: boolean) => {
        if (!isTheirs) return done({ kind: 'foreign_certificate' })
        sendRequest(socket, host, password)
      }
      if (typeof pin === 'string') send(pin === seen)
      else void pin(seen).then(send, give)
      socket.on('data', (chunk) => {
        said += chunk.toString('latin1')
        const answer = readStatus(said, seen)
        if (answer) done(answer)
      })
    })
  })

/** One write: KasmVNC gives up after ten reads. */
function sendRequest(socket: TLSSocket, host: string, password: string): void {
  if (socket.destroyed) return
  const basic = Buffer.from(`${desktopUser}:${password}`).toString('base64')
  socket.write(
    `GET / HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Basic ${basic}\r\nX-Forwarded-For: 127.0.0.1\r\nConnection: close\r\n\r\n`,
  )
}

function readStatus(said: string, pin: string): DesktopAnswer | null {
  if (!said.includes('\r\n')) return said.length > 4096 ? { kind: 'silent', why: 'wrong_answer' } : null
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(said)?.[1]
  if (status === '200') return { kind: 'answered', pin }
  if (status === '401' || status === '403') return { kind: 'refused_password' }
  return { kind: 'silent', why: 'wrong_answer' }
}

function silenceOf(error: NodeJS.ErrnoException, connected: boolean): Exclude<Silence, 'foreign_certificate'> {
  if (error.code === 'ECONNREFUSED') return 'nothing_listens'
  if (!connected) return 'unreachable'
  // A published port accepts before the desktop listens and closes at once; that is no sign of another protocol.
  return error.code === 'ECONNRESET' || error.code === 'EPIPE' ? 'nothing_listens' : 'not_https'
}
