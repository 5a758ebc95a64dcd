// Drives everything that has a secret in it, on a portal that logs as much as it can, and looks for each of them in all that was logged.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type APIRequestContext, expect } from '@playwright/test'
import { openEngine } from '@/e2e/support/engine'
import { deleteSessions, imageIdOf, runningSession } from '@/e2e/support/people'
import { rawRequest } from '@/e2e/support/raw-request'
import { test } from '@/e2e/support/test'
import { containerName } from '@/lib/domain/container-spec'

const secret = (what: string) => `s3cret-${what}-${Math.random().toString(36).slice(2)}`

test('no secret that a portal is given or makes stands in its log, at the level debug [attack 37]', async ({
  admin,
  api,
  portal,
  context,
}) => {
  const secrets: Record<string, string> = { 'the administrator’s password': portal.adminPassword }
  for (const { name, value } of await context.cookies(portal.url)) secrets[`the cookie ${name}`] = value

  await test.step('sign-ins that fail, by form and by what is no sign-in', async () => {
    secrets['a wrong password'] = secret('wrong')
    await failToSignIn(admin.request, portal.url, secrets['a wrong password'])
    secrets['a forged cookie'] = secret('cookie')
    await rawRequest(portal.url, '/api/v1/me', { Cookie: `berth-sign-in=${secrets['a forged cookie']}` })
    secrets['a forged key'] = `brt_${secret('key')}`
    await rawRequest(portal.url, '/api/v1/me', { Authorization: `Bearer ${secrets['a forged key']}` })
  })

  await test.step('a key', async () => {
    await admin.goto(`${portal.url}/account`)
    const dialog = admin.getByRole('dialog')
    await admin
      .getByRole('button', { name: /(New|Create).*key/i })
      .first()
      .click()
    await admin.getByLabel(/name/i).last().fill('log')
    await dialog.getByRole('button', { name: /Create|Make/ }).click()
    const key = ((await dialog.getByText(/^brt_/).first().textContent()) ?? '').trim()
    secrets['an API key'] = key
    const call = (path: string, body?: string) =>
      rawRequest(
        portal.url,
        `/api/v1${path}`,
        { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
        body ? 'POST' : 'GET',
        body,
      )
    expect((await call('/me')).status).toBe(200)
    expect((await call('/sessions', '{"broken')).status).toBe(400)
  })

  await test.step('people and registries', async () => {
    secrets['a user’s first password'] = secret('first')
    const made = await api.call<{ user: { id: string } }>('POST', '/users', {
      name: `log-${Date.now() % 100_000}`,
      role: 'user',
      password: secrets['a user’s first password'],
    })
    expect(made.status).toBe(201)
    secrets['a registry’s password'] = secret('registry')
    const { body: desktop } = await api.call<Record<string, unknown>>('GET', `/images/${await imageIdOf(api, 'Desktop')}`)
    const image = await api.call<{ id: string; image?: { id: string } }>('POST', '/images', {
      name: 'Log',
      reference: 'localhost:1/nothing:1',
      cpuMillis: 1000,
      memoryBytes: 1024 ** 3,
      shmBytes: 64 * 1024 ** 2,
      homePolicy: 'none',
      registry: { user: 'somebody', password: secrets['a registry’s password'] },
    })
    expect([image.status, desktop !== null]).toEqual([201, true])
    const imageId = image.body.image?.id ?? image.body.id
    await api.call('POST', `/images/${imageId}/check`, {})
    const launched = await api.call<{ id: string }>('POST', '/sessions', { imageId })
    if (launched.status === 201) await deleteSessions(api, launched.body.id)
    await api.call('DELETE', `/images/${imageId}`)
    await api.call('DELETE', `/users/${made.body.user?.id}`)
  })

  await test.step('a host that is to be added', async () => {
    const made = await api.call<{ command: string; enrolment: { id: string } }>('POST', '/host-enrolments', { name: 'log-host' })
    expect(made.status).toBe(201)
    const token = /--token (\S+)/.exec(made.body.command)?.[1] ?? ''
    secrets['an enrolment’s token'] = token
    await api.call('POST', '/host/certificate', { token, request: 'bm90IG9uZQ==' })
    await api.call('DELETE', `/host-enrolments/${made.body.enrolment.id}`)
  })

  await test.step('a desktop: its password, a ticket, the cookie it becomes, and tickets that are none', async () => {
    const id = await runningSession(api, await imageIdOf(api, 'Desktop'))
    const { Config } = await openEngine().getContainer(containerName(id)).inspect()
    for (const variable of Config.Env)
      if (/^VNC.*(PW|PASS)/.test(variable)) secrets['a desktop’s password'] = variable.split('=')[1] ?? ''
    const { body } = await api.call<{ url: string }>('POST', `/sessions/${id}/connect`)
    const url = new URL(body.url)
    for (const [name, value] of url.searchParams) if (value.length > 15) secrets[`a ticket (${name})`] = value
    const entered = await rawRequest(url.origin, `${url.pathname}${url.search}`)
    const cookie = entered.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
    secrets['a desktop’s cookie'] = cookie.split('=')[1] ?? ''
    expect((await rawRequest(url.origin, '/', { Cookie: cookie })).status).toBe(200)
    // Once used, it is refused.
    expect((await rawRequest(url.origin, `${url.pathname}${url.search}`)).status).toBe(403)
    await deleteSessions(api, id)
    await rawRequest(url.origin, '/', { Cookie: cookie })
  })

  const log = readLog(portal.dataDir)
  // What is looked through is the log of all this.
  expect(log).toContain('"level":20')
  expect(log).toMatch(/"requestId":"[a-z2-7]{24}"/)
  expect(Object.keys(secrets).length).toBeGreaterThanOrEqual(12)
  const found = Object.entries(secrets).filter(
    ([, value]) => value.length < 8 || log.includes(value) || log.includes(encodeURIComponent(value)),
  )
  expect(found.map(([name]) => name)).toEqual([])
})

test('every answer carries the id of its request, and a browser does not choose it', async ({ portal }) => {
  for (const path of ['/sign-in', '/api/v1/me', '/api/health/live', '/nowhere']) {
    const { headers, body } = await rawRequest(portal.url, path, { 'X-Request-Id': 'chosen-by-a-browser' })
    expect(headers['x-request-id'], path).toMatch(/^[a-z][a-z2-7]{23}$/)
    if (path === '/api/v1/me') expect(JSON.parse(body).error.requestId).toBe(headers['x-request-id'])
  }
})

async function failToSignIn(request: APIRequestContext, url: string, password: string): Promise<void> {
  const headers = { Origin: new URL(url).origin }
  const { csrfToken } = (await (await request.get(`${url}/api/auth/csrf`)).json()) as { csrfToken: string }
  const data = { name: 'nobody-at-all', password, csrfToken }
  const answer = await request.post(`${url}/api/auth/callback/credentials`, { headers, data })
  expect(answer.status()).toBeGreaterThanOrEqual(400)
}

function readLog(dataDir: string): string {
  const folder = join(dataDir, 'logs')
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n')
}
