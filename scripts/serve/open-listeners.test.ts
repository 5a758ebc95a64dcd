import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:https'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Config, loadConfig } from '@/lib/config'
import { ensureGeneratedCertificate } from '@/lib/gateway/generated-certificate'
import { type Dial, dial } from '@/lib/gateway/test-client'
import { gatewaySockets } from '@/lib/gateway/test-sockets'
import { until } from '@/lib/gateway/test-until'
import type { Tls } from './load-tls'
import { type Handlers, type Listeners, openListeners } from './open-listeners'
import { refuseUpgrade } from './open-pages'

let tls: Tls
let open: Listeners | undefined

beforeAll(async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'berth-listeners-'))
  tls = await ensureGeneratedCertificate({ dataDir, publicHost: 'localhost', clock: { now: () => new Date() } })
  rmSync(dataDir, { recursive: true })
})

afterEach(async () => {
  await open?.close(0)
  open = undefined
})

/** A handler that says through which door somebody came. */
function door(name: string): Handlers {
  return {
    request: (_req, res) => void res.end(name),
    upgrade: (_req, socket) =>
      void socket.end(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: test\r\n\r\n${name}`),
  }
}

/** Three ports in a row that are free: the portal's, then two for sessions. */
async function freeConfig(): Promise<Config> {
  for (let from = 21_000 + (process.pid % 4_000); ; from += 3) {
    const taken: Server[] = []
    try {
      for (const port of [from, from + 1, from + 2]) {
        const server = createServer().listen(port, '127.0.0.1')
        taken.push(server)
        await once(server, 'listening')
      }
      return loadConfig({ BERTH_PORT: String(from), BERTH_SESSION_PORTS: `${from + 1}-${from + 2}` })
    } catch {
      // In use: the next three.
    } finally {
      await Promise.all(taken.map((server) => new Promise((resolve) => server.close(resolve))))
    }
  }
}

async function get(port: number): Promise<string> {
  return await new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, rejectUnauthorized: false, agent: false }, (response) => {
      response.setEncoding('utf8')
      response.on('data', resolve)
    })
    call.on('error', reject)
    call.end()
  })
}

test('each session port leads to the door of that port, for requests and for upgrades', async () => {
  const config = await freeConfig()
  open = await openListeners({ config, tls, portal: door('portal'), session: (port) => door(`session ${port}`) })
  const second = config.port + 2
  expect(await get(config.port)).toBe('portal')
  expect(await get(config.port + 1)).toBe(`session ${config.port + 1}`)
  expect(await get(second)).toBe(`session ${second}`)

  const socket = connect({ host: '127.0.0.1', port: second, rejectUnauthorized: false })
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: test\r\n\r\n')
  let answer = ''
  for await (const chunk of socket) answer += String(chunk)
  expect(answer).toContain(`session ${second}`)
})

test('a port that another program has is named together with its variable, and nothing stays open', async () => {
  const config = await freeConfig()
  const other = createServer().listen(config.port + 2, '127.0.0.1')
  await once(other, 'listening')
  const opening = openListeners({ config, tls, portal: door('portal'), session: () => door('session') })
  await expect(opening).rejects.toMatchObject({
    message: expect.stringContaining(`${config.port + 2}: another program uses it`),
    hint: expect.stringContaining('BERTH_SESSION_PORTS'),
  })
  await new Promise((resolve) => other.close(resolve))
  await expect(get(config.port)).rejects.toThrow(/ECONNREFUSED/)
})

/** Asks the portal's own host for an upgrade, and reads the refusal. */
async function refused(to: Dial): Promise<Socket> {
  const socket = await dial(to)
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
  const [answer] = await once(socket, 'data')
  expect(String(answer)).toMatch(/^HTTP\/1\.1 404 /)
  return socket
}

describe.each(['http', 'https'])('over %s', (scheme) => {
  let to: Dial

  beforeEach(async () => {
    const config = await freeConfig()
    to = { port: config.port, isTls: scheme === 'https' }
    const portal: Handlers = { request: (_req, res) => void res.end(), upgrade: (_req, socket) => refuseUpgrade(socket) }
    open = await openListeners({ config, tls: to.isTls ? tls : null, portal, session: () => portal })
  })

  test('whoever resets the connection after an upgrade was refused ends nothing but that [attack 10]', async () => {
    const thrown: Error[] = []
    const note = (error: Error) => thrown.push(error)
    process.on('uncaughtExceptionMonitor', note)
    for (const port of [to.port, to.port + 1]) {
      for (let time = 0; time < 20; time++) (await refused({ ...to, port })).resetAndDestroy()
      await until(() => expect(gatewaySockets(port, 0)).toBe(0))
      await refused({ ...to, port })
    }
    process.off('uncaughtExceptionMonitor', note)
    expect(thrown).toEqual([])
  })

  test('whoever keeps its side open after an upgrade was refused is let go [attack 10]', async () => {
    const socket = await refused({ ...to, allowHalfOpen: true })
    await until(() => expect(gatewaySockets(to.port, 0)).toBe(0))
    expect(socket.writable).toBe(true)
    socket.destroy()
  })
})
