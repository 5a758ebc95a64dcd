// The viewer page that the gateway serves itself, and the WebSocket that waits for a desktop that starts.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type StrictKasmVnc, startStrictKasmVnc } from '@/e2e/contract/strict-kasmvnc'
import { notify } from '@/lib/db/notify'
import { dial } from './test-client'
import {
  get,
  type OriginForm,
  startTestGateway,
  type TestGateway,
  type TestSession,
  testViewerHtml,
  upgrade,
  upgradeText,
} from './test-gateway'
import { until } from './test-until'
import { mostWaiting } from './waiting-room'

const password = 'a-desktop-password'

describe.each<OriginForm>(['domain', 'port'])('a desktop that starts, sessions told apart by %s', { timeout: 60_000 }, (form) => {
  let t: TestGateway
  let desktop: StrictKasmVnc

  beforeAll(async () => {
    t = await startTestGateway(form, { holdMs: 2_000 })
    desktop = await startStrictKasmVnc({ password })
  })
  afterAll(async () => {
    await t.close()
    await desktop.close()
  })
  afterEach(() => until(() => expect([desktop.openStreams(), t.gateway.stats().streams]).toEqual([0, 0])))

  const reach = () => ({ host: desktop.host, port: desktop.port, pin: desktop.certFingerprint256, password })

  async function starting(more: { fitsViewer?: boolean } = {}): Promise<TestSession> {
    return t.addSession(await t.addUser(), reach(), { state: 'starting', fitsViewer: true, ...more })
  }

  async function change(session: TestSession, data: { state: 'running' | 'failed' }): Promise<void> {
    await t.db.session.update({ where: { id: session.id }, data })
    await notify(t.db, 'grants', session.id)
  }

  test('shows the portal’s viewer page before the desktop answers, and asks the desktop for nothing', async () => {
    const session = await starting()
    const { cookie } = await t.enter(session)
    const before = desktop.requests.length
    const page = await get(session, '/vnc.html?path=websockify', { Cookie: cookie })
    expect(page).toMatchObject({ status: 200, body: testViewerHtml })
    expect(page.headers.get('content-security-policy')).toEqual([`frame-ancestors ${t.config.publicUrl.origin}`])
    expect(page.headers.get('cache-control')).toEqual(['no-store'])
    expect((await get(session, '/other.html', { Cookie: cookie })).status).toBe(503)
    expect(desktop.requests).toHaveLength(before)
  })

  test('shows it to nobody without a right to this session [attack 2]', async () => {
    const session = await starting()
    const { cookie } = await t.enter(await starting())
    expect((await get(session, '/vnc.html')).status).toBe(401)
    expect([401, 404]).toContain((await get(session, '/vnc.html', { Cookie: cookie })).status)
  })

  test('gives no ticket ahead where each desktop brings its own page, and forwards that page once it runs', async () => {
    const session = await starting({ fitsViewer: false })
    await expect(t.connect(session)).rejects.toMatchObject({ code: 'wrong_state' })
    await change(session, { state: 'running' })
    const { cookie } = await t.enter(session)
    const page = await get(session, '/vnc.html', { Cookie: cookie })
    expect(page.status).toBe(200)
    expect(page.body).not.toBe(testViewerHtml)
  })

  test('holds the stream until the desktop answers, and joins it then', async () => {
    const session = await starting()
    const { cookie } = await t.enter(session)
    const answering = upgrade(session, { Cookie: cookie })
    await until(() => expect(t.gateway.stats().streams).toBe(1))
    expect(t.gateway.stats().sessions).toEqual([])
    await change(session, { state: 'running' })
    const answer = await answering
    expect(answer.status).toBe(101)
    expect(desktop.openStreams()).toBe(1)
    answer.socket.destroy()
  })

  test('says so when the desktop fails meanwhile, and when it takes too long', async () => {
    const failing = await starting()
    const { cookie } = await t.enter(failing)
    const answering = upgrade(failing, { Cookie: cookie })
    await until(() => expect(t.gateway.stats().streams).toBe(1))
    await change(failing, { state: 'failed' })
    expect((await answering).status).toBe(503)
    const slow = await starting()
    const entered = await t.enter(slow)
    expect((await upgrade(slow, { Cookie: entered.cookie })).status).toBe(503)
  })

  test('lets go of viewers that leave while they wait, and of one that speaks out of turn', async () => {
    const session = await starting()
    const { cookie } = await t.enter(session)
    const viewers = await Promise.all(Array.from({ length: mostWaiting.perViewer }, () => dial(session.to)))
    for (const viewer of viewers) viewer.write(upgradeText(session, { Cookie: cookie }), 'latin1')
    await until(() => expect(t.gateway.stats().streams).toBe(mostWaiting.perViewer))
    viewers[0]?.write('too early')
    for (const viewer of viewers.slice(1)) viewer.resetAndDestroy()
    await until(() => expect(t.gateway.stats().streams).toBe(0))
    viewers[0]?.destroy()
  })

  test('lets go of a viewer whose right ends while it waits [attack 15]', async () => {
    const session = await starting()
    const { cookie } = await t.enter(session)
    const leaving = upgrade(session, { Cookie: cookie })
    const letGo = expect(leaving.then(({ status }) => status)).rejects.toThrow('no answer')
    await until(() => expect(t.gateway.stats().streams).toBe(1))
    await t.db.grant.updateMany({ where: { sessionId: session.id }, data: { revokedAt: new Date() } })
    await notify(t.db, 'grants', session.id)
    await letGo
  })
})
