// A desktop that ends in front of whoever works in it: the page says so, and what to do.
import { expect } from '@playwright/test'
import { untilPainted } from '@/e2e/support/desktop'
import { containerOfSession, openEngine } from '@/e2e/support/engine'
import { deleteSessions, imageIdOf, runningSession } from '@/e2e/support/people'
import { test } from '@/e2e/support/test'

const engine = openEngine()

test('when its container is killed the page says that it ended, and one click starts it again', async ({
  admin,
  api,
  portal,
}) => {
  const sessionId = await runningSession(api, await imageIdOf(api, 'Desktop'))
  await admin.goto(`${portal.url}/sessions/${sessionId}`)
  await untilPainted(admin)
  const { Id } = await containerOfSession(engine, sessionId)
  await engine.getContainer(Id).kill()
  const panel = admin.locator('main')
  await expect(panel.getByRole('heading', { name: 'has ended' })).toBeVisible()
  const again = panel.getByRole('button', { name: /Try again|Resume|Start/ })
  await expect(again).toBeVisible()
  await admin.screenshot({ path: 'test-results/pages/desktop-killed.png' })
  await again.click()
  await untilPainted(admin)
  await deleteSessions(api, sessionId)
})
