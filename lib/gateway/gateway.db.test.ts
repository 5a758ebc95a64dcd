// The way in and the way through, against a stand-in as strict as KasmVNC, in both origin forms.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type StrictKasmVnc, startStrictKasmVnc } from '@/e2e/contract/strict-kasmvnc'
import { dial, maskedFrame, readAnswer } from './test-client'
import { get, type OriginForm, startTestGateway, type TestGateway, type TestSession, upgrade } from './test-gateway'
import { insertApiKey } from './test-rows'
import { until } from './test-until'

const password = 'a-desktop-password'

describe.each<OriginForm>(['domain', 'port'])('the gateway, sessions told apart by %s', { timeout: 60_000 }, (form) => {
  let t: TestGateway
  let desktop: StrictKasmVnc
  let session: TestSession

  beforeAll(async () => {
    t = await startTestGateway(form)
    desktop = await startStrictKasmVnc({ password })
    session = await t.addSession(await t.addUser(), reach())
  })
  afterAll(async () => {
    await t.close()
    await desktop.close()
  })

  // Each test starts without streams, so that counts mean its own.
  afterEach(() => until(() => expect([desktop.openStreams(), t.gateway.stats().streams]).toEqual([0, 0])))

  const reach = () => ({ host: desktop.host, port: desktop.port, pin: desktop.certFingerprint256, password })

  /** Up to the point where a viewer sends messages. */
  async function stream(of: TestSession, cookie: string) {
    const answer = await upgrade(of, { Cookie: cookie })
    expect(answer.status).toBe(101)
    const { socket } = answer
    let down = 0
    socket.on('data', (chunk: Buffer) => {
      down += chunk.length
    })
    socket.resume()
    for (const bytes of [Buffer.from('RFB 003.008\n'), Buffer.from([2]), Buffer.alloc(16, 4), Buffer.from([1])]) {
      socket.write(maskedFrame(bytes))
    }
    return { socket, down: () => down, send: (bytes: number[]) => void socket.write(maskedFrame(Uint8Array.from(bytes))) }
  }

  test('swaps a ticket once for a host-only cookie and leaves no token in any address', async () => {
    const { url } = await t.connect(session)
    const path = url.slice(session.origin.length)
    expect(url.startsWith(`${session.origin}/.berth/enter?ticket=`)).toBe(true)
    const answer = await get(session, path)
    expect(answer.status).toBe(303)
    const location = new URL(answer.headers.get('location')?.[0] ?? '', session.origin)
    expect(location.origin + location.pathname).toBe(`${session.origin}/vnc.html`)
    expect(Object.fromEntries(location.searchParams)).toMatchObject({ path: 'websockify', portal: t.config.publicUrl.origin })
    const name = form === 'port' ? `__Host-berth-${session.id}` : '__Host-berth'
    const [cookie = ''] = answer.headers.get('set-cookie') ?? []
    expect(cookie).toMatch(new RegExp(`^${name}=[A-Za-z0-9_-]{43}; Path=/; Secure; HttpOnly; SameSite=None; Partitioned$`))
    expect(location.href).not.toContain(cookie.split('=')[1]?.split(';')[0])
    expect(answer.headers.get('referrer-policy')).toEqual(['no-referrer'])
    expect(answer.headers.get('cache-control')).toEqual(['no-store'])
    expect((await get(session, path)).status).toBe(403)
  })

  test('serves the desktop’s files with exactly one set of our headers and none of the desktop’s own', async () => {
    const { cookie } = await t.enter(session)
    const answer = await get(session, '/vnc.html?path=websockify', { Cookie: cookie })
    expect(answer.status).toBe(200)
    expect(answer.body).toContain('stand-in')
    expect(answer.headers.get('content-security-policy')).toEqual([`frame-ancestors ${t.config.publicUrl.origin}`])
    expect(answer.headers.get('x-content-type-options')).toEqual(['nosniff'])
    expect(answer.headers.get('permissions-policy')?.[0]).toContain('camera=()')
    for (const name of ['server', 'x-frame-options', 'cross-origin-embedder-policy']) expect(answer.headers.has(name)).toBe(false)
    const head = await get(session, '/vnc.html', { Cookie: cookie }, 'HEAD')
    expect([head.status, head.body]).toEqual([200, ''])
    expect(desktop.violations).toEqual([])
  })

  test('carries a stream both ways and ends the desktop’s side with the viewer’s', async () => {
    const { cookie } = await t.enter(session)
    const { socket, down, send } = await stream(session, cookie)
    await until(() => expect(desktop.openStreams()).toBe(1))
    send([3, 0, 0, 0, 0, 0, 0, 16, 0, 16])
    await until(() => expect(down()).toBeGreaterThan(16 * 16))
    send([4, 1, 0, 0, 0, 0, 0, 0x61])
    await until(() => expect(desktop.rfbMessageTypes()).toContain(4))
    await until(() => expect(t.gateway.stats().sessions[0]).toMatchObject({ sessionId: session.id, viewers: 1 }))
    socket.destroy()
    await until(() => expect(desktop.openStreams()).toBe(0))
    await until(() => expect(t.gateway.stats().streams).toBe(0))
    expect(desktop.violations).toEqual([])
  })

  test('lets the viewer go when the desktop dies', async () => {
    const { cookie } = await t.enter(session)
    const { socket } = await stream(session, cookie)
    const closed = new Promise((resolve) => socket.once('close', resolve))
    await until(() => expect(desktop.openStreams()).toBe(1))
    desktop.dropStreams()
    await closed
    await until(() => expect(t.gateway.stats().streams).toBe(0))
  })

  test('writes the first viewer once, and human input but not the machine’s chatter', async () => {
    const fresh = await t.addSession(session.owner, reach())
    const { cookie } = await t.enter(fresh)
    const viewers = [await stream(fresh, cookie), await stream(fresh, cookie)]
    for (const viewer of viewers) viewer.send([3, 0, 0, 0, 0, 0, 0, 16, 0, 16])
    await until(async () => {
      const row = await t.db.session.findUniqueOrThrow({ where: { id: fresh.id }, include: { events: true } })
      expect(row.firstViewerAt).not.toBeNull()
      expect(row.events.map((event) => event.code)).toEqual(['first_viewer'])
      expect(row.lastInputAt).toBeNull()
    })
    viewers[0]?.send([5, 0, 0, 1, 0, 1])
    await until(() => expect(t.gateway.stats().sessions.find((one) => one.sessionId === fresh.id)?.lastInputAt).not.toBeNull())
    for (const viewer of viewers) viewer.socket.destroy()
  })

  test('keeps one cookie for a second tab, and a new sign-in gets one of its own', async () => {
    const { cookie } = await t.enter(session)
    const again = await t.enter(session, session.owner, cookie)
    expect([again.answer.status, again.cookie]).toEqual([303, ''])
    const elsewhere = await t.signIn(session.owner)
    const other = await t.enter(session, elsewhere, cookie)
    expect(other.cookie).not.toBe('')
    for (const each of [cookie, other.cookie]) expect((await get(session, '/', { Cookie: each })).status).toBe(200)
  })

  test('lets a program in that holds an API key', async () => {
    const program = await insertApiKey(t, session.owner)
    const { cookie } = await t.enter(session, program)
    const { socket } = await stream(session, cookie)
    await until(() => expect(desktop.openStreams()).toBe(1))
    socket.destroy()
  })

  test('says what happened to a session to its owner, and nothing to anybody else', async () => {
    const fresh = await t.addSession(session.owner, reach())
    const { cookie } = await t.enter(fresh)
    expect((await get(fresh, '/', { Cookie: cookie })).status).toBe(200)
    await t.db.session.update({ where: { id: fresh.id }, data: { state: 'paused' } })
    await until(async () => {
      const answer = await get(fresh, '/', { Cookie: cookie })
      expect([answer.status, answer.body.includes('Paused')]).toEqual([503, true])
      expect(answer.body).toContain('{"action":"berth_unavailable","value":"paused"}')
    })
    const stranger = await get(fresh, '/')
    expect([stranger.status, stranger.body.includes('Paused')]).toEqual([401, false])
  })

  test('asks the page around it for a new ticket when there is no right', async () => {
    const answer = await get(session, '/vnc.html')
    expect(answer.status).toBe(401)
    expect(answer.body).toContain(`parent.postMessage({"action":"berth_ticket_needed"},"${t.config.publicUrl.origin}")`)
    expect(answer.headers.get('content-security-policy')?.[0]).toMatch(/default-src 'none'.*script-src 'sha256-/)
  })

  test('lets answers under way finish and then closes the streams when the portal stops', async () => {
    const other = await startTestGateway(form)
    try {
      const own = await other.addSession(await other.addUser(), reach())
      const { cookie } = await other.enter(own)
      const answer = await upgrade(own, { Cookie: cookie })
      const closed = new Promise((resolve) => answer.socket.resume().once('close', resolve))
      await other.gateway.drain(1_000)
      await closed
      const refused = await get(own, '/', { Cookie: cookie })
      expect([refused.status, refused.body.includes('Restarting')]).toEqual([503, true])
      expect(other.gateway.stats().streams).toBe(0)
    } finally {
      await other.close()
    }
  })

  test('answers a viewer on a connection that carries several requests', async () => {
    const { cookie } = await t.enter(session)
    const socket = await dial(session.to)
    const text = `GET / HTTP/1.1\r\nHost: ${session.host}\r\nCookie: ${cookie}\r\n\r\n`
    socket.write(text)
    const first = await readAnswer(socket)
    expect(first.status).toBe(200)
  })
})
