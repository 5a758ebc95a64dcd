// The sockets that browsers connect to: the portal's own port and, in port mode, one per session, all through one HTTP server each.
import { createServer as createHttpServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createServer as createHttpsServer, Server as HttpsServer } from 'node:https'
import { createServer as createNetServer, type Server as NetServer, type Socket } from 'node:net'
import type { SecureContextOptions } from 'node:tls'
import type { Config } from '@/lib/config'
import { DomainError } from '@/lib/domain/errors'
import { gatewayServerOptions } from '@/lib/gateway/server-options'
import { answerUnreadable } from './answer-unreadable'
import { limitBodies } from './limit-bodies'
import type { Tls } from './load-tls'

/** As long as the head of a request may take. */
const handshakeMs = 10_000
/** How long whoever was told everything may keep its own side open. */
const lingerMs = 1_000

type Upgrade = (req: IncomingMessage, socket: Socket, head: Buffer) => void
export type Handlers = { request: RequestListener; upgrade: Upgrade }
export type Listeners = {
  /** What connections from now on are shown; those that are open stay as they are. */
  showCertificate: (tls: Tls) => void
  close: (graceMs: number) => Promise<void>
}

type Options = { config: Config; tls: Tls | null; portal: Handlers; session: ((port: number) => Handlers) | null }

export async function openListeners({ config, tls, portal, session }: Options): Promise<Listeners> {
  const main = createServer(tls, { ...portal, request: limitBodies(portal.request) })
  // It knows one limit for all requests, and a file may take hours.
  main.requestTimeout = 0
  const http = [main]
  const extra: NetServer[] = []
  try {
    await listenOn(main, config, 'BERTH_PORT')
    if (config.sessionPorts && session) {
      const { from, to } = config.sessionPorts
      // One HTTPS server for all of them: a TLS context of its own for each port would cost hundreds of kilobytes.
      const sessions = createServer(tls, byPort(session))
      http.push(sessions)
      for (let port = from; port <= to; port++) {
        const socket = createNetServer((connection) => sessions.emit('connection', connection))
        extra.push(socket)
        await listenOn(socket, { host: config.host, port }, 'BERTH_SESSION_PORTS')
      }
    }
  } catch (error) {
    for (const server of [...http, ...extra]) server.close()
    throw error
  }
  return {
    showCertificate: (next) => {
      for (const server of http) if (server instanceof HttpsServer) server.setSecureContext(secureOptions(next))
    },
    close: (graceMs) => closeAll(http, extra, graceMs),
  }
}

function byPort(session: (port: number) => Handlers): Handlers {
  const doors = new Map<number, Handlers>()
  const doorOf = (socket: Socket) => {
    const port = socket.localPort ?? 0
    const door = doors.get(port) ?? session(port)
    doors.set(port, door)
    return door
  }
  return {
    request: (req, res) => doorOf(req.socket).request(req, res),
    upgrade: (req, socket, head) => doorOf(socket).upgrade(req, socket, head),
  }
}

function createServer(tls: Tls | null, { request, upgrade }: Handlers): Server {
  const server = tls
    ? createHttpsServer({ ...gatewayServerOptions, ...secureOptions(tls), handshakeTimeout: handshakeMs }, request)
    : createHttpServer({ ...gatewayServerOptions }, request)
  server.on('upgrade', (req, socket, head) => {
    keepHold(socket as Socket)
    upgrade(req, socket as Socket, head)
  })
  answerUnreadable(server)
  return server
}

/** With an upgrade Node lets go of the connection: its listeners and time limits are gone, whoever answers. */
function keepHold(socket: Socket): void {
  // For good: an error without a listener would end the process.
  socket.on('error', () => {})
  socket.once('finish', () => {
    const timer = setTimeout(() => socket.destroy(), lingerMs)
    socket.once('close', () => clearTimeout(timer))
  })
}

function secureOptions({ cert, key }: Tls): SecureContextOptions {
  return { cert, key, minVersion: 'TLSv1.2' }
}

/** Throws with the variable that says where, and why it cannot be there. */
export function listenOn(server: NetServer, { host, port }: { host: string; port: number }, variable: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // For good: an error without a listener would end the process.
    server.on('error', (cause: NodeJS.ErrnoException) => {
      const reason = {
        EADDRINUSE: 'another program uses it',
        EACCES: 'this user may not',
        EADDRNOTAVAIL: 'this machine has no such address',
      }
      const why = reason[cause.code as keyof typeof reason] ?? cause.message
      reject(
        new DomainError('misconfigured', {
          message: `Cannot listen on ${host}:${port}: ${why}.`,
          hint: `Set ${variable}${variable === 'BERTH_HEALTH_LISTEN' ? '' : ' (or BERTH_HOST)'} to something else, or end the other program.`,
          cause,
        }),
      )
    })
    server.listen(port, host, () => resolve())
  })
}

/** Lets answers under way end, for a while; a kept-alive connection would hold the server open for ever. */
async function closeAll(http: Server[], extra: NetServer[], graceMs: number): Promise<void> {
  const closed = [...http, ...extra].map((server) =>
    server.listening ? new Promise((resolve) => server.close(resolve)) : Promise.resolve(),
  )
  for (const server of http) server.closeIdleConnections()
  const timer = setTimeout(() => {
    for (const server of http) server.closeAllConnections()
  }, graceMs)
  await Promise.all(closed)
  clearTimeout(timer)
}
