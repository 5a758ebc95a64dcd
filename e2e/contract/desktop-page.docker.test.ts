// The viewer page of the starter desktop, in a real browser against a real container.

import { type Browser, type BrowserContext, chromium, type Page } from '@playwright/test'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { chromiumOptions } from '@/e2e/support/chromium-options'
import { type AuthorizingProxy, startAuthorizingProxy } from './authorizing-proxy'
import { type DesktopContainer, ensureDesktopImage, startDesktop } from './desktop-container'
import { type PortalPage, startPortalPage } from './portal-page'
import { probeFirstFrame } from './rfb-probe'

const patience = { timeout: 15_000 }

let desktop: DesktopContainer
let proxy: AuthorizingProxy
let portal: PortalPage
let browser: Browser
let context: BrowserContext

beforeAll(async () => {
  await ensureDesktopImage()
  portal = await startPortalPage()
  desktop = await startDesktop({ environment: { BERTH_PORTAL_ORIGINS: portal.origin } })
  proxy = await startAuthorizingProxy(desktop)
  browser = await chromium.launch(chromiumOptions)
}, 20 * 60_000)

afterAll(async () => {
  await browser?.close()
  await proxy?.close()
  await desktop?.stop()
  await portal?.close()
})

beforeEach(async () => {
  proxy.mend()
  context = await browser.newContext({
    ignoreHTTPSErrors: true,
    // For the page that is opened by hand; in the frame the proxy adds them.
    httpCredentials: { username: desktop.user, password: desktop.password },
    viewport: { width: 1000, height: 700 },
  })
})

afterEach(async () => {
  await context.close()
})

type Message = { action: string; value?: unknown; origin: string }
type PortalWindow = Window & { messages: Message[]; send(message: unknown): void }

function frameAddress(parameters: Record<string, string> = {}): string {
  const query = new URLSearchParams({ portal: portal.origin, path: 'websockify', resize: 'remote', ...parameters })
  return `${proxy.origin}/vnc.html?${query}`
}

/** Opens the portal's page with the desktop in its frame. */
async function open(parameters: Record<string, string> = {}): Promise<Page> {
  const page = await context.newPage()
  await page.goto(portal.url(frameAddress(parameters)))
  return page
}

const messages = (page: Page) => page.evaluate(() => (window as unknown as PortalWindow).messages)
const send = (page: Page, message: unknown) => page.evaluate((body) => (window as unknown as PortalWindow).send(body), message)
const states = async (page: Page) => (await messages(page)).filter((m) => m.action === 'connection_state').map((m) => m.value)
const last = async (page: Page, action: string) => (await messages(page)).findLast((message) => message.action === action)?.value
const viewer = (page: Page) => page.frames().find((frame) => frame.url().startsWith(proxy.origin))
const viewerState = (page: Page) => viewer(page)?.evaluate(() => window.berth?.state)

async function connected(page: Page): Promise<void> {
  await expect.poll(() => last(page, 'connection_state'), patience).toBe('connected')
}

async function sizeOfDesktop(): Promise<string> {
  const { width, height } = await probeFirstFrame(desktop)
  return `${width}x${height}`
}

describe('in the portal’s frame', () => {
  test('it tells the portal, and only with its own origin, what happens from the start to the first picture', async () => {
    const page = await open()
    await connected(page)
    await expect.poll(async () => (await messages(page)).map((message) => message.action), patience).toContain('first_frame')
    expect((await messages(page))[0]?.action).toBe('noVNC_initialized')
    expect(await states(page)).toEqual(['connecting', 'connected'])
    expect(new Set((await messages(page)).map((message) => message.origin))).toEqual(new Set([proxy.origin]))
    expect(await viewer(page)?.evaluate(() => window.berth?.firstFrameAt)).toBeGreaterThan(0)
  })

  test('a parent that is not the named portal hears nothing and commands nothing', async () => {
    const page = await open({ portal: 'https://portal.example' })
    await expect.poll(() => viewerState(page), patience).toBe('connected')
    await send(page, { action: 'terminate' })
    // A command that did pass would come before this round trip ends.
    await viewer(page)?.evaluate(() => new Promise((resolve) => setTimeout(resolve, 0)))
    expect(await viewerState(page)).toBe('connected')
    expect(await messages(page)).toEqual([])
  })

  test('another site cannot frame it', async () => {
    const page = await context.newPage()
    const stranger = new URL(portal.url(frameAddress()))
    stranger.hostname = '127.0.0.1'
    const refused = page.waitForEvent('console', { predicate: (entry) => entry.text().includes('frame-ancestors'), ...patience })
    await page.goto(stranger.href)
    await refused
    expect(await messages(page)).toEqual([])
  })

  test('terminate ends the connection, and the button connects again', async () => {
    const page = await open()
    await connected(page)
    await send(page, { action: 'terminate' })
    await expect.poll(() => last(page, 'connection_state'), patience).toBe('disconnected')
    expect(await states(page)).toEqual(['connecting', 'connected', 'disconnecting', 'disconnected'])
    expect(await last(page, 'disconnectrx')).toBe('Disconnected')
    await page.frameLocator('iframe').getByRole('button', { name: 'Reconnect' }).click()
    await connected(page)
  })

  test('a dropped connection comes back by itself and says so', async () => {
    const page = await open()
    await connected(page)
    proxy.cut()
    await expect.poll(() => last(page, 'connection_state'), patience).toBe('reconnecting')
    await page.frameLocator('iframe').getByText('reconnecting').waitFor()
    proxy.mend()
    await connected(page)
    expect(await states(page)).toEqual(['connecting', 'connected', 'reconnecting', 'connected'])
  })

  test('with reconnect=0 it says that the connection was lost', async () => {
    const page = await open({ reconnect: '0' })
    await connected(page)
    proxy.cut()
    await expect.poll(() => last(page, 'connection_state'), patience).toBe('disconnected')
    expect(await last(page, 'disconnectrx')).toBe('The connection was lost')
  })
})

