import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { gatewayServerOptions } from '@/lib/gateway/server-options'
import { dial } from '@/lib/gateway/test-client'
import { startTestGateway, type TestGateway, type TestSession, upgradeText } from '@/lib/gateway/test-gateway'
import { until } from '@/lib/gateway/test-until'
import { startTestUpstream, type TestUpstream } from '@/lib/gateway/test-upstream'
import { refuseUpgrade } from './open-pages'
import { portalHandlers } from './portal-handlers'

const accepted = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'

let t: TestGateway
let desktop: TestUpstream
let session: TestSession
let cookie: string
let server: Server
/** Answers of pages that are still being made. */
const pending: ServerResponse[] = []

beforeAll(async () => {
  t = await startTestGateway('domain')
  desktop = await startTestUpstream((socket) => socket.write(accepted))
  session = await t.addSession(await t.addUser(), desktop)
  cookie = (await t.enter(session)).cookie
  const pages = {
    request: async (_req: unknown, res: ServerResponse) => void pending.push(res),
    upgrade: async (_req: unknown, socket: Parameters<typeof refuseUpgrade>[0]) => refuseUpgrade(socket),
    close: async () => {},
  }
  const readiness = { answer: async () => false, answerWithoutDatabase: async () => false }
  const { request, upgrade } = portalHandlers(t.config, { gateway: t.gateway, pages, readiness })
  server = createServer(gatewayServerOptions, request).on('upgrade', upgrade).listen(0, '127.0.0.1')
  await once(server, 'listening')
})

afterAll(async () => {
  server?.close()
  await t?.close()
  await desktop?.close()
})

test.each([
  ['a session', () => upgradeText(session, { Cookie: cookie })],
  ['the portal', () => upgradeText({ ...session, host: t.config.publicUrl.host })],
])(
  'an upgrade for %s behind a page that is not answered yet ends the connection, and nothing stands in the wrong place [attack 9, 10]',
  async (_, asked) => {
    const socket = await dial({ port: (server.address() as AddressInfo).port, isTls: false })
    let received = ''
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1')
      // Whoever got a stream is then told the page as well.
      for (const res of pending) res.end('page')
    })
    const closed = once(socket, 'close')
    socket.write(`GET / HTTP/1.1\r\nHost: ${t.config.publicUrl.host}\r\n\r\n`, 'latin1')
    await until(() => expect(pending).toHaveLength(1))
    socket.write(asked(), 'latin1')
    await closed
    expect(received).toBe('')
    for (const res of pending.splice(0)) res.end('page')
    await until(() => expect([desktop.open(), t.gateway.stats().streams]).toEqual([0, 0]))
  },
)
