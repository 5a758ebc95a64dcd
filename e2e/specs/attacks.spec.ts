import { expect } from '@playwright/test'
import { routeRows } from '@/e2e/foreign-ids/rows'
import { sweepForeignIds } from '@/e2e/foreign-ids/sweep'
import { arrangeVictim, type Victim } from '@/e2e/foreign-ids/victim'
import { containerOfSession, openEngine } from '@/e2e/support/engine'
import { newPerson } from '@/e2e/support/people'
import { cookieOf, newApiKey } from '@/e2e/support/person-keys'
import { rawRequest } from '@/e2e/support/raw-request'
import { test } from '@/e2e/support/test'

// Made once for all tests of this file: a person with one of everything, and things of administrators.
let victim: Victim
test.afterAll(async () => victim?.remove())

test('with foreign ids nobody learns, gets or changes anything, by any route, server action or page [attack 21, 24, 27]', async ({
  api,
  browser,
  portal,
}) => {
  victim = await arrangeVictim(api, browser, portal)
  const mallory = await newPerson(api, browser, portal)
  const cookie = await cookieOf(mallory, portal)
  const before = await victim.state()
  const { calls, problems } = await sweepForeignIds({ origin: portal.url, cookie, ids: victim.ids, secrets: victim.names })
  expect(problems).toEqual([])
  expect(calls).toBeGreaterThan(400)
  expect(await victim.state()).toEqual(before)
  // The names are what the pages of an administrator show, so their absence above says something.
  const users = await rawRequest(portal.url, '/admin/users', { Cookie: await victim.adminCookie() })
  expect([users.status, users.body.includes(victim.names[0] ?? '-')]).toEqual([200, true])
  await mallory.page.context().close()
  await api.call('DELETE', `/users/${mallory.id}`)
})

const inner = ['proxy', 'middleware', 'src/proxy', 'src/middleware'].map((name) => Array(5).fill(name).join(':'))

