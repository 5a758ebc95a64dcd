// A browser that drops what a page loads, as Chromium does when a network interface comes or goes.
import { expect } from '@playwright/test'
import { test } from '@/e2e/support/test'

const dropped = 'connectionaborted'

test('a page that lost a script comes alive by itself', async ({ page, portal }) => {
  let drops = 0
  await page.route('**/_next/static/**/*.js*', (route) => (drops++ === 0 ? route.abort(dropped) : route.continue()))
  await page.goto(`${portal.url}/sign-in`, { waitUntil: 'commit' })
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeEnabled()
  expect(drops).toBeGreaterThan(1)
})

test('a page that never gets a script is loaded twice and not for ever', async ({ page, portal }) => {
  let pages = 0
  page.on('request', (request) => {
    if (request.isNavigationRequest()) pages++
  })
  await page.route('**/_next/static/**/*.js*', (route) => route.abort(dropped))
  await page.goto(`${portal.url}/sign-in`, { waitUntil: 'commit' })
  await expect.poll(() => pages).toBe(2)
  await page.waitForLoadState('load')
  expect(pages).toBe(2)
  // The next one is whole, and after that a loss counts anew.
  await page.unrouteAll()
  await page.reload()
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeEnabled()
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0)
})
