// Peers that vanish without a word: a cable is pulled between the gateway and a viewer, and between the gateway and a desktop.
import { type ChildProcess, spawn } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { generate } from 'selfsigned'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { gatewayServerOptions } from '@/lib/gateway/server-options'
import { maskedFrame } from '@/lib/gateway/test-client'
import { startTestGateway, type TestGateway, type TestSession, upgrade, upgradeText } from '@/lib/gateway/test-gateway'
import { startTestUpstream, type TestUpstream } from '@/lib/gateway/test-upstream'
import { createNetwork, type HostNetwork, hostNetwork, ownAddress, setLink } from './host-network'
import { openRun, type Run } from './start-testbed'

const noticedWithinMs = 60_000
const tickMs = 1_000
/** Its first word after the cut comes when keep-alive is about to ask. */
const seldomMs = 30_000
const accepted = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'

let run: Run
let network: HostNetwork
let t: TestGateway
let near: TestUpstream
/** Desktops on which a clock ticks. */
let ticking: TestUpstream
let tickingSeldom: TestUpstream
/** The gateway, where the other side of the cable reaches it. */
let door: Server
const children: ChildProcess[] = []

beforeAll(async () => {
  run = await openRun()
  network = hostNetwork(run.number, 0)
  await createNetwork(network)
  t = await startTestGateway('domain')
  near = await startTestUpstream((socket) => socket.write(accepted))
  ticking = await startTestUpstream((socket) => talk(socket, tickMs))
  tickingSeldom = await startTestUpstream((socket) => talk(socket, seldomMs))
  door = createServer(gatewayServerOptions, (req, res) => void t.gateway.request(req, res))
  door.on('upgrade', (req, socket, head) => void t.gateway.upgrade(req, socket, head))
  await new Promise<void>((resolve) => door.listen(0, ownAddress(network), resolve))
})

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  door?.close()
  await t?.close()
  for (const one of [near, ticking, tickingSeldom]) await one?.close()
  await run?.remove()
})

function talk(socket: Socket, everyMs: number): void {
  socket.write(accepted)
  const timer = setInterval(() => socket.write('tick'), everyMs)
  socket.once('close', () => clearInterval(timer))
}

/** A program at the other end of the cable; resolves with the first thing that it says. */
async function beyond(script: string, environment: Record<string, string>): Promise<string> {
  const child = spawn('nsenter', [`--net=/run/netns/${network.namespace}`, process.execPath, '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
  })
  children.push(child)
  const [said] = await once(child.stdout as NonNullable<ChildProcess['stdout']>, 'data')
  return String(said).trim()
}

async function desktopBeyond(): Promise<TestSession> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'far' }], { keyType: 'ec' })
  const port = await beyond(
    `const server = require('tls').createServer({ key: process.env.KEY, cert: process.env.CERT }, (socket) => {
       socket.on('error', () => {})
       socket.once('data', () => socket.write(process.env.ACCEPTED))
     }).listen(0, () => console.log(server.address().port))`,
    { KEY: key, CERT: cert, ACCEPTED: accepted },
  )
  const pin = new X509Certificate(cert).fingerprint256
  return t.addSession(await t.addUser(), { host: network.address, port: Number(port), pin })
}

/** A viewer there of a desktop here; resolves with what tells when its stream was closed. */
async function viewerBeyond(desktop: TestUpstream): Promise<() => Promise<void>> {
  const session = await t.addSession(await t.addUser(), desktop)
  const heard = await beyond(
    `const socket = require('net').connect(Number(process.env.PORT), process.env.HOST, () => socket.write(process.env.ASKED))
     socket.once('data', (chunk) => console.log(String(chunk).split('\\r\\n')[0]))`,
    {
      HOST: ownAddress(network),
      PORT: String((door.address() as AddressInfo).port),
      ASKED: upgradeText(session, { Cookie: (await t.enter(session)).cookie }),
    },
  )
  expect(heard).toContain('101')
  const others = desktop.open() - 1
  return () => vi.waitFor(() => expect(desktop.open()).toBe(others), { timeout: 120_000, interval: 100 })
}

/** A viewer here of a desktop there. */
async function watchingBeyond(typesEveryMs: number | null): Promise<() => Promise<void>> {
  const far = await desktopBeyond()
  const { socket } = await upgrade(far, { Cookie: (await t.enter(far)).cookie })
  const closed = new Promise<void>((resolve) => socket.resume().once('close', () => resolve()))
  if (typesEveryMs === null) return () => closed
  const timer = setInterval(() => socket.write(maskedFrame(Buffer.from('tick'))), typesEveryMs)
  socket.once('close', () => clearInterval(timer)).on('error', () => {})
  return () => closed
}

test('neither a viewer nor a desktop that vanished without a word is held for more than a minute, and others do not notice', {
  timeout: 150_000,
}, async () => {
  const mine = await t.addSession(await t.addUser(), near)
  const stays = await upgrade(mine, { Cookie: (await t.enter(mine)).cookie })
  const gone = {
    'a viewer': await viewerBeyond(near),
    'a viewer of a desktop on which a clock ticks': await viewerBeyond(ticking),
    'a viewer of a desktop on which something seldom changes': await viewerBeyond(tickingSeldom),
    'a desktop': await watchingBeyond(null),
    'a desktop on which somebody types': await watchingBeyond(tickMs),
  }
  await vi.waitFor(() => expect([t.gateway.stats().streams, near.open()]).toEqual([6, 2]))

  const cutAt = performance.now()
  await setLink(network, 'down')
  const noticed = await Promise.all(
    Object.entries(gone).map(async ([who, closed]) => {
      await closed()
      return { who, ms: performance.now() - cutAt }
    }),
  )
  for (const { who, ms } of noticed) console.log(`Noticed after ${(ms / 1000).toFixed(1)} s: ${who}`)
  expect(noticed.filter(({ ms }) => ms >= noticedWithinMs)).toEqual([])
  await vi.waitFor(() => expect(t.gateway.stats().streams).toBe(1))
  expect(stays.socket.destroyed).toBe(false)
  stays.socket.destroy()
})
