// The fixtures of every spec: the portal of this project's form, a signed-in administrator, an API that speaks with a key.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type APIRequestContext, test as base, expect, type Page } from '@playwright/test'
import { type PortalFacts, root } from './portal'

/** Runs of one form each may go on beside each other. */
export const factsPath = join(root, 'test-results', `portals-${process.env.BERTH_TEST_FORMS ?? 'all'}.json`)

type Fixtures = { portal: PortalFacts; admin: Page; api: Api }

export type Api = {
  call<T>(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<{ status: number; body: T }>
}

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's needs from this pattern
  portal: async ({}, use, info) => {
    const all = JSON.parse(readFileSync(factsPath, 'utf8')) as PortalFacts[]
    const portal = all.find((facts) => facts.form === info.project.metadata.form)
    if (!portal) throw new Error(`no portal in the form ${info.project.metadata.form}`)
    await use(portal)
  },
  admin: async ({ page, portal }, use) => {
    await signIn(page, portal, 'admin', portal.adminPassword)
    await use(page)
  },
  api: async ({ admin, portal }, use) => {
    const api = cookieApi(admin.request, portal)
    await use(api)
    // A test that failed half-way must not take the next one's home away.
    const { body } = await api.call<{ items: { id: string }[] }>('GET', '/sessions?limit=200')
    for (const { id } of body?.items ?? []) await api.call('DELETE', `/sessions/${id}`)
  },
})

export async function signIn(page: Page, portal: PortalFacts, name: string, password: string): Promise<void> {
  const button = page.getByRole('button', { name: 'Sign in' })
  // Chromium drops what it loads whenever a network interface comes or goes, as those of tests beside this one do; the page is then without its script.
  await expect(async () => {
    await page.goto(`${portal.url}/sign-in`)
    await expect(button).toBeEnabled({ timeout: 10_000 })
  }).toPass()
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Password').fill(password)
  await button.click()
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
}

/** The API with the sign-in of a page: the Origin is what a browser would send. */
export function cookieApi(request: APIRequestContext, portal: PortalFacts): Api {
  return {
    call: async (method, path, body) => {
      const response = await request.fetch(`${portal.url}/api/v1${path}`, {
        method,
        headers: { Origin: new URL(portal.url).origin },
        ...(body === undefined ? {} : { data: body }),
      })
      const text = await response.text()
      return { status: response.status(), body: text ? JSON.parse(text) : null }
    },
  }
}
