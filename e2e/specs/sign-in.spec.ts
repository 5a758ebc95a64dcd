import { randomBytes } from 'node:crypto'
import { type BrowserContext, expect, type Page } from '@playwright/test'
import { newPerson } from '@/e2e/support/people'
import type { PortalFacts } from '@/e2e/support/portal'
import { signIn, test } from '@/e2e/support/test'

async function signInCookie(context: BrowserContext, portal: PortalFacts) {
  const cookie = (await context.cookies(portal.url)).find(({ name }) => name.endsWith('sign-in'))
  if (!cookie) throw new Error('no sign-in cookie')
  return cookie
}

const ask = (page: Page, url: string, cookie: string) =>
  page.request.fetch(url, { headers: { cookie }, maxRedirects: 0, failOnStatusCode: false })

/** Presses again until the page's script has taken over. */
async function pressUntil(press: () => Promise<void>, shown: () => Promise<void>): Promise<void> {
  await expect(async () => {
    await press()
    await shown()
  }).toPass({ timeout: 30_000 })
}

test.describe('signing in', () => {
  test('a stranger is sent to the sign-in page and back to where he wanted to go', async ({ page, portal }) => {
    await page.goto(`${portal.url}/admin/users?search=adm`)
    await expect(page).toHaveURL(/\/sign-in\?callbackUrl=/)
    await page.getByLabel('Name').fill('admin')
    await page.getByLabel('Password').fill(portal.adminPassword)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page).toHaveURL(`${portal.url}/admin/users?search=adm`)
    await expect(page.getByRole('heading', { name: 'People' })).toBeVisible()
  })

  test('an address made by somebody else does not lead away [attack 17]', async ({ page, portal }) => {
    for (const elsewhere of [
      'https://evil.example/',
      '//evil.example',
      '/\\evil.example',
      '/..//evil.example',
      'javascript:alert(1)',
    ]) {
      await page.context().clearCookies()
      await page.goto(`${portal.url}/sign-in?callbackUrl=${encodeURIComponent(elsewhere)}`)
      await page.getByLabel('Name').fill('admin')
      await page.getByLabel('Password').fill(portal.adminPassword)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await expect(page).toHaveURL(`${portal.url}/`)
    }
  })

  test('a wrong password and an unknown name get the same words [attack 31]', async ({ page, portal }) => {
    await page.goto(`${portal.url}/sign-in`)
    const words: (string | null)[] = []
    for (const name of ['admin', `nobody-${randomBytes(4).toString('hex')}`]) {
      await page.getByLabel('Name').fill(name)
      await page.getByLabel('Password').fill('not the password')
      await page.getByRole('button', { name: 'Sign in' }).click()
      words.push(await page.getByRole('alert').filter({ hasText: /\S/ }).textContent())
    }
    expect(words[0]).toContain('Name or password is wrong.')
    expect(words[1]).toBe(words[0])
  })

  test('the cookie is for this host and no script, and is worth nothing after signing out [attack 32]', async ({
    page,
    portal,
  }) => {
    await signIn(page, portal, 'admin', portal.adminPassword)
    const cookie = await signInCookie(page.context(), portal)
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/', domain: new URL(portal.url).hostname })
    expect(cookie.secure).toBe(portal.url.startsWith('https:'))
    const header = `${cookie.name}=${cookie.value}`
    expect((await ask(page, `${portal.url}/api/v1/me`, header)).status()).toBe(200)

    await page.getByRole('button', { name: 'Account of admin' }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await expect(page).toHaveURL(`${portal.url}/sign-in`)
    expect((await ask(page, `${portal.url}/api/v1/me`, header)).status()).toBe(401)
  })

  test('with a cookie, only the portal itself may change anything [attack 23]', async ({ page, portal }) => {
    await signIn(page, portal, 'admin', portal.adminPassword)
    const { origin, hostname } = new URL(portal.url)
    const strangers = ['https://evil.example', `http://s1.${hostname}`, 'null', `${origin}.evil.example`, '']
    for (const stranger of strangers) {
      const headers = stranger === '' ? {} : { origin: stranger }
      const answer = await page.request.fetch(`${portal.url}/api/v1/settings`, {
        method: 'PATCH',
        data: { maxGpusPerUser: 1 },
        headers,
      })
      expect(answer.status(), stranger).toBe(403)
      expect(await answer.json()).toMatchObject({ error: { code: 'foreign_origin' } })
    }
  })
})

