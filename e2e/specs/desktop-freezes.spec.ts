// A desktop that freezes in front of whoever works in it, and one that is opened while it is frozen: the page says so, and what to do.
import { expect } from '@playwright/test'
import { untilPainted } from '@/e2e/support/desktop'
import { containerOfSession, execIn, openEngine } from '@/e2e/support/engine'
import { deleteSessions, imageIdOf, runningSession } from '@/e2e/support/people'
import { test } from '@/e2e/support/test'

const engine = openEngine()
const aWhile = { timeout: 60_000 }

test('a frozen desktop is said not to answer, over its last picture and when it is opened, until it goes on', async ({
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
  await expect(notice).toBeVisible(aWhile)
  await admin.screenshot({ path: 'test-results/pages/desktop-frozen.png' })
  await all('CONT')
  await expect(notice).toBeHidden()
  await all('STOP')
  await admin.reload()
  await expect(admin.locator('main').getByRole('heading', { name: 'The desktop does not answer' })).toBeVisible(aWhile)
  await admin.screenshot({ path: 'test-results/pages/desktop-frozen-opened.png' })
  await all('CONT')
  await untilPainted(admin)
  await deleteSessions(api, sessionId)
})
