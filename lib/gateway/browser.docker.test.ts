// A hostile page inside a desktop, in a real browser, inside the portal's frame: what it can do to the portal and to other desktops.
// It runs with the tests that have an engine, because that is where a browser is made sure of.

import type { ServerResponse } from 'node:http'
import { type Browser, type BrowserContext, chromium } from '@playwright/test'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumOptions } from '@/e2e/support/chromium-options'
import { startTestGateway, type TestGateway, type TestSession } from './test-gateway'
import { startTestUpstream, type TestUpstream } from './test-upstream'

type Layout = { name: string; form: 'domain' | 'port'; host?: string; sessionDomain?: string }
const layouts: Layout[] = [
  { name: 'sessions on another site than the portal', form: 'domain' },
  { name: 'sessions on the portal’s own site', form: 'domain', host: 'portal.berth.localhost', sessionDomain: 'berth.localhost' },
  { name: 'sessions on ports of the portal’s host', form: 'port' },
]

/** Runs inside the desktop's page. Every attempt reports what it got; the portal's page collects it. */
const hostilePage = `<!doctype html><title>desktop</title><script type="module">
const told = {}
const attempt = async (name, run) => { try { told[name] = await run() } catch (error) { told[name] = 'refused' } }
const { portal, other } = Object.fromEntries(new URLSearchParams(location.hash.slice(1) || name))
const socket = (origin) => new Promise((resolve, reject) => {
  const ws = new WebSocket(origin.replace('http', 'ws') + '/websockify', ['binary'])
  ws.onmessage = () => { resolve('open'); ws.close() }
  ws.onerror = reject
})
await attempt('ownSocket', () => socket(location.origin))
await attempt('address', () => location.pathname)
await attempt('ticketInAddress', () => /ticket/.test(location.href + document.referrer))
await attempt('seesItsCookie', () => /=[\\w-]{43}/.test(document.cookie))
await attempt('parentDocument', () => parent.document.title)
await attempt('topNavigation', () => { top.location.href = location.origin + '/elsewhere'; return 'navigated' })
await attempt('portalRead', async () => (await fetch(portal + '/api/secret', { credentials: 'include' })).text())
await attempt('portalPopup', () => String(open(portal)))
await attempt('otherRead', async () => (await fetch(other + '/secret', { credentials: 'include' })).text())
await attempt('otherScript', () => new Promise((resolve, reject) => {
  const script = Object.assign(document.createElement('script'), { src: other + '/secret.js', onload: () => resolve('ran'), onerror: reject })
  document.head.append(script)
}))
await attempt('otherSocket', () => socket(other))
await attempt('worker', async () => String(await navigator.serviceWorker.register('/sw.js')))
for (const domain of [location.hostname, location.hostname.split('.').slice(-2).join('.'), 'localhost']) {
  document.cookie = 'tossed=1; Path=/; Domain=' + domain
  document.cookie = '__Host-berth=tossed; Path=/; Secure'
}
parent.postMessage({ action: 'told', told }, '*')
</script>`

const portalPage = `<!doctype html><title>portal</title><script>
window.messages = []
addEventListener('message', (event) => messages.push({ ...event.data, origin: event.origin }))
</script>`

function contentOf(head: string): string {
  if (head.includes('.js ')) return 'globalThis.ran = true'
  return head.startsWith('GET /vnc.html') ? hostilePage : '<!doctype html><title>plain</title>'
}