test.describe('a person', () => {
  test('whose password somebody else chose can do nothing but choose another', async ({ api, browser, portal }) => {
    const name = `e2e-${randomBytes(4).toString('hex')}`
    const { body } = await api.call<{ user: { id: string }; password: string }>('POST', '/users', { name })
    const context = await browser.newContext({ ignoreHTTPSErrors: true })
    const page = await context.newPage()
    await signIn(page, portal, name, body.password)
    for (const path of ['/', '/account', '/admin', '/sessions/aaaaaaaaaaaaaaaaaaaaaaaa']) {
      await page.goto(`${portal.url}${path}`)
      await expect(page).toHaveURL(/\/account\/new-password$/)
    }
    const refused = await page.request.get(`${portal.url}/api/v1/me`)
    expect([refused.status(), await refused.json()]).toMatchObject([403, { error: { code: 'password_change_required' } }])

    await page.getByLabel('Present password').fill(body.password)
    await page.getByLabel(/^New password\W*$/).fill('one of my own choice')
    await page.getByLabel('New password again').fill('one of my own choice')
    await page.getByRole('button', { name: 'Change password' }).click()
    await expect(page).toHaveURL(`${portal.url}/`)
    expect((await page.request.get(`${portal.url}/api/v1/me`)).status()).toBe(200)
    await context.close()
    await api.call('DELETE', `/users/${body.user.id}`)
  })

  test('ends another sign-in of his own from the account page', async ({ admin, browser, portal }) => {
    const context = await browser.newContext({ ignoreHTTPSErrors: true, userAgent: 'Mozilla/5.0 (Android 14) Firefox/130.0' })
    const phone = await context.newPage()
    await signIn(phone, portal, 'admin', portal.adminPassword)
    await admin.goto(`${portal.url}/account`)
    const row = admin.getByRole('listitem').filter({ hasText: 'Firefox on Android' })
    await expect(row).toHaveCount(1)
    await pressUntil(
      async () => {
        if ((await row.count()) > 0) await row.getByRole('button', { name: 'End' }).click({ timeout: 2_000 })
      },
      () => expect(row).toHaveCount(0, { timeout: 5_000 }),
    )
    await phone.goto(`${portal.url}/account`)
    await expect(phone).toHaveURL(/\/sign-in/)
    await expect(admin.getByText('This one')).toBeVisible()
    await context.close()
  })

  test('who is disabled is out with the next request, key and cookie alike [attack 15, 32]', async ({ api, browser, portal }) => {
    const person = await newPerson(api, browser, portal)
    await person.page.goto(`${portal.url}/account`)
    await pressUntil(
      () => person.page.getByRole('button', { name: 'New key' }).click({ timeout: 2_000 }),
      () => expect(person.page.getByRole('textbox', { name: 'Name' })).toBeVisible({ timeout: 2_000 }),
    )
    await person.page.getByRole('textbox', { name: 'Name' }).fill('script')
    await person.page.getByRole('button', { name: 'Make key' }).click()
    const key = (await person.page.getByLabel('API key', { exact: true }).textContent())?.trim()
    const withKey = () => fetchStatus(person.page, `${portal.url}/api/v1/me`, { authorization: `Bearer ${key}` })
    expect(await withKey()).toBe(200)

    await api.call('PATCH', `/users/${person.id}`, { disabled: true })
    expect(await withKey()).toBe(401)
    expect((await person.api.call('GET', '/me')).status).toBe(401)
    await person.page.goto(`${portal.url}/account`)
    await expect(person.page).toHaveURL(/\/sign-in/)
    await person.page.context().close()
    await api.call('DELETE', `/users/${person.id}`)
  })
})

async function fetchStatus(page: Page, url: string, headers: Record<string, string>): Promise<number> {
  return (await page.request.get(url, { headers, failOnStatusCode: false })).status()
}