test('no header, spelling or parameter leads around the check in each page [attack 22]', async ({ api, browser, portal }) => {
  victim ??= await arrangeVictim(api, browser, portal)
  const { imageId, sessionId } = victim.ids
  const mallory = await newPerson(api, browser, portal)
  const pages = ['/admin/users', '/admin/images', `/admin/images/${imageId}`, '/admin/sessions', `/sessions/${sessionId}`]
  const headers: Record<string, string>[] = [
    ...inner.map((value) => ({ 'x-middleware-subrequest': value })),
    { RSC: '1' },
    { RSC: '1', 'Next-Router-Prefetch': '1' },
    { RSC: '1', 'Next-Router-Prefetch': '1', 'Next-Router-Segment-Prefetch': '/_tree' },
    { 'x-nextjs-data': '1' },
    { 'x-matched-path': '/admin/users', 'x-invoke-path': '/admin/users' },
    { 'x-middleware-rewrite': '/admin/users', 'x-middleware-next': '1' },
    { 'x-original-url': '/admin/users', 'x-rewrite-url': '/admin/users' },
    { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
  ]
  const spellings = (path: string) => [
    `${path}/`,
    path.toUpperCase(),
    `${path}?_rsc=1`,
    `${path}.rsc`,
    `${path}.segments/_tree.segment.rsc`,
    `/_next/data/development${path}.json`,
    `/en${path}`,
    `/.${path}`,
    `/x/..${path}`,
    `/%2e${path}`,
    path.replace('/admin/', '/admin%2f'),
    path.replace('/admin/', '/admin;x/'),
    `${path}?nxtPimageId=${imageId}&nxtPid=${sessionId}`,
    `/sign-in?callbackUrl=${encodeURIComponent(path)}`,
  ]
  const problems: string[] = []
  for (const cookie of ['', await cookieOf(mallory, portal)]) {
    const look = async (path: string, more: Record<string, string>) => {
      const { status, body } = await rawRequest(portal.url, path, { ...(cookie ? { Cookie: cookie } : {}), ...more })
      const told = victim.names.filter((name) => body.includes(name))
      if (told.length > 0 || status >= 500) problems.push(`${path} with ${JSON.stringify(more)}: ${status}, tells ${told}`)
    }
    for (const path of pages) {
      for (const more of headers) await look(path, more)
      for (const spelling of spellings(path)) await look(spelling, {})
    }
  }
  expect(problems).toEqual([])
  await mallory.page.context().close()
  await api.call('DELETE', `/users/${mallory.id}`)
})

test('everything that the portal answers says what a browser may do with it, once [attack 4, 34]', async ({
  admin,
  api,
  browser,
  portal,
}) => {
  victim ??= await arrangeVictim(api, browser, portal)
  await admin.goto(portal.url)
  const chunk = await admin.locator('script[src*="/_next/static/"]').first().getAttribute('src')
  const cookie = await victim.adminCookie()
  const pages = ['/', '/account', '/admin', '/admin/users', `/sessions/${victim.ids.sessionId}`, '/sign-in', '/nothing-here']
  const data = ['/api/v1/me', '/api/health', '/api/v1/nothing', '/api/auth/csrf', `/api/v1/icons/${victim.ids.iconId}`]
  const files = [chunk ?? '', '/icons/none.png', '/favicon.ico']
  for (const path of [...pages, ...data, ...files]) {
    for (const who of ['', cookie]) {
      const { headers } = await rawRequest(portal.url, path, who ? { Cookie: who } : {})
      const said = (name: string) => headers[name] ?? `no ${name} at ${path}`
      expect(said('x-content-type-options')).toBe('nosniff')
      expect(said('referrer-policy')).toBe('same-origin')
      expect(said('x-frame-options')).toBe('DENY')
      expect(said('cross-origin-opener-policy')).toBe('same-origin')
      expect(said('content-security-policy')).toMatch(/frame-ancestors 'none'/)
      expect(said('permissions-policy')).toMatch(/clipboard-read=\*.*camera=\(\).*geolocation=\(\).*usb=\(\)/)
      if (portal.url.startsWith('https:')) expect(said('strict-transport-security')).toMatch(/^max-age=/)
      if (data.includes(path)) expect(said('content-security-policy')).toMatch(/^default-src 'none'; .*sandbox$/)
    }
  }
  for (const path of pages) {
    const { headers, status, body } = await rawRequest(portal.url, path, { Cookie: cookie })
    if (status !== 200) continue
    const script = /script-src ([^;]+)/.exec(String(headers['content-security-policy']))?.[1] ?? ''
    expect([path, /^'self' 'nonce-[0-9a-f]{32}' 'strict-dynamic'$/.test(script)]).toEqual([path, true])
    const nonce = /nonce-([0-9a-f]+)/.exec(script)?.[1] ?? ''
    const inline = [...body.matchAll(/<script(?![^>]*\bsrc=)[^>]*>/g)].map((match) => match[0])
    expect(inline.filter((tag) => !tag.includes(`nonce="${nonce}"`))).toEqual([])
  }
})

test('markup in names is shown as text, and what still got into a page would not run [attack 34]', async ({
  admin,
  api,
  portal,
}) => {
  const markup = '"><img src=x onerror="window.owned=1"><script>window.owned=1</script>'
  const { body: image } = await api.call<{ id: string }>('POST', '/images', {
    name: markup,
    description: markup,
    categories: [`<b onclick=x>`],
    notes: markup,
    reference: 'registry.example.org/markup:1',
  })
  const { body: created } = await api.call<{ user: { id: string } }>('POST', '/users', {
    name: 'markup.person',
    displayName: markup.slice(0, 99),
  })
  for (const path of [
    '/',
    '/admin/images',
    `/admin/images/${image.id}`,
    `/admin/images/${image.id}/clone`,
    '/admin/users',
    '/admin',
  ]) {
    await admin.goto(`${portal.url}${path}`)
    await expect(admin.locator('main')).toBeVisible()
    expect([path, await admin.evaluate(() => (window as { owned?: number }).owned)]).toEqual([path, undefined])
  }
  await admin.goto(`${portal.url}/admin/images`)
  await expect(admin.getByText(markup).first()).toBeVisible()
  const refused = await admin.evaluate(
    () =>
      new Promise<string>((resolve) => {
        document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective), { once: true })
        document.body.insertAdjacentHTML('beforeend', '<img src="/none.png" onerror="window.owned=1">')
      }),
  )
  expect(refused).toBe('script-src-attr')
  expect(await admin.evaluate(() => (window as { owned?: number }).owned)).toBeUndefined()
  await api.call('DELETE', `/images/${image.id}`)
  await api.call('DELETE', `/users/${created.user.id}`)
})