describe.each(layouts)('in a browser, $name', { timeout: 120_000 }, ({ form, ...hosts }) => {
  let t: TestGateway
  let browser: Browser
  let context: BrowserContext
  let desktop: TestUpstream
  let otherDesktop: TestUpstream
  let session: TestSession
  let other: TestSession
  const portalCookies: string[] = []

  function portal(req: { url?: string | undefined; headers: { cookie?: string | undefined } }, res: ServerResponse): void {
    if (req.url === '/') portalCookies.push(req.headers.cookie ?? '')
    res.setHeader('Set-Cookie', `portal=secret; HttpOnly; SameSite=Lax; Path=/`)
    res.setHeader('Content-Type', 'text/html')
    res.setHeader('Content-Security-Policy', "frame-ancestors 'none'")
    res.end(req.url === '/' ? portalPage : 'a secret of the portal')
  }

  beforeAll(async () => {
    t = await startTestGateway(form, { ...hosts, portal })
    const page = (socket: NodeJS.WritableStream, head: string) => {
      if (/upgrade: websocket/i.test(head)) {
        socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n')
        socket.write(Buffer.from([0x82, 2, 0x6f, 0x6b]))
      } else {
        const type = head.includes('.js ') ? 'text/javascript' : 'text/html'
        socket.end(`HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\n\r\n${contentOf(head)}`)
      }
    }
    desktop = await startTestUpstream(page)
    otherDesktop = await startTestUpstream(page)
    session = await t.addSession(await t.addUser(), { host: desktop.host, port: desktop.port, pin: desktop.pin })
    other = await t.addSession(session.owner, { host: otherDesktop.host, port: otherDesktop.port, pin: otherDesktop.pin })
    browser = await chromium.launch(chromiumOptions)
    context = await browser.newContext({ ignoreHTTPSErrors: true })
  })
  afterAll(async () => {
    await browser.close()
    await t.close()
    await desktop.close()
    await otherDesktop.close()
  })

  /** Opens the portal's page with the session in a frame, as the session page does. */
  async function openFramed(of: TestSession[]) {
    const page = await context.newPage()
    await page.goto(t.config.publicUrl.href)
    for (const one of of) {
      const { url } = await t.connect(one)
      const name = new URLSearchParams({ portal: t.config.publicUrl.origin, other: other.origin }).toString()
      await page.evaluate(
        ([src, name]) => {
          const frame = document.createElement('iframe')
          frame.setAttribute('sandbox', 'allow-scripts allow-same-origin allow-pointer-lock allow-downloads')
          Object.assign(frame, { src, name, referrerPolicy: 'no-referrer' })
          document.body.append(frame)
        },
        [url, name] as const,
      )
    }
    return page
  }

  const messagesOf = (page: Awaited<ReturnType<typeof openFramed>>) =>
    page.evaluate(() => (window as unknown as { messages: { action: string; origin: string; told: unknown }[] }).messages)

  test('a hostile desktop streams, and can neither read nor steer nor reach the portal or another desktop [attack 4, 5]', async () => {
    const before = await openFramed([other])
    await expect.poll(async () => (await messagesOf(before)).length, { timeout: 60_000 }).toBe(1)
    await before.close()
    const otherSeen = otherDesktop.connections()

    const page = await openFramed([session])
    await expect.poll(async () => (await messagesOf(page)).length, { timeout: 60_000 }).toBe(1)
    const [message] = await messagesOf(page)
    expect(message?.origin).toBe(session.origin)
    const expected = {
      ownSocket: 'open',
      address: '/vnc.html',
      ticketInAddress: false,
      seesItsCookie: false,
      portalPopup: 'null',
    }
    const refused = ['parentDocument', 'topNavigation', 'portalRead', 'otherRead', 'otherScript', 'otherSocket', 'worker']
    expect(message?.told).toEqual({ ...expected, ...Object.fromEntries(refused.map((name) => [name, 'refused'])) })
    expect(otherDesktop.connections()).toBe(otherSeen)
    expect(await page.title()).toBe('portal')
    expect(desktop.received.join('')).not.toMatch(/portal=secret|__Host-berth/)

    // What it tossed at the domain neither replaced its own cookie nor the portal's.
    const again = await openFramed([session])
    await expect.poll(async () => (await messagesOf(again)).length, { timeout: 60_000 }).toBe(1)
    expect((await messagesOf(again))[0]?.told).toMatchObject({ ownSocket: 'open' })
    expect(portalCookies.at(-1)).toContain('portal=secret')
    await page.close()
    await again.close()
  })

  test('a frame whose cookie is gone asks the page around it for a new ticket', async () => {
    const page = await openFramed([session])
    await expect.poll(async () => (await messagesOf(page)).length, { timeout: 60_000 }).toBe(1)
    await context.clearCookies()
    await page.evaluate((origin) => {
      const frame = document.querySelector('iframe')
      if (frame) frame.src = `${origin}/vnc.html`
    }, session.origin)
    await expect
      .poll(async () => (await messagesOf(page)).at(-1), { timeout: 60_000 })
      .toEqual({ action: 'berth_ticket_needed', origin: session.origin })
    await page.close()
  })

  test('opened in a tab of its own, the link works once and leaves no ticket in the address', async () => {
    const page = await context.newPage()
    const { url } = await t.connect(session)
    await page.goto(url, { waitUntil: 'commit' })
    expect(new URL(page.url()).pathname).toBe('/vnc.html')
    expect(page.url()).not.toContain('ticket')
    await page.close()
  })

  test('no page but the portal’s may frame a desktop [attack 4]', async () => {
    const page = await context.newPage()
    const { url } = await t.connect(session)
    await page.goto(url, { waitUntil: 'commit' })
    await page.goto(`${session.origin}/plain.html`)
    // With a right of its own, so that only the desktop's page itself is what refuses.
    const framed = (await t.connect(other)).url
    await page.evaluate((src) => document.body.append(Object.assign(document.createElement('iframe'), { src })), framed)
    await expect.poll(() => page.frames().at(-1)?.url(), { timeout: 60_000 }).toBe('chrome-error://chromewebdata/')
    await page.close()
  })
})
