// What the console says about workspace images before anything is saved: ready sessions, registries to install from, and ours as one.
import { readFileSync } from 'node:fs'
import { expect, type Page } from '@playwright/test'
import { imageIdOf } from '@/e2e/support/people'
import { test } from '@/e2e/support/test'

const field = (page: Page, name: string) => page.locator(`[data-field="${name}"]`)

test.afterEach(async ({ api }) => {
  const { body } = await api.call<{ items: { id: string; name: string }[] }>('GET', '/images?limit=200')
  for (const { id, name } of body.items) if (name.startsWith('Looked at ')) await api.call('DELETE', `/images/${id}`)
})

test('the form says why none can be ready, what they block, and in which groups they stand', async ({ admin, api, portal }) => {
  test.setTimeout(300_000)
  const parent = await imageIdOf(api, 'Desktop')
  await admin.goto(`${portal.url}/admin/images/${parent}/clone`)
  await field(admin, 'name').getByRole('textbox').fill('Looked at ready')
  const number = field(admin, 'readySessions').locator('input')
  await number.fill('2')
  await expect(admin.getByText('This workspace cannot have ready sessions as it is:')).toBeVisible()
  await admin.getByLabel('No home').check()
  await expect(admin.getByText(/2 × .* are held while nobody works there/)).toBeVisible()

  await field(admin, 'requireGpu').getByRole('switch').check()
  await expect(admin.getByText('Ready sessions of this workspace hold GPUs that nobody uses').first()).toBeVisible()
  await field(admin, 'readyGpus').getByRole('switch').check()
  await expect(admin.getByText(/2 × .*1 GPU = .*2 GPUs/)).toBeVisible()
  await field(admin, 'requireGpu').getByRole('switch').uncheck()

  await field(admin, 'readyByGroup').getByRole('button', { name: 'Add group' }).click()
  await admin.getByLabel('Agent group 1 of ready sessions').fill('office')
  await admin.getByLabel('Ready sessions of agent group 1').fill('2')
  await expect(field(admin, 'readyByGroup')).toContainText('No agent carries this label yet')
  await expect(admin.getByText(/4 × .*of the fleet \(2\), office \(2\)/)).toBeVisible()
  await number.fill('0')
  await admin.getByRole('button', { name: 'Save', exact: true }).click()
  await admin.waitForURL(/\/admin\/images\/[a-z2-7]{24}$/)
  const card = admin.locator('section', { hasText: 'Ready, nobody’s' })
  await expect(card).toContainText('0 of 2')
  await expect(card.getByLabel('Ready by agent group')).toContainText('office')
  await admin.screenshot({ path: 'test-results/images-ready-by-group.png', fullPage: true })

  const { body } = await api.call<{ items: { id: string; groups: string[] }[] }>('GET', '/agents')
  const [agent] = body.items
  await api.call('PATCH', `/agents/${agent?.id}`, { groups: [...(agent?.groups ?? []), 'office'] })
  await expect(card).toContainText('2 of 2', { timeout: 120_000 })
  await expect(card.getByText('for office')).toHaveCount(2)
  await admin.screenshot({ path: 'test-results/images-ready-there.png', fullPage: true })
  await api.call('PATCH', `/agents/${agent?.id}`, { groups: agent?.groups ?? [] })
  await expect(card).toContainText('0 of 2', { timeout: 60_000 })
})

const list = {
  name: 'Test registry',
  workspaces: [
    {
      friendly_name: 'Looked at notebook',
      name: 'example.org/team/notebook:1',
      description: 'From a registry',
      categories: ['Science'],
      cores: 2,
      memory: 2768,
      run_config: { hostname: 'kasm', privileged: true, environment: { A: 'b' } },
      compatibility: [
        { version: '1.18.x', image: 'example.org/team/notebook:1', uncompressed_size_mb: 1, available_tags: ['1'] },
      ],
    },
  ],
}

test('a registry from a file is looked at, installed, and ours is downloaded as one', async ({ admin, portal }) => {
  await admin.goto(`${portal.url}/admin/images/import`)
  await admin.getByText('A file', { exact: true }).click()
  const file = { name: 'list.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(list)) }
  await admin.locator('input[type=file]').setInputFiles(file)
  await admin.getByRole('button', { name: 'Look at it' }).click()
  await expect(admin.getByText('1 refused')).toBeVisible()
  await admin.getByText('What becomes of it').click()
  await expect(admin.getByText('privileged').first()).toBeVisible()
  await admin.screenshot({ path: 'test-results/images-registry-preview.png', fullPage: true })
  await admin.getByLabel('Looked at notebook').check()
  await admin.getByRole('button', { name: 'Install 1 workspace' }).click()
  await expect(admin.getByText('1 workspace installed')).toBeVisible()

  await admin.goto(`${portal.url}/admin/images/export`)
  const waiting = admin.waitForEvent('download')
  await admin.getByRole('link', { name: /^Download/ }).click()
  const written = JSON.parse(readFileSync(await (await waiting).path(), 'utf8')) as { workspaces: { friendly_name: string }[] }
  expect(written.workspaces.map(({ friendly_name }) => friendly_name)).toContain('Looked at notebook')
})
