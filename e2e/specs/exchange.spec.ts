// What a workspace and the settings forbid, as its people see it: a closed clipboard, a smaller limit of files; and who uses a session.
import { expect, type Page } from '@playwright/test'
import { desktopFrame, untilPainted } from '@/e2e/support/desktop'
import { deleteSessions, runningSession } from '@/e2e/support/people'
import { type Api, test } from '@/e2e/support/test'
import { defaultDesktopTag } from '@/scripts/images/build-desktop-image'

const MiB = 2 ** 20

async function workspace(api: Api, over: object): Promise<string> {
  const fields = { reference: defaultDesktopTag, homePolicy: 'none', cpuMillis: 500, memoryBytes: 512 * MiB, prefetch: false }
  const { status, body } = await api.call<{ id: string }>('POST', '/images', { ...fields, ...over })
  expect(status).toBe(201)
  return body.id
}

async function open(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await untilPainted(page)
}

test('a closed clipboard is closed in the panel and for the frame, and says what the next start brings', async ({
  admin,
  api,
  portal,
}) => {
  const imageId = await workspace(api, { name: 'Closed clipboard', clipboardPolicy: 'off' })
  const sessionId = await runningSession(api, imageId)
  const panel = admin.getByRole('dialog', { name: 'Clipboard' })
  // The desktop takes the focus once it is there, which closes what stands open over it.
  const openPanel = () =>
    expect(async () => {
      if (!(await panel.isVisible())) await admin.getByRole('button', { name: 'Clipboard' }).click()
      await expect(panel).toBeVisible({ timeout: 1_000 })
      await expect(panel).toContainText('workspace', { timeout: 1_000 })
    }).toPass()
  try {
    await open(admin, `${portal.url}/sessions/${sessionId}`)
    expect(await desktopFrame(admin).getAttribute('allow')).not.toContain('clipboard')
    await openPanel()
    await expect(panel.getByText('The clipboard of this workspace is off: no text goes in or out.')).toBeVisible()
    await expect(panel.getByRole('textbox')).toHaveCount(0)
    await expect(panel.getByRole('button')).toHaveCount(0)
    await admin.screenshot({ path: 'test-results/pages/clipboard-off.png' })

    const { body } = await api.call<{ version: number }>('GET', `/images/${imageId}`)
    expect((await api.call('PATCH', `/images/${imageId}`, { version: body.version, clipboardPolicy: 'down' })).status).toBe(200)
    await admin.reload()
    await untilPainted(admin)
    await openPanel()
    await expect(panel.getByText('from the next start of this session on, text comes out of the desktop only.')).toBeVisible()
    await admin.screenshot({ path: 'test-results/pages/clipboard-off-then-down.png' })
    await deleteSessions(api, sessionId)

    const next = await runningSession(api, imageId)
    await open(admin, `${portal.url}/sessions/${next}`)
    expect(await desktopFrame(admin).getAttribute('allow')).toMatch(/clipboard-write/)
    expect(await desktopFrame(admin).getAttribute('allow')).not.toContain('clipboard-read')
    await openPanel()
    await expect(panel.getByText('This workspace lets text out of the desktop only.')).toBeVisible()
    await expect(panel.getByText('To the desktop')).toHaveCount(0)
    await admin.screenshot({ path: 'test-results/pages/clipboard-down.png' })
    await deleteSessions(api, next)
  } finally {
    await api.call('DELETE', `/images/${imageId}`)
  }
})

test('the largest file is set by an administrator, said before a file is chosen, and kept to before a byte is sent', async ({
  admin,
  api,
  portal,
}) => {
  const field = admin.getByLabel('Largest file')
  const unit = field.locator('xpath=..').getByLabel('Unit')
  const set = async (amount: string, name: string) => {
    await admin.goto(`${portal.url}/admin/settings`)
    await field.fill(amount)
    await unit.selectOption(name)
    await admin.getByRole('button', { name: 'Save' }).click()
  }
  const imageId = await workspace(api, { name: 'Small files' })
  try {
    await set('0', 'MiB')
    await expect(field).toHaveAttribute('aria-invalid', 'true')
    await expect(admin.getByText('From 1 MiB to 1 TiB.', { exact: true })).toBeVisible()
    await admin.screenshot({ path: 'test-results/pages/largest-file-refused.png', fullPage: true })
    await set('2', 'MiB')
    await expect(admin.getByText('Settings are saved').first()).toBeVisible()
    await admin.screenshot({ path: 'test-results/pages/largest-file.png', fullPage: true })

    const sessionId = await runningSession(api, imageId)
    await open(admin, `${portal.url}/sessions/${sessionId}`)
    await admin.getByRole('button', { name: 'Files' }).click()
    const drawer = admin.getByRole('complementary', { name: 'Files' })
    await expect(drawer.getByText('At most 2 MiB each')).toBeVisible()
    const file = (name: string, bytes: number) => ({ name, mimeType: 'application/octet-stream', buffer: Buffer.alloc(bytes) })
    const sent: string[] = []
    admin.on('request', (request) => request.method() === 'PUT' && sent.push(request.url()))
    await drawer.locator('input[type=file]').setInputFiles([file('large.bin', 2 * MiB + 1), file('fits.bin', 2 * MiB)])
    await expect(drawer.getByRole('region', { name: 'Uploads', exact: true }).getByText('fits.bin')).toBeVisible()
    await expect(drawer.getByText(/larger than|too large/i).first()).toBeVisible()
    expect(sent.filter((url) => url.includes('large.bin'))).toEqual([])
    await admin.screenshot({ path: 'test-results/pages/largest-file-panel.png' })
    await deleteSessions(api, sessionId)
  } finally {
    await set('5', 'GiB')
    await expect(admin.getByText('Settings are saved').first()).toBeVisible()
    await api.call('DELETE', `/images/${imageId}`)
  }
})

test('who looks at a session and when somebody last used it is on its page and in the list of all', async ({
  admin,
  api,
  portal,
}) => {
  const imageId = await workspace(api, { name: 'In use' })
  const sessionId = await runningSession(api, imageId)
  try {
    await open(admin, `${portal.url}/sessions/${sessionId}`)
    const use = admin.getByRole('dialog', { name: 'Use of this session' })
    await admin.getByRole('button', { name: '1 viewer' }).click()
    await expect(use).toContainText('1 tab')
    await expect(use).toContainText('none yet')
    await admin.keyboard.press('Escape')
    await desktopFrame(admin).click({ position: { x: 400, y: 300 } })
    await admin.getByRole('button', { name: '1 viewer' }).click()
    // The first input is written at once, later ones within a quarter of a minute.
    await expect(use).not.toContainText('none yet', { timeout: 30_000 })
    await admin.screenshot({ path: 'test-results/pages/session-use.png' })

    const second = await admin.context().newPage()
    await second.goto(`${portal.url}/sessions/${sessionId}`)
    await untilPainted(second)
    await expect(admin.getByRole('button', { name: '2 viewers' })).toBeVisible()
    await second.goto(`${portal.url}/admin/sessions?sort=input&direction=desc`)
    const row = second.getByRole('row').filter({ hasText: 'In use' })
    await expect(row).toContainText('1 viewer')
    await second.screenshot({ path: 'test-results/pages/sessions-in-use.png' })
    await second.close()
    await deleteSessions(api, sessionId)
  } finally {
    await api.call('DELETE', `/images/${imageId}`)
  }
})
