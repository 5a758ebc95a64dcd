// A workspace image made by hand: changed as root on the desktop itself, looked at before it is made, kept ready, and launched.
import { expect } from '@playwright/test'
import { paintLineOf, pixelsOf, typeInWindow, untilPainted } from '@/e2e/support/desktop'
import { containerOfSession, execIn, openEngine } from '@/e2e/support/engine'
import { deleteSessions, imageIdOf, untilState } from '@/e2e/support/people'
import { test } from '@/e2e/support/test'

const name = 'Made by hand'
const orange = [255, 122, 5] as const

test.afterEach(async ({ api }) => {
  const { body } = await api.call<{ items: { id: string; name: string; reference: string }[] }>('GET', '/images?limit=200')
  for (const image of body.items.filter((one) => one.name === name)) {
    await api.call('DELETE', `/images/${image.id}`)
    await openEngine().getImage(image.reference).remove({ force: true })
  }
})

test('what an administrator changes by hand is in the workspace that it is saved as, which is kept ready and launched', async ({
  admin,
  api,
  portal,
}) => {
  const original = await imageIdOf(api, 'Desktop')
  const author = await test.step('change a desktop as root', async () => {
    await admin.goto(`${portal.url}/admin/images/${original}`)
    const start = admin.getByRole('button', { name: 'Start authoring session' })
    await expect(async () => {
      // Before the page listens a click is lost; after it, the dialog lies over the button.
      if (!(await start.isVisible())) await admin.getByRole('button', { name: 'Change by hand' }).click({ timeout: 2_000 })
      await expect(start).toBeVisible({ timeout: 2_000 })
    }).toPass()
    await start.click()
    await admin.waitForURL(/\/sessions\/[a-z2-7]{24}$/)
    await untilPainted(admin)
    await expect(admin.getByText('Authoring session.')).toBeVisible()
    const line = `echo '${orange.join(';')}' > /opt/colour && ${paintLineOf('/opt/colour')}`
    await typeInWindow(admin, line, () => admin.getByRole('button', { name: 'Root terminal' }).click())
    await expect(async () => expect(await pixelsOf(admin, orange)).toBeGreaterThan(5_000)).toPass({ timeout: 30_000 })
    return new URL(admin.url()).pathname.split('/').at(-1) as string
  })
  const saved = await test.step('look at what differs, and save it', async () => {
    await admin.getByRole('button', { name: 'Save as image…' }).click()
    await admin.getByRole('button', { name: 'End the desktop and look' }).click()
    await expect(admin.getByRole('button', { name: 'Make the workspace image' })).toBeVisible({ timeout: 60_000 })
    await expect(admin.getByText('/opt', { exact: true }).first()).toBeVisible()
    await admin.getByLabel('Name of the new workspace').fill(name)
    await admin.getByRole('button', { name: 'Make the workspace image' }).click()
    await admin.waitForURL(/\/admin\/images\/[a-z2-7]{24}$/, { timeout: 60_000 })
    await expect(admin.getByRole('heading', { level: 1, name })).toBeVisible()
    await untilState(api, author, 'deleted')
    return imageIdOf(api, name)
  })
  await test.step('keep one ready, and see it on the page', async () => {
    const changes = { homePolicy: 'none', readySessions: 1, enabled: true }
    expect((await api.call('PATCH', `/images/${saved}`, changes)).status).toBe(200)
    await admin.goto(`${portal.url}/admin/images/${saved}`)
    const card = admin.locator('section', { hasText: 'Ready, nobody’s' })
    await expect(card).toContainText('1 of 1', { timeout: 60_000 })
    await expect(card).toContainText('Running')
  })
  await test.step('launch it, and what was changed is there', async () => {
    await admin.goto(portal.url)
    await admin.getByRole('button', { name: `Launch ${name}`, exact: true }).click()
    await admin.waitForURL(/\/sessions\/[a-z2-7]{24}$/)
    const launched = new URL(admin.url()).pathname.split('/').at(-1) as string
    await untilPainted(admin)
    const { Id } = await containerOfSession(openEngine(), launched)
    expect(await execIn(openEngine(), Id, ['cat', '/opt/colour'])).toContain(orange.join(';'))
    await api.call('PATCH', `/images/${saved}`, { readySessions: 0 })
    await deleteSessions(api, launched)
    const ready = async () => (await api.call<{ ready: unknown[] }>('GET', `/images/${saved}`)).body.ready.length
    await expect.poll(ready, { timeout: 60_000 }).toBe(0)
  })
})