test('neither a dump of the database nor any answer to an administrator holds a secret in clear [attack 33, 36]', async ({
  api,
  browser,
  portal,
}) => {
  victim ??= await arrangeVictim(api, browser, portal)
  const cookie = await victim.adminCookie()
  const container = await containerOfSession(openEngine(), victim.ids.sessionId)
  const desktopPassword = container.Config.Env.find((line) => line.startsWith('VNC_PW='))?.slice('VNC_PW='.length)
  const connect = await victim.person.api.call<{ url: string }>('POST', `/sessions/${victim.ids.sessionId}/connect`)
  const ticket = new URL(connect.body.url).searchParams.get('ticket')
  const secrets: Record<string, string> = {
    'the password of the administrator': portal.adminPassword,
    'an API key': victim.secrets.apiKey,
    'the token of a host': victim.secrets.hostToken,
    'the password of a registry': victim.secrets.registryPassword,
    'the password of a desktop': desktopPassword ?? '',
    'a ticket': ticket ?? '',
    'the cookie of a sign-in': cookie.split('=')[1]?.split(';')[0] ?? '',
  }
  for (const [name, secret] of Object.entries(secrets)) expect([name, secret.length > 10]).toEqual([name, true])
  const clear = (text: string) => Object.keys(secrets).filter((name) => text.includes(secrets[name] ?? ''))
  const dump = await victim.dump()
  expect(dump).toContain(victim.names[0])
  expect(clear(dump)).toEqual([])
  expect(dump).not.toContain('PRIVATE KEY')
  for (const key of Object.keys(routeRows)) {
    const [method, path = ''] = key.split(' ')
    if (method !== 'GET') continue
    const address = path.replaceAll(/\{(\w+)\}/g, (_, param: keyof Victim['ids']) => victim.ids[param])
    const { body } = await rawRequest(portal.url, address, { Cookie: cookie })
    expect([address, clear(body), body.includes('PRIVATE KEY')]).toEqual([address, [], false])
  }
})

test('an API key counts in its header only, and a cookie from before signing in is not taken over [attack 32, 33]', async ({
  browser,
  portal,
}) => {
  const context = await browser.newContext({ ignoreHTTPSErrors: true })
  const page = await context.newPage()
  const { hostname, protocol } = new URL(portal.url)
  const name = `${protocol === 'https:' ? '__Host-' : ''}berth-${new URL(portal.url).port}-sign-in`
  await context.addCookies([
    { name, value: 'planted', domain: hostname, path: '/', httpOnly: true, secure: protocol === 'https:' },
  ])
  await page.goto(`${portal.url}/sign-in`)
  await page.getByLabel('Name').fill('admin')
  await page.getByLabel('Password').fill(portal.adminPassword)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
  const first = await cookieOf({ page }, portal)
  expect(first).not.toContain('planted')
  const key = await newApiKey(portal, first)
  const status = async (path: string, headers: Record<string, string> = {}) =>
    (await rawRequest(portal.url, path, headers)).status
  expect(await status('/api/v1/me', { Authorization: `Bearer ${key}` })).toBe(200)
  for (const query of [`key=${key}`, `access_token=${key}`, `api_key=${key}`, `authorization=Bearer%20${key}`, `token=${key}`])
    expect([query.split('=')[0], await status(`/api/v1/me?${query}`)]).toEqual([query.split('=')[0], 401])
  expect(await status('/api/v1/me', { Authorization: `Basic ${Buffer.from(`admin:${key}`).toString('base64')}` })).toBe(401)
  expect(await status('/api/v1/me', { 'X-Api-Key': key })).toBe(401)
  expect(await status('/api/v1/me', { Cookie: `${name}=${key}` })).toBe(401)
  // Signing in once more makes another cookie, and the former one is worth nothing.
  await page.goto(`${portal.url}/sign-in`)
  if (await page.getByLabel('Password').isVisible()) {
    await page.getByLabel('Name').fill('admin')
    await page.getByLabel('Password').fill(portal.adminPassword)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
    expect(await cookieOf({ page }, portal)).not.toBe(first)
    expect(await status('/api/v1/me', { Cookie: first })).toBe(401)
  }
  await context.close()
})
