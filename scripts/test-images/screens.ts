// Pictures of a desktop as a viewer sees it: a real browser, the viewer page, the real stream.
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from '@playwright/test'
import { startAuthorizingProxy } from '@/e2e/contract/authorizing-proxy'
import type { DesktopUnderTest } from './desktop-under-test'
import { isSettled, type Look, whatWindowLacks } from './settled'

export type Screens = {
  /** Saves what is on the screen when it has stopped changing and lacks nothing, and says where. */
  save(name: string, whatLacks?: (look: Look) => string | null): Promise<string>
  close(): Promise<void>
}

const debianChromium = '/usr/bin/chromium'
const lookMs = 500
/** Programs draw for long on a machine that is busy; what is still after this is never saved as if it were whole. */
const patienceMs = 240_000

export async function openScreens(desktop: DesktopUnderTest, folder: string): Promise<Screens> {
  await mkdir(folder, { recursive: true })
  const proxy = await startAuthorizingProxy(desktop)
  const browser: Browser = await chromium.launch({
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
    ...(existsSync(debianChromium) ? { executablePath: debianChromium } : {}),
  })
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    httpCredentials: { username: desktop.user, password: desktop.password },
    viewport: { width: 1280, height: 800 },
  })
  const page = await context.newPage()
  await page.goto(`${proxy.origin}/vnc.html?path=websockify&resize=remote`)
  await page.waitForFunction(() => (window as Window & { berth?: { firstFrameAt: number | null } }).berth?.firstFrameAt != null)
  return {
    async save(name, whatLacks = whatWindowLacks) {
      const path = join(folder, `${name}.png`)
      const looks: Look[] = []
      const until = performance.now() + patienceMs
      for (;;) {
        looks.push(await lookAt(page))
        const missing = isSettled(looks) ? whatLacks(looks.at(-1) as Look) : 'it goes on changing'
        if (missing === null || performance.now() > until) {
          await page.screenshot({ path })
          if (missing !== null) throw new Error(`${missing}; see ${path}`)
          return path
        }
        await page.waitForTimeout(lookMs)
      }
    },
    async close() {
      await browser.close()
      await proxy.close()
    },
  }
}

/** What the viewer has drawn. No function is named in here: tsx would mark it with a helper that the page does not have. */
async function lookAt(page: Page): Promise<Look> {
  return page.evaluate(() => {
    const canvas = document.querySelector('canvas')
    const context = canvas?.getContext('2d')
    if (!canvas || !context) return { sum: 0, leftColours: 0, middleColours: 0, bottomColours: 0 }
    const { width, height } = canvas
    const pixels = new Uint32Array(context.getImageData(0, 0, width, height).data.buffer)
    const [left, middle, bottom] = [new Set<number>(), new Set<number>(), new Set<number>()]
    let sum = 0
    for (let at = 0; at < pixels.length; at++) {
      const pixel = pixels[at] ?? 0
      sum = (Math.imul(sum, 31) + pixel) | 0
      if (at >= (height - 34) * width) bottom.add(pixel)
      else if (at % width < 100) left.add(pixel)
      else if (at > 0.25 * height * width) middle.add(pixel)
    }
    return { sum, leftColours: left.size, middleColours: middle.size, bottomColours: bottom.size }
  })
}
