// A desktop that ends or freezes in front of whoever works in it: the page says so, and what to do.
import { expect } from '@playwright/test'
import { untilPainted } from '@/e2e/support/desktop'
import { containerOfSession, execIn, openEngine } from '@/e2e/support/engine'
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

test('when it freezes the page says that it does not answer, in front of its last picture and when it is opened anew, until it goes on', async ({
  admin,
  api,
  portal,
}) => {
  const sessionId = await runningSession(api, await imageIdOf(api, 'Desktop'))
  await admin.goto(`${portal.url}/sessions/${sessionId}`)
  await untilPainted(admin)
  const { Id } = await containerOfSession(engine, sessionId)
  const all = (signal: string) => execIn(engine, Id, ['sh', '-c', `kill -${signal} -1`])
  await all('STOP')
  const notice = admin.getByText('The desktop does not answer', { exact: true })
  await expect(notice).toBeVisible({ timeout: 60_000 })
  await admin.screenshot({ path: 'test-results/pages/desktop-frozen.png' })
  await admin.reload()
  await expect(admin.locator('main').getByRole('heading', { name: 'The desktop does not answer' })).toBeVisible({
    timeout: 60_000,
  })
  await admin.screenshot({ path: 'test-results/pages/desktop-frozen-opened.png' })
  await all('CONT')
  await untilPainted(admin)
  await all('STOP')
  await expect(notice).toBeVisible({ timeout: 60_000 })
  await all('CONT')
  await expect(notice).toBeHidden()
  await untilPainted(admin)
  await deleteSessions(api, sessionId)
})
