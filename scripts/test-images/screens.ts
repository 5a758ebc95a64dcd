// Pictures of a desktop as a viewer sees it: a real browser, the viewer page, the real stream.

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Browser, chromium } from '@playwright/test'
import { PNG } from 'pngjs'
import { startAuthorizingProxy } from '@/e2e/contract/authorizing-proxy'
import { chromiumOptions } from '@/e2e/support/chromium-options'
import type { DesktopUnderTest } from './desktop-under-test'
import { isSettled, type Look, lookAt, whatWindowLacks } from './settled'

export type Screens = {
  /** Saves what is on the screen when it has stopped changing and lacks nothing, and says where. */
  save(name: string, whatLacks?: (look: Look) => string | null): Promise<string>
  close(): Promise<void>
}

const lookMs = 500
/** Programs draw for long on a machine that is busy; what is still after this is never saved as if it were whole. */
const patienceMs = 240_000

export async function openScreens(desktop: DesktopUnderTest, folder: string): Promise<Screens> {
  await mkdir(folder, { recursive: true })
  const proxy = await startAuthorizingProxy(desktop)
  const browser: Browser = await chromium.launch(chromiumOptions)
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
        looks.push(lookAt(PNG.sync.read(await page.screenshot())))
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
