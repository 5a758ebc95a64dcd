// A real gateway on real sockets and a real PostgreSQL, with users and sessions as rows, for tests in both origin forms.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import pino from 'pino'
import { generate } from 'selfsigned'
import { type Config, loadConfig } from '@/lib/config'
import type { Actor } from '@/lib/domain/actor'
import { deriveKeys } from '@/lib/secrets/keys'
import { connectSession } from '@/lib/use-cases/connect-session'
import { createTestDatabase } from '@/scripts/test/test-database'
import { createGateway, type Gateway } from './gateway'
import { gatewayServerOptions } from './server-options'
import { type Answer, type Dial, say } from './test-client'
import { insertSession, insertSignIn, insertUser, type Reach, type SessionRow } from './test-rows'
import { type DialUpstream, dialUpstream } from './upstream-connection'

export const testViewerHtml = '<!doctype html><title>The viewer page of the portal</title>'

export type OriginForm = 'domain' | 'port'

export type TestSession = { id: string; owner: Actor; to: Dial; host: string; origin: string }
export type Entered = { answer: Answer; cookie: string }
export type TestGateway = Awaited<ReturnType<typeof startTestGateway>>

type UpgradeListener = (req: IncomingMessage, socket: Duplex, head: Buffer) => void
type RequestListener = (req: IncomingMessage, res: ServerResponse) => void
type Listen = (request: RequestListener, upgrade: UpgradeListener) => Promise<number>
type Headers = Record<string, string>
type Pem = { private: string; cert: string } | null

/** `host`: of the portal. Under a domain of its own, `p.x.localhost` and the sessions below `x.localhost` are one site. */
type Options = {
  host?: string
  sessionDomain?: string
  portal?: RequestListener
  firstAnswerMs?: number
  holdMs?: number
  /** The port of a proxy with HTTPS, through which browsers come. */
  front?: number
  /** Is told of each socket that the gateway gets or opens. */
  onSocket?: (socket: Socket) => void
}

export async function startTestGateway(form: OriginForm, options: Options = {}) {
  const database = await createTestDatabase()
  const { db, url: databaseUrl } = database
  const clock = { aheadMs: 0, now: () => new Date(Date.now() + clock.aheadMs) }
  const keys = deriveKeys(Buffer.alloc(32, 7))
  const ending = new AbortController()
  const servers: Server[] = []
  const pem = form === 'port' ? await generate([{ name: 'commonName', value: 'localhost' }], { keyType: 'ec' }) : null
  const listen = listener(pem, servers, options)
  let opened: Gateway | undefined
  const portal = options.portal ?? ((_, res) => res.end('portal'))
  const portalPort = await listen(
    (req, res) => void (opened?.owns(req) ? opened.request(req, res) : portal(req, res)),
    (req, socket, head) => void (opened?.owns(req) ? opened.upgrade(req, socket, head) : socket.destroy()),
  )
  const config = configFor(form, portalPort, databaseUrl, options)
  const log = pino({ level: 'silent' })
  const gateway = createGateway({
    viewerHtml: testViewerHtml,
    db,
    databaseUrl,
    keys,
    config,
    log,
    clock,
    signal: ending.signal,
    ...ownOf(options),
  })
  opened = gateway
  await gateway.ready
  const rows = { db, keys, clock }
  // As the portal's page asks: also for a desktop that starts, where the gateway has a page that waits for it.
  const connect = (session: TestSession, actor = session.owner) =>
    connectSession({ db, clock, keys, config }, actor, { sessionId: session.id }, { ahead: true })

  return {
    ...rows,
    form,
    config,
    gateway,
    /** What it made itself, where sessions have ports. */
    certificatePem: pem?.cert ?? null,
    portalPort,
    connect,
    addUser: (role?: Actor['role']) => insertUser(rows, role),
    signIn: (actor: Actor) => insertSignIn(rows, actor),
    async addSession(owner: Actor, reach: Reach, more: SessionRow = {}): Promise<TestSession> {
      const gatewayPort = form === 'port' ? await openPort(gateway, listen) : null
      const id = await insertSession(rows, owner, reach, { ...more, gatewayPort })
      const port = options.front ?? portalPort
      const host = gatewayPort === null ? `${id}.${config.sessionDomain}:${port}` : `${config.publicUrl.hostname}:${gatewayPort}`
      const to = { port: gatewayPort ?? port, isTls: form === 'port' || options.front !== undefined }
      return { id, owner, to, host, origin: `${config.publicUrl.protocol}//${host}` }
    },
    async enter(session: TestSession, actor = session.owner, cookie = ''): Promise<Entered> {
      const { url } = await connect(session, actor)
      const answer = await get(session, url.slice(session.origin.length), { Cookie: cookie })
      return { answer, cookie: answer.headers.get('set-cookie')?.[0]?.split(';')[0] ?? '' }
    },
    async close(): Promise<void> {
      await gateway.drain(0)
      ending.abort()
      for (const server of servers) {
        server.closeAllConnections()
        server.close()
      }
      await database.drop()
    },
  }
}

