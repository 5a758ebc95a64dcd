// The real gateway in front of a testbed's sessions, in the test's own process, and people who are signed in: so that a stream is what a browser has.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { HostedPortal } from '@/e2e/testbed/hosted-portal'
import { loadConfig } from '@/lib/config'
import { silentLog } from '@/lib/controller/test-world'
import type { Actor } from '@/lib/domain/actor'
import { newId } from '@/lib/domain/ids'
import { createGateway, type Gateway } from '@/lib/gateway/gateway'
import { gatewayServerOptions } from '@/lib/gateway/server-options'
import { connectSession } from '@/lib/use-cases/connect-session'
import { openStream, type Stream } from './stream'

export type TestbedGateway = {
  /** The same person, signed in: an operator cannot look into a session. */
  signIn(actor: Actor): Promise<Actor>
  /** As the session page does it: a ticket, the cookie for it, the stream with the cookie. */
  enter(actor: Actor, sessionId: string): Promise<Viewer>
  close(): Promise<void>
}

export type Viewer = {
  /** One more stream with the cookie that was given at first, as a page that reconnects. */
  open(): Promise<Stream>
}

export async function openTestbedGateway(portal: HostedPortal): Promise<TestbedGateway> {
  const ending = new AbortController()
  let gateway: Gateway | undefined
  const server = createServer(gatewayServerOptions, (req, res) => void gateway?.request(req, res))
  server.on('upgrade', (req, socket, head) => gateway?.upgrade(req, socket, head))
  const port = await listen(server)
  const config = loadConfig({
    BERTH_PUBLIC_URL: `http://localhost:${port}`,
    BERTH_PORT: String(port),
    DATABASE_URL: portal.database.url,
    BERTH_DATA_DIR: '/nonexistent',
  })
  const { db, keys, clock } = portal.deps
  gateway = createGateway({
    viewerHtml: null,
    db,
    databaseUrl: portal.database.url,
    keys,
    config,
    log: silentLog,
    clock,
    signal: ending.signal,
  })
  await gateway.ready
  return {
    signIn: async (actor) => {
      const expiresAt = new Date(Date.now() + 86_400_000)
      const { id } = await db.signIn.create({ data: { id: newId(), userId: actor.id, expiresAt } })
      return { ...actor, by: { kind: 'signIn', id } }
    },
    enter: async (actor, sessionId) => {
      const { url } = await connectSession({ ...portal.deps, config }, actor, { sessionId })
      const { host, origin, pathname, search } = new URL(url)
      const answer = await fetchThrough(port, host, `${pathname}${search}`)
      const cookie = answer.headers.get('set-cookie')?.split(';')[0]
      if (!cookie) throw new Error(`No cookie for the ticket: ${answer.status}`)
      return { open: () => openStream({ port, host, origin, cookie }) }
    },
    close: async () => {
      await gateway?.drain(0)
      ending.abort()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

/** `fetch` names the host by the address it dials; a session has a host of its own. */
async function fetchThrough(port: number, host: string, path: string): Promise<{ status: number; headers: Headers }> {
  const { request } = await import('node:http')
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers: { host } }, (response) => {
      const headers = new Headers()
      for (const value of response.headers['set-cookie'] ?? []) headers.append('set-cookie', value)
      response.resume().once('end', () => resolve({ status: response.statusCode ?? 0, headers }))
    })
      .once('error', reject)
      .end()
  })
}
