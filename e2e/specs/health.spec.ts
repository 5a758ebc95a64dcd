// What operators see of the portal when something is wrong with it, in both forms of a session's origin.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from '@playwright/test'
import { openDatabase } from '@/e2e/support/database-rows'
import { test } from '@/e2e/support/test'

test('the health page finds the way to its own gateway, by name or by port', async ({ admin, portal }) => {
  await admin.goto(`${portal.url}/admin/health`)
  await expect(admin.getByText(/^PostgreSQL \d+/)).toBeVisible()
  const codes = await admin.locator('main li code').allTextContents()
  expect(codes).not.toContain('gateway_unreachable')
  expect(codes).not.toContain('wildcard_dns')
  expect(codes.includes('session_ports')).toBe(portal.form === 'port')
})

test('a page that cannot be read shows the id of its request, under which the log has the cause', async ({ admin, portal }) => {
  const database = await openDatabase(portal)
  await database.rows('ALTER TABLE "ApiKey" RENAME TO "ApiKeyAway"')
  try {
    const answer = await admin.goto(`${portal.url}/account`)
    const requestId = answer?.headers()['x-request-id'] ?? ''
    expect(requestId).toMatch(/^[a-z][a-z2-7]{23}$/)
    await expect(admin.getByRole('heading', { name: 'This page could not be shown' })).toBeVisible()
    await expect(admin.locator('main code')).toHaveText(requestId)
    const folder = join(portal.dataDir, 'logs')
    const lines = readdirSync(folder).flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
    const causes = lines.filter((line) => line.includes(`"requestId":"${requestId}"`))
    expect(causes.join('\n')).toContain('a page could not be read')
    expect(causes.join('\n')).toContain('ApiKey')
    await database.rows('ALTER TABLE "ApiKeyAway" RENAME TO "ApiKey"')
    await admin.getByRole('button', { name: 'Try again' }).click()
    await expect(admin.getByRole('heading', { name: /API keys/ })).toBeVisible()
  } finally {
    await database.rows('ALTER TABLE IF EXISTS "ApiKeyAway" RENAME TO "ApiKey"')
    await database.close()
  }
})
