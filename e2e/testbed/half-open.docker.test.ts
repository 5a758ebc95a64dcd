// Peers that vanish without a word: a cable is pulled between the gateway and a viewer, and between the gateway and a desktop.
import { type ChildProcess, spawn } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { generate } from 'selfsigned'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { gatewayServerOptions } from '@/lib/gateway/server-options'
import { startTestGateway, type TestGateway, type TestSession, upgrade, upgradeText } from '@/lib/gateway/test-gateway'
import { startTestUpstream, type TestUpstream } from '@/lib/gateway/test-upstream'
import { createNetwork, type HostNetwork, hostNetwork, ownAddress, setLink } from './host-network'
import { openRun, type Run } from './start-testbed'

const noticedWithinMs = 60_000
const accepted = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'

let run: Run
let network: HostNetwork
let t: TestGateway
let near: TestUpstream
/** The gateway, where the other side of the cable reaches it. */
let door: Server
const children: ChildProcess[] = []

beforeAll(async () => {
  run = await openRun()
  network = hostNetwork(run.number, 0)
  await createNetwork(network)
  t = await startTestGateway('domain')
  near = await startTestUpstream((socket) => socket.write(accepted))
  door = createServer(gatewayServerOptions, (req, res) => void t.gateway.request(req, res))
  door.on('upgrade', (req, socket, head) => void t.gateway.upgrade(req, socket, head))
  await new Promise<void>((resolve) => door.listen(0, ownAddress(network), resolve))
})

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  door?.close()
  await t?.close()
  await near?.close()
  await run?.remove()
})

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

test('neither a viewer nor a desktop that vanished without a word is held for more than a minute, and others do not notice', {
  timeout: 150_000,
}, async () => {
  const mine = await t.addSession(await t.addUser(), near)
  const cookie = (await t.enter(mine)).cookie
  const stays = await upgrade(mine, { Cookie: cookie })
  const host = { HOST: ownAddress(network), PORT: String((door.address() as AddressInfo).port) }
  const heard = await beyond(
    `const socket = require('net').connect(Number(process.env.PORT), process.env.HOST, () => socket.write(process.env.ASKED))
     socket.once('data', (chunk) => console.log(String(chunk).split('\\r\\n')[0]))`,
    { ...host, ASKED: upgradeText(mine, { Cookie: cookie }) },
  )
  expect(heard).toContain('101')
  const far = await desktopBeyond()
  const watching = await upgrade(far, { Cookie: (await t.enter(far)).cookie })
  const letGo = new Promise((resolve) => watching.socket.resume().once('close', resolve))
  await vi.waitFor(() => expect([t.gateway.stats().streams, near.open()]).toEqual([3, 2]))

  const cutAt = performance.now()
  await setLink(network, 'down')
  const noticed = await Promise.all([
    letGo.then(() => performance.now() - cutAt),
    vi.waitFor(() => expect(near.open()).toBe(1), { timeout: 120_000, interval: 100 }).then(() => performance.now() - cutAt),
  ])
  console.log(`Noticed after ${noticed.map((ms) => `${(ms / 1000).toFixed(1)} s`).join(' (desktop) and ')} (viewer)`)
  for (const ms of noticed) expect(ms).toBeLessThan(noticedWithinMs)
  expect([t.gateway.stats().streams, stays.socket.destroyed]).toEqual([1, false])
  stays.socket.destroy()
})
