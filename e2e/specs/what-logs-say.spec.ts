// After all other specs of a portal, by its name: files run in the order of theirs.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from '@playwright/test'
import { secretsIn } from '@/e2e/support/secrets-in'
import { test } from '@/e2e/support/test'

test('what the portal wrote down while it was attacked holds no password, key, token, ticket or cookie [attack 37]', async ({
  page,
  portal,
}) => {
  const folder = join(portal.dataDir, 'logs')
  // Something that is surely written down: a key that nobody has.
  await page.request.get(`${portal.url}/api/v1/me`, { headers: { Authorization: `Bearer brt_${'x'.repeat(43)}` } })
  const written = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
  expect(written.join('')).toContain('Berth is ready')
  expect(written.flatMap((text) => secretsIn(text, portal))).toEqual([])
})
