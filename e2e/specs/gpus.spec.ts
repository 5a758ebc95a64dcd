// The pages of GPUs in a real browser: what they show, that they follow what happens, and that they need no mouse.
import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'
import { GpuRows } from '@/e2e/support/gpu-rows'
import { test } from '@/e2e/support/test'

let rows: GpuRows
test.beforeEach(async ({ portal }) => {
  rows = await GpuRows.open(portal)
})
test.afterEach(() => rows.close())

async function adminId(api: { call<T>(method: 'GET', path: string): Promise<{ body: T }> }): Promise<string> {
  return (await api.call<{ user: { id: string } }>('GET', '/me')).body.user.id
}

const tile = (page: Page, uuid: string) => page.locator(`[data-gpu="${uuid}"]`)

test('each GPU is a tile with its holder and numbers, what stands out is marked, and the queue says who waits for what', async ({
  admin,
  api,
  portal,
}) => {
  const me = await adminId(api)
  const busy = await rows.gpu('NVIDIA H100', { utilization: 87 })
  const idle = await rows.gpu('NVIDIA H100', { utilization: 0, shares: 4 })
  const outside = await rows.gpu('NVIDIA L40S', { busyOutside: true })
  await rows.measured(30)
  await rows.session(me, 'Busy work', busy, { gpuLost: true })
  await rows.session(me, 'Forgotten', idle, { sinceMinutes: 120 })
  await rows.session(me, 'Patient', null, { queuedFor: 1 })
  await admin.goto(`${portal.url}/admin/gpus?agent=${rows.agentId}`)

  await expect(tile(admin, busy.uuid)).toContainText('admin Busy work')
  await expect(tile(admin, busy.uuid)).toContainText('87 %')
  await expect(tile(admin, busy.uuid)).toContainText('20 / 80 GiB')
  await expect(tile(admin, busy.uuid)).toContainText('61 °C · 412 W')
  await expect(tile(admin, busy.uuid)).toContainText('lost')
  await expect(tile(admin, idle.uuid)).toContainText('idle while held')
  await expect(tile(admin, idle.uuid)).toContainText('shared by 4, no isolation')
  await expect(tile(admin, outside.uuid)).toContainText('Busy outside Berth')
  await expect(tile(admin, idle.uuid).getByRole('img')).toHaveAccessibleName(/Utilisation in the last hour: 0 % to 0 %/)
  await expect(admin.getByRole('listitem').filter({ hasText: 'Patient' })).toContainText('2 GPUs, H100*')

  await admin.getByRole('link', { name: /^Held and idle/ }).click()
  await expect(tile(admin, busy.uuid)).toBeHidden()
  await expect(tile(admin, idle.uuid)).toBeVisible()
  await admin.getByLabel('Model').selectOption('NVIDIA L40S')
  await expect(admin.getByText('Nothing matches')).toBeVisible()
  expect(new URL(admin.url()).searchParams.get('state')).toBe('idle')
})

test('a fleet without GPUs says what to do about it', async ({ admin, portal }) => {
  await admin.goto(`${portal.url}/admin/gpus`)
  await expect(admin.getByText('No agent has a GPU yet')).toBeVisible()
  await expect(admin.getByText('Nobody waits.')).toBeVisible()
  await expect(admin.getByRole('link', { name: 'Look at the agents' })).toHaveAttribute('href', '/admin/agents')
})

test('the dashboard follows what happens without a reload', async ({ admin, portal }) => {
  const gpu = await rows.gpu('NVIDIA H100', { utilization: 11 })
  await admin.goto(`${portal.url}/admin/gpus?agent=${rows.agentId}`)
  await expect(tile(admin, gpu.uuid)).toContainText('11 %')
  await rows.works(gpu, 93)
  await expect(tile(admin, gpu.uuid)).toContainText('93 %')
})

