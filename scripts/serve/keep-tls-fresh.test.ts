import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type TLSSocket } from 'node:tls'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Config, loadConfig } from '@/lib/config'
import { ensureGeneratedCertificate } from '@/lib/gateway/generated-certificate'
import type { Log } from '@/lib/log'
import { keepTlsFresh } from './keep-tls-fresh'
import { loadTls, type Tls } from './load-tls'
import { type Listeners, openListeners } from './open-listeners'

const dayMs = 86_400_000
let dataDir: string
let open: Listeners | undefined
let now: Date
let complaints: number
const clock = { now: () => now }
const log = { info: () => undefined, error: () => void complaints++ } as unknown as Log

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'berth-fresh-'))
  now = new Date()
  complaints = 0
})
afterEach(async () => {
  await open?.close(0)
  open = undefined
  await rm(dataDir, { recursive: true })
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

const nothing = { request: () => undefined, upgrade: () => undefined }

/** A portal with one session port and this certificate. */
async function serveWith(config: Config) {
  const tls = (await loadTls(config, clock)) as Tls
  open = await openListeners({ config, tls, portal: nothing, session: () => nothing })
  const fresh = keepTlsFresh({ config, tls, clock, show: open.showCertificate, log })
  fresh.close()
  return fresh
}

async function greet(port: number): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  return socket
}

async function shownAt(port: number): Promise<string> {
  const socket = await greet(port)
  const { fingerprint256 } = socket.getPeerCertificate()
  socket.destroy()
  return fingerprint256
}

test('a certificate that the portal made is replaced before its end on every port while it runs, and connections stay open', async () => {
  const [port, sessionPort] = [await freePort(), await freePort()]
  const config = loadConfig({
    BERTH_PORT: String(port),
    BERTH_SESSION_PORTS: `${sessionPort}-${sessionPort}`,
    BERTH_DATA_DIR: dataDir,
  })
  const fresh = await serveWith(config)
  const first = await shownAt(port)
  expect(await shownAt(sessionPort)).toBe(first)
  const streaming = await greet(sessionPort)

  await fresh.look()
  expect(await shownAt(port)).toBe(first)

  now = new Date(now.getTime() + 338 * dayMs)
  await fresh.look()
  const next = await shownAt(port)
  expect(next).not.toBe(first)
  expect(await shownAt(sessionPort)).toBe(next)
  expect(streaming.getPeerCertificate().fingerprint256).toBe(first)
  expect(streaming.destroyed).toBe(false)
  streaming.destroy()
  expect(complaints).toBe(0)
})

test('files that were renewed are shown without a restart, and none that is broken, half replaced or for another name', async () => {
  const port = await freePort()
  const [certPath, keyPath] = [join(dataDir, 'cert.pem'), join(dataDir, 'key.pem')]
  const put = async (publicHost: string, only?: 'cert') => {
    const from = await mkdtemp(join(dataDir, 'made-'))
    const { cert, key, fingerprint } = await ensureGeneratedCertificate({ dataDir: from, publicHost, clock })
    await writeFile(certPath, cert)
    if (!only) await writeFile(keyPath, key)
    return fingerprint
  }
  const first = await put('berth.example.org')
  const config = loadConfig({
    BERTH_PORT: String(port),
    BERTH_DATA_DIR: dataDir,
    BERTH_PUBLIC_URL: 'https://berth.example.org',
    BERTH_SESSION_DOMAIN: 'localhost',
    BERTH_TLS_CERT: certPath,
    BERTH_TLS_KEY: keyPath,
  })
  const fresh = await serveWith({ ...config, sessionDomain: null })
  expect(await shownAt(port)).toBe(first)

  const bad = [() => put('other.example.org'), () => put('berth.example.org', 'cert'), () => writeFile(certPath, 'damaged')]
  for (const [count, damage] of bad.entries()) {
    await damage()
    await fresh.look()
    expect(await shownAt(port)).toBe(first)
    expect(complaints).toBe(count + 1)
  }

  const next = await put('berth.example.org')
  await fresh.look()
  expect(await shownAt(port)).toBe(next)
})
