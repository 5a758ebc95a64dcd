// The documented configurations in the real programs, in front of a real gateway and a desktop that is as strict as KasmVNC.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { generate } from 'selfsigned'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type StrictKasmVnc, startStrictKasmVnc } from '@/e2e/contract/strict-kasmvnc'
import { freePort } from '@/e2e/support/portal'
import { clientAddressReader } from '@/lib/gateway/client-address'
import { type Answer, maskedFrame, readAnswer } from '@/lib/gateway/test-client'
import { startTestGateway, type TestGateway, type TestSession, upgradeText } from '@/lib/gateway/test-gateway'
import { portalHost, sessionDomain } from './documented'
import { proxies, type RunningProxy, runProxy } from './run-proxy'

const password = 'a-desktop-password'
/** Another address of this machine, so that it differs from the proxy's. */
const browserAddress = '127.0.0.9'

describe.each(proxies)('behind %s as documented', { timeout: 60_000 }, (name) => {
  let folder: string
  let port: number
  let t: TestGateway
  let desktop: StrictKasmVnc
  let session: TestSession
  let web: Server
  let proxy: RunningProxy
  const addressOf = clientAddressReader(['127.0.0.1'])

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'berth-proxy-'))
    // nginx's workers are another user.
    chmodSync(folder, 0o755)
    port = await freePort()
    t = await startTestGateway('domain', { host: portalHost, sessionDomain, front: port })
    desktop = await startStrictKasmVnc({ password })
    const reach = { host: desktop.host, port: desktop.port, pin: desktop.certFingerprint256, password }
    session = await t.addSession(await t.addUser(), reach)
    web = createServer((req, res) => res.end(JSON.stringify({ host: req.headers.host, client: addressOf(req), url: req.url })))
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve))
    const names = [portalHost, `*.${sessionDomain}`].map((value) => ({ type: 2 as const, value }))
    const pem = await generate([{ name: 'commonName', value: portalHost }], {
      keyType: 'ec',
      extensions: [{ name: 'subjectAltName', altNames: names }],
    })
    const places = {
      port,
      webPort: (web.address() as AddressInfo).port,
      gatewayPort: t.portalPort,
      certPath: join(folder, 'cert.pem'),
      keyPath: join(folder, 'key.pem'),
    }
    writeFileSync(places.certPath, pem.cert)
    writeFileSync(places.keyPath, pem.private)
    proxy = await runProxy(name, folder, places)
  })
  afterAll(async () => {
    await proxy?.stop()
    await t.close()
    await desktop.close()
    web.closeAllConnections()
    await new Promise((resolve) => web.close(resolve))
    rmSync(folder, { recursive: true })
  })

  function dial(servername: string): Promise<TLSSocket> {
    return new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port, localAddress: browserAddress, servername, rejectUnauthorized: false }
      const socket = connectTls(options, () => resolve(socket))
      socket.once('error', reject)
    })
  }

  async function say(text: string): Promise<Answer> {
    const host = /^Host: ([^:\r]+)/m.exec(text)?.[1] ?? portalHost
    const socket = await dial(host)
    socket.write(text, 'latin1')
    return await readAnswer(socket)
  }

  const get = (host: string, path: string, headers = '') =>
    say(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${headers}\r\n`)

  async function enter(): Promise<string> {
    const { url } = await t.connect(session)
    const answer = await get(session.host, url.slice(session.origin.length))
    expect(answer.status).toBe(303)
    return answer.headers.get('set-cookie')?.[0]?.split(';')[0] ?? ''
  }

  test('the portal’s host reaches web with its name and port, and the browser’s own address, whatever it claims to be', async () => {
    const { status, body } = await get(
      `${portalHost}:${port}`,
      '/admin?x=1',
      'X-Forwarded-For: 6.6.6.6\r\nX-Real-IP: 6.6.6.6\r\n',
    )
    expect(status).toBe(200)
    const json = body.slice(body.indexOf('{'), body.lastIndexOf('}') + 1)
    expect(JSON.parse(json)).toEqual({ host: `${portalHost}:${port}`, client: browserAddress, url: '/admin?x=1' })
  })

  test('a session’s host reaches the gateway, which gives nothing without a ticket and a cookie for one', async () => {
    expect((await get(session.host, '/vnc.html')).status).toBe(401)
    expect(await enter()).toMatch(/^__Host-berth=/)
  })

  test('a stream goes through in both directions, and the desktop sees the browser’s address', async () => {
    const cookie = await enter()
    const before = desktop.requests.length
    const answer = await say(upgradeText(session, { Cookie: cookie, 'X-Forwarded-For': '6.6.6.6' }))
    expect(answer.status).toBe(101)
    expect(answer.headers.get('sec-websocket-protocol')).toEqual(['binary'])
    const { socket } = answer
    let down = 0
    socket.on('data', (chunk: Buffer) => {
      down += chunk.length
    })
    socket.resume()
    for (const bytes of [Buffer.from('RFB 003.008\n'), Buffer.from([2]), Buffer.alloc(16, 4), Buffer.from([1])])
      socket.write(maskedFrame(bytes))
    const key = 4
    socket.write(maskedFrame(Uint8Array.from([key, 1, 0, 0, 0, 0, 0, 97])))
    await expect.poll(() => desktop.rfbMessageTypes(), { timeout: 10_000 }).toContain(key)
    await expect.poll(() => down, { timeout: 10_000 }).toBeGreaterThan(12)
    expect(JSON.stringify(desktop.requests.slice(before))).toContain(browserAddress)
    expect(JSON.stringify(desktop.requests.slice(before))).not.toContain('6.6.6.6')
    socket.destroy()
    await expect.poll(() => desktop.openStreams(), { timeout: 10_000 }).toBe(0)
  })

  test('an upgrade from another origin is refused, also from the portal’s own', async () => {
    const cookie = await enter()
    for (const origin of ['https://elsewhere.example', `https://${portalHost}:${port}`, 'null']) {
      expect((await say(upgradeText(session, { Cookie: cookie, Origin: origin }))).status).toBe(403)
    }
  })

  test('a name that belongs to nobody gets neither pages nor a gateway', async () => {
    const answer = await get('other.example', '/').catch(() => null)
    expect(answer?.body ?? '').not.toContain('"host"')
    expect(answer?.status ?? 0).not.toBe(401)
  })
})