test('a GPU is excluded with the keyboard alone, and fewer shares than are held are refused by name', async ({
  admin,
  api,
  portal,
}) => {
  const me = await adminId(api)
  const gpu = await rows.gpu('NVIDIA H100', { shares: 2 })
  await rows.session(me, 'First', gpu)
  await rows.session(me, 'Second', gpu)
  await admin.goto(`${portal.url}/admin/gpus?agent=${rows.agentId}`)
  await tile(admin, gpu.uuid)
    .getByRole('link', { name: /NVIDIA H100/ })
    .focus()
  await admin.keyboard.press('Enter')
  await admin.waitForURL(/\/admin\/gpus\/[a-z2-7]{24}$/)
  await expect(admin.getByRole('heading', { level: 2, name: 'The last day' })).toBeVisible()
  await expect(admin.getByText('so far')).toHaveCount(2)

  const handOut = admin.getByRole('switch', { name: /^Hand it out(?! although)/ })
  await expect(async () => {
    await handOut.focus()
    await admin.keyboard.press('Space')
    await expect(admin.getByRole('alertdialog')).toContainText('First of admin', { timeout: 2_000 })
  }).toPass()
  await admin.keyboard.press('Tab')
  await admin.keyboard.press('Enter')
  await expect(handOut).not.toBeChecked()

  await admin.getByLabel('Sessions at once').fill('1')
  await admin.keyboard.press('Enter')
  await admin.getByRole('button', { name: 'Stop sharing' }).press('Enter')
  await expect(admin.getByRole('alertdialog')).toContainText('2 sessions hold this GPU: First of admin, Second of admin.')
  await admin.getByRole('button', { name: 'Cancel' }).press('Enter')
  const { body } = await api.call<Record<string, unknown>>('GET', `/gpus/${gpu.id}`)
  expect(body).toMatchObject({ excluded: true, shares: 2, state: 'held' })
})

test('a session that lost its GPU says so, shows its meter, and restarts when told what ends', async ({ admin, api, portal }) => {
  const gpu = await rows.gpu('NVIDIA H100', { utilization: 42 })
  const sessionId = await rows.session(await adminId(api), 'Training', gpu, { gpuLost: true })
  await admin.goto(`${portal.url}/sessions/${sessionId}`)
  await expect(admin.getByText('This session has lost its GPU')).toBeVisible()
  await admin.getByRole('button', { name: 'My GPU: 42 % in use' }).click()
  await expect(admin.getByRole('dialog', { name: 'My GPUs' })).toContainText('NVIDIA H100')
  await admin.keyboard.press('Escape')
  await admin.getByRole('button', { name: 'Restart…' }).click()
  await expect(admin.getByRole('alertdialog')).toContainText('every program in it end')
  await admin.getByRole('button', { name: 'Restart session' }).click()
  await expect(admin.getByText('Restarting Training')).toBeVisible()
  const { body } = await api.call<Record<string, unknown>>('GET', `/sessions/${sessionId}`)
  expect(body).toMatchObject({ state: 'stopping', wanted: 'running', gpuLostAt: null })
})

test('axe finds nothing serious on the pages of GPUs, and none is wider than the screen', async ({ admin, api, portal }) => {
  const gpu = await rows.gpu('NVIDIA H100 80GB HBM3 with a very long name', { utilization: 50, shares: 3 })
  await rows.gpu('NVIDIA L40S', { excluded: true })
  await rows.measured(60)
  await rows.session(await adminId(api), 'A workspace with a rather long name', gpu, { gpuLost: true })
  for (const path of ['/admin/gpus', `/admin/gpus/${gpu.id}`, `/admin/agents/${rows.agentId}`]) {
    for (const [width, colorScheme] of [
      [1440, 'light'],
      [360, 'dark'],
    ] as const) {
      await admin.setViewportSize({ width, height: 900 })
      await admin.emulateMedia({ colorScheme })
      await admin.goto(`${portal.url}${path}`)
      await admin.getByRole('heading', { level: 1 }).waitFor()
      await expect(admin.getByRole('img', { name: /^Utilisation in the last/ }).first()).toBeVisible()
      const { violations } = await new AxeBuilder({ page: admin }).analyze()
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
      expect(
        serious.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 200)).join(' ')}`),
        `${path} ${colorScheme}`,
      ).toEqual([])
      const overflow = await admin.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      expect(overflow, `${path} is wider than the screen`).toBeLessThanOrEqual(1)
    }
  }
})
