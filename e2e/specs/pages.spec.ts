import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'
import { deleteSessions, imageIdOf } from '@/e2e/support/people'
import { type Api, test } from '@/e2e/support/test'

async function everyPage(api: Api): Promise<string[]> {
  const imageId = await imageIdOf(api, 'Desktop')
  const agents = await api.call<{ items: { id: string }[] }>('GET', '/agents')
  const agentId = agents.body.items[0]?.id as string
  return [
    '/',
    '/account',
    '/admin',
    '/admin/images',
    '/admin/images/new',
    '/admin/images/import',
    '/admin/images/export',
    `/admin/images/${imageId}`,
    `/admin/images/${imageId}/clone`,
    '/admin/agents',
    '/admin/agents/new',
    '/admin/agents/new/by-hand',
    `/admin/agents/${agentId}`,
    '/admin/gpus',
    '/admin/sessions',
    '/admin/users',
    '/admin/health',
    '/admin/settings',
  ]
}

async function open(page: Page, url: string): Promise<string[]> {
  const problems: string[] = []
  const note = (message: { type(): string; text(): string }) => {
    if (message.type() === 'error') problems.push(message.text())
  }
  page.on('console', note)
  await page.goto(url)
  await page
    .getByRole('heading', { level: 1 })
    .or(page.getByRole('heading', { level: 2 }))
    .first()
    .waitFor()
  page.off('console', note)
  return problems
}

test('every page opens without an error in the console, and axe finds nothing serious in light or dark, wide or narrow', async ({
  admin,
  api,
  portal,
}) => {
  test.setTimeout(300_000)
  const forms = [
    { width: 1440, height: 900, colorScheme: 'light' },
    { width: 390, height: 844, colorScheme: 'dark' },
  ] as const
  for (const path of await everyPage(api)) {
    for (const { colorScheme, ...size } of forms) {
      await admin.setViewportSize(size)
      await admin.emulateMedia({ colorScheme })
      const problems = await open(admin, `${portal.url}${path}`)
      expect(problems, `${path} ${colorScheme}`).toEqual([])
      const name = `${path.replaceAll(/[^a-z]+/g, '-')}-${colorScheme}`
      await admin.screenshot({ path: `test-results/pages/page${name}.png`, fullPage: true })
      const { violations } = await new AxeBuilder({ page: admin }).exclude('iframe').analyze()
      const serious = violations.filter((violation) => violation.impact === 'serious' || violation.impact === 'critical')
      expect(
        serious.map(
          (violation) =>
            `${violation.id}: ${violation.nodes
              .map((node) => node.html)
              .join(' ')
              .slice(0, 300)}`,
        ),
        `${path} ${colorScheme}`,
      ).toEqual([])
      const overflow = await admin.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      expect(overflow, `${path} is wider than the screen`).toBeLessThanOrEqual(1)
    }
  }
})

test('the launcher works with the keyboard alone', async ({ admin, api, portal }) => {
  await admin.goto(portal.url)
  await admin.getByRole('button', { name: 'Launch Desktop', exact: true }).waitFor()
  await expect(async () => {
    await admin.keyboard.press('/')
    await expect(admin.getByRole('searchbox')).toBeFocused({ timeout: 500 })
  }).toPass()
  await admin.keyboard.type('Desktop')
  await admin.keyboard.press('ArrowDown')
  await admin.keyboard.press('Enter')
  await admin.waitForURL(/\/sessions\/[a-z2-7]{24}$/)
  await deleteSessions(api, new URL(admin.url()).pathname.split('/').at(-1) as string)
})

test('a link whose page takes a while says so until it is there', async ({ admin, portal }) => {
  await admin.goto(portal.url)
  const link = admin.getByRole('link', { name: 'Administration' })
  // Before it is the page's own, a click would load the next page as a whole.
  await expect
    .poll(() => link.evaluate((element) => Object.keys(element).some((key) => key.startsWith('__reactProps'))))
    .toBe(true)
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  await admin.route(/\/admin\?_rsc=/, async (route) => {
    await held
    await route.continue()
  })
  await link.click()
  await expect(link).toHaveAttribute('aria-busy', 'true')
  await expect.poll(() => link.evaluate((element) => getComputedStyle(element, '::before').position)).toBe('fixed')
  release()
  await admin.waitForURL(/\/admin$/)
  await expect(link).not.toHaveAttribute('aria-busy', 'true')
})
