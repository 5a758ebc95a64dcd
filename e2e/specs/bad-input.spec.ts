import { expect, type Page } from '@playwright/test'
import pg from 'pg'
import { sweep } from '@/e2e/bad-input'
import { imageIdOf, newPerson } from '@/e2e/support/people'
import { test } from '@/e2e/support/test'
import { loadConfig } from '@/lib/config'

// Rows that only a request can make or remove. What the controller writes by itself is not among them.
const tables = [
  'User',
  'SignIn',
  'ApiKey',
  'Agent',
  'Icon',
  'WorkspaceImage',
  'Home',
  'Session',
  'Grant',
  'Setting',
  'HostEnrolment',
]

test('bad input gets a clear answer everywhere and changes nothing [attack 24]', async ({ page, api, browser, portal }) => {
  test.setTimeout(15 * 60_000)
  const user = await newPerson(api, browser, portal)
  const me = await api.call<{ user: { id: string } }>('GET', '/me')
  const imageId = await imageIdOf(api, 'Desktop')
  const launched = await api.call<{ id: string }>('POST', '/sessions', { imageId })
  await api.call('POST', `/sessions/${launched.body.id}/stop`)
  const agents = await api.call<{ items: { id: string }[] }>('GET', '/agents')
  const keys = await Promise.all([newKey(page, portal.url), newKey(user.page, portal.url)])
  const cookies = await page.context().cookies(portal.url)

  const { databaseUrl } = loadConfig(portal.environment)
  const before = await countRows(databaseUrl)
  const { requests, problems } = await sweep({
    baseUrl: portal.url,
    adminKey: keys[0],
    userKey: keys[1],
    adminCookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; '),
    foreignIds: { sessionId: launched.body.id, userId: me.body.user.id, agentId: agents.body.items[0]?.id ?? '' },
  })
  expect(problems).toEqual([])
  expect(await countRows(databaseUrl)).toEqual(before)
  expect(requests).toBeGreaterThan(2_000)
  await api.call('DELETE', `/sessions/${launched.body.id}`)
})

async function newKey(page: Page, url: string): Promise<string> {
  await page.goto(`${url}/account`)
  // Pressed again until the page's script has taken over.
  await expect(async () => {
    await page.getByRole('button', { name: 'New key' }).click({ timeout: 2_000 })
    await expect(page.getByRole('textbox', { name: 'Name' })).toBeVisible({ timeout: 2_000 })
  }).toPass({ timeout: 30_000 })
  await page.getByRole('textbox', { name: 'Name' }).fill('bad input')
  await page.getByRole('button', { name: 'Make key' }).click()
  const key = await page.getByLabel('API key', { exact: true }).textContent()
  await page.getByRole('button', { name: 'I have kept it' }).click()
  return key?.trim() ?? ''
}

async function countRows(databaseUrl: string): Promise<Record<string, number>> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const counts: Record<string, number> = {}
    for (const table of tables) {
      const { rows } = await client.query<{ count: string }>(`SELECT count(*) FROM "${table}"`)
      counts[table] = Number(rows[0]?.count)
    }
    return counts
  } finally {
    await client.end()
  }
}
