// Pictures of a desktop as a viewer sees it: a real browser, the viewer page, the real stream.
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from '@playwright/test'
import { startAuthorizingProxy } from '@/e2e/contract/authorizing-proxy'
import type { DesktopUnderTest } from './desktop-under-test'

export type Screens = {
  page: Page
  /** Saves what is on the screen and says where. */
  save(name: string): Promise<string>
  close(): Promise<void>
}

const debianChromium = '/usr/bin/chromium'

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
    page,
    async save(name) {
      const path = join(folder, `${name}.png`)
      await page.screenshot({ path })
      return path
    },
    async close() {
      await browser.close()
      await proxy.close()
    },
  }
}