/** What a test may have otherwise than a portal. */
function ownOf({ firstAnswerMs, holdMs, onSocket }: Options) {
  return {
    ...(firstAnswerMs === undefined ? {} : { firstAnswerMs }),
    ...(holdMs === undefined ? {} : { holdMs }),
    ...(onSocket ? { dial: dialTelling(onSocket) } : {}),
  }
}

function dialTelling(onSocket: (socket: Socket) => void): DialUpstream {
  return (target, user) => {
    const connection = dialUpstream(target, user)
    onSocket(connection.socket)
    return connection
  }
}

function listener(pem: Pem, servers: Server[], { onSocket }: Options): Listen {
  return async (request, upgrade) => {
    const server = pem
      ? createTlsServer({ ...gatewayServerOptions, key: pem.private, cert: pem.cert }, request)
      : createServer(gatewayServerOptions, request)
    server.on('upgrade', upgrade)
    if (onSocket) server.on(pem ? 'secureConnection' : 'connection', onSocket)
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return (server.address() as AddressInfo).port
  }
}

async function openPort(gateway: Gateway, listen: Listen): Promise<number> {
  let door = gateway.forPort(0)
  const port = await listen(
    (req, res) => void door.request(req, res),
    (req, socket, head) => void door.upgrade(req, socket, head),
  )
  door = gateway.forPort(port)
  return port
}

function configFor(form: OriginForm, port: number, databaseUrl: string, options: Options): Config {
  const { host = 'localhost', sessionDomain, front } = options
  const config = loadConfig({
    BERTH_PUBLIC_URL: `${form === 'port' || front ? 'https' : 'http'}://${host}:${front ?? port}`,
    BERTH_PORT: String(port),
    BERTH_TRUSTED_PROXIES: front ? '127.0.0.1' : undefined,
    DATABASE_URL: databaseUrl,
    ...(form === 'port' ? { BERTH_SESSION_PORTS: '1024-1024' } : {}),
  })
  // A domain on the portal's own site needs HTTPS in a real portal; here it stands for that layout, without certificates.
  return sessionDomain === undefined || form === 'port' ? config : { ...config, sessionDomain }
}

/** The session's cookie with a value of the test's choice. */
export function cookieFor(session: TestSession, form: OriginForm, value: string): string {
  return form === 'port' ? `__Host-berth-${session.id}=${value}` : `__Host-berth=${value}`
}

export function get(session: TestSession, path: string, headers: Headers = {}, method = 'GET'): Promise<Answer> {
  return say(session.to, `${method} ${path} HTTP/1.1\r\n${lines({ Host: session.host, Connection: 'close', ...headers })}\r\n`)
}

export function upgradeText(session: TestSession, headers: Headers = {}, path = '/websockify'): string {
  const all = {
    Host: session.host,
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    Origin: session.origin,
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Protocol': 'binary',
    ...headers,
  }
  return `GET ${path} HTTP/1.1\r\n${lines(all)}\r\n`
}

export function upgrade(session: TestSession, headers: Headers = {}, path?: string): Promise<Answer> {
  return say(session.to, upgradeText(session, headers, path))
}

/** A header set to nothing is left out. */
function lines(headers: Headers): string {
  return Object.entries(headers)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')
}
