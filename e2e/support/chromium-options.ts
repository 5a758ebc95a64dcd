// Debian's Chromium where Playwright's own cannot be had, without its background traffic and deaf to networks that tests make.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { LaunchOptions } from '@playwright/test'

const debianChromium = '/usr/bin/chromium'
const deafChromium = join(import.meta.dirname, 'chromium-deaf.sh')

/** As people have it: what keeps it deaf makes it slower, and a benchmark has the machine for itself. */
export const hearingChromiumOptions: LaunchOptions = {
  headless: true,
  ...(existsSync(debianChromium) ? { executablePath: debianChromium } : {}),
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
}

export const chromiumOptions: LaunchOptions = {
  ...hearingChromiumOptions,
  ...(existsSync(debianChromium) ? { executablePath: deafChromium } : {}),
}