describe('the size of the desktop', () => {
  test('follows the frame', async () => {
    const page = await open()
    await connected(page)
    await expect.poll(sizeOfDesktop, patience).toBe('1000x700')
    await page.setViewportSize({ width: 900, height: 600 })
    await expect.poll(sizeOfDesktop, patience).toBe('900x600')
  })

  test('is taken over by a second tab, and the first can take it back', async () => {
    const first = await open()
    await connected(first)
    await expect.poll(() => last(first, 'resize_owner'), patience).toBe(true)
    const second = await open()
    await second.setViewportSize({ width: 800, height: 500 })
    await expect.poll(() => last(second, 'resize_owner'), patience).toBe(true)
    await expect.poll(() => last(first, 'resize_owner'), patience).toBe(false)
    await expect.poll(sizeOfDesktop, patience).toBe('800x500')

    await send(first, { action: 'take_resize' })
    await expect.poll(() => last(first, 'resize_owner'), patience).toBe(true)
    await expect.poll(() => last(second, 'resize_owner'), patience).toBe(false)
    await expect.poll(sizeOfDesktop, patience).toBe('1000x700')
  })

  test('goes to the tab that is left when its owner closes', async () => {
    const first = await open()
    await connected(first)
    const second = await open()
    await expect.poll(() => last(first, 'resize_owner'), patience).toBe(false)
    await second.close()
    await expect.poll(() => last(first, 'resize_owner'), patience).toBe(true)
  })

  test('is not touched by a viewer with resize=scale or view_only', async () => {
    const owner = await open()
    await connected(owner)
    await expect.poll(sizeOfDesktop, patience).toBe('1000x700')
    for (const parameters of [{ resize: 'scale' }, { view_only: '1' }] as Record<string, string>[]) {
      const other = await open(parameters)
      await other.setViewportSize({ width: 640, height: 480 })
      await connected(other)
      await expect.poll(async () => (await messages(other)).map((message) => message.action), patience).toContain('first_frame')
      expect(await last(owner, 'resize_owner')).toBe(true)
      expect(await sizeOfDesktop()).toBe('1000x700')
    }
  })
})

describe('typing and copying', () => {
  /** Presses the shortcut until XFCE is there to hear it. */
  async function start(page: Page, keys: string, program: string): Promise<void> {
    await expect
      .poll(
        async () => {
          if (await isRunning(program)) return true
          await page.keyboard.press(keys)
          return false
        },
        { timeout: 30_000, interval: 1000 },
      )
      .toBe(true)
  }
  const isRunning = async (program: string) => (await desktop.exec(['pgrep', '-x', program])) !== ''
  const file = (path: string) => desktop.exec(['cat', path])

  test('Ctrl+Alt+T opens a terminal that takes keys and the portal’s clipboard, umlauts included', async () => {
    const page = await open({ clipboard_up: '1' })
    await connected(page)
    await start(page, 'Control+Alt+t', 'xfce4-terminal')
    const typed = '/tmp/typed.txt'
    await expect
      .poll(
        async () => {
          await page.keyboard.type(`echo typed > ${typed}\n`)
          return file(typed)
        },
        { timeout: 20_000, interval: 1000 },
      )
      .toBe('typed\n')
    // Reads exactly as many bytes as are pasted, whenever they come: a paste asks the browser for the text first.
    const text = 'Grüße, 世界'
    await send(page, { action: 'clipboardsnd', value: text })
    await page.keyboard.type(`stty -icanon; head -c ${Buffer.byteLength(text)} > /tmp/pasted.txt\n`)
    await expect.poll(() => isRunning('head'), patience).toBe(true)
    await page.keyboard.press('Control+Shift+V')
    await expect.poll(() => file('/tmp/pasted.txt'), patience).toBe(text)
  })

  test('text copied in the desktop reaches the portal only with clipboard_down', async () => {
    await desktop.exec([
      'sh',
      '-c',
      'printf "aus dem Schreibtisch ✓" > /tmp/source.txt; DISPLAY=:1 mousepad /tmp/source.txt >/dev/null 2>&1 &',
    ])
    const [allowed, refused] = [await open({ clipboard_down: '1' }), await open()]
    await connected(refused)
    await connected(allowed)
    await allowed.bringToFront()
    await expect
      .poll(
        async () => {
          await allowed.keyboard.press('Control+a')
          await allowed.keyboard.press('Control+c')
          return last(allowed, 'clipboardrx')
        },
        { timeout: 30_000, interval: 1000 },
      )
      .toBe('aus dem Schreibtisch ✓')
    expect(await last(refused, 'clipboardrx')).toBeUndefined()
  })
})

test('opened by hand it connects with one request and asks nobody else for anything', async () => {
  const page = await context.newPage()
  const requested: string[] = []
  const complaints: string[] = []
  page.on('request', (request) => requested.push(request.url()))
  page.on('console', (entry) => entry.type() === 'error' && complaints.push(entry.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  const origin = `https://${desktop.host}:${desktop.port}`
  await page.goto(`${origin}/`)
  await expect.poll(() => page.evaluate(() => window.berth?.firstFrameAt ?? 0), patience).toBeGreaterThan(0)
  expect(requested.filter((url) => !url.startsWith('data:'))).toEqual([`${origin}/`])
  expect(complaints).toEqual([])
})
