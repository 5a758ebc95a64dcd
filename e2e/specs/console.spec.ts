// The administrators' console on the real thing: what a form says before, at and after saving.
import { expect, type Page } from '@playwright/test'
import { imageIdOf } from '@/e2e/support/people'
import { type Api, test } from '@/e2e/support/test'

const field = (page: Page, name: string) => page.locator(`[data-field="${name}"]`)
const save = (page: Page) => page.getByRole('button', { name: 'Save', exact: true }).click()

test.afterEach(async ({ api }) => {
  const { body } = await api.call<{ items: { id: string; name: string }[] }>('GET', '/images?limit=200')
  for (const { id, name } of body.items) if (name.startsWith('Console ')) await api.call('DELETE', `/images/${id}`)
})

async function cloneByApi(api: Api, name: string): Promise<string> {
  const imageId = await imageIdOf(api, 'Desktop')
  const { body } = await api.call<{ id: string }>('POST', `/images/${imageId}/clone`, { name })
  return body.id
}

test('a clone shows what differs from its parent, takes values back, and refuses what the schema refuses', async ({
  admin,
  api,
  portal,
}) => {
  const imageId = await imageIdOf(api, 'Desktop')
  await admin.goto(`${portal.url}/admin/images/${imageId}/clone`)
  await field(admin, 'name').getByRole('textbox').fill('Console clone')
  await field(admin, 'cpuMillis').locator('input').fill('1.5')
  await expect(field(admin, 'cpuMillis')).toContainText('Differs from Desktop')
  await expect(admin.getByText('2 fields differ from “Desktop”.')).toBeVisible()
  await field(admin, 'cpuMillis')
    .getByRole('button', { name: /Take the parent’s value/ })
    .click()
  await expect(admin.getByText('1 field differs from “Desktop”.')).toBeVisible()

  await admin.getByRole('button', { name: 'Add variable' }).click()
  await admin.keyboard.type('NVIDIA_VISIBLE_DEVICES')
  await expect(field(admin, 'environment')).toContainText('is set by Berth and cannot be changed here')
  await save(admin)
  await expect(admin.getByLabel('Name, row 1')).toBeFocused()
  await admin.getByRole('button', { name: /^Remove NVIDIA/ }).click()

  await save(admin)
  await admin.waitForURL(/\/admin\/images\/[a-z2-7]{24}$/)
  await expect(admin.getByRole('heading', { level: 1, name: 'Console clone' })).toBeVisible()
})

test('what raises privilege is named and must be confirmed before it is saved [attack 27]', async ({ admin, api, portal }) => {
  const imageId = await cloneByApi(api, 'Console privileges')
  await admin.goto(`${portal.url}/admin/images/${imageId}`)
  await field(admin, 'dockerOptions').locator('summary').click()
  await admin.getByLabel('SYS_PTRACE').check()
  await expect(admin.getByText('Adds the capability SYS_PTRACE.')).toBeVisible()
  await save(admin)
  await expect(admin.getByText('Confirm this before saving')).toBeVisible()
  await admin.getByLabel('I want everyone who launches this to have that').check()
  await save(admin)
  await expect(admin.getByText('“Console privileges” is saved').first()).toBeVisible()
  const { body } = await api.call<{ dockerOptions: unknown }>('GET', `/images/${imageId}`)
  expect(body.dockerOptions).toEqual({ capAdd: ['SYS_PTRACE'] })
})

test('two people who change one workspace undo nothing of each other unasked', async ({ admin, api, portal }) => {
  const imageId = await cloneByApi(api, 'Console conflict')
  await admin.goto(`${portal.url}/admin/images/${imageId}`)
  await field(admin, 'description').getByRole('textbox').fill('Mine')
  await api.call('PATCH', `/images/${imageId}`, { notes: 'Theirs' })
  await save(admin)
  await expect(admin.getByText(/was changed meanwhile by admin/)).toBeVisible()
  await expect(admin.getByText(/changed: Notes/)).toBeVisible()
  await admin.getByRole('button', { name: 'Keep my changes on top' }).click()
  await expect(field(admin, 'notes').getByRole('textbox')).toHaveValue('Theirs')
  await save(admin)
  await expect(admin.getByText('“Console conflict” is saved').first()).toBeVisible()
  const { body } = await api.call<Record<string, unknown>>('GET', `/images/${imageId}`)
  expect(body).toMatchObject({ description: 'Mine', notes: 'Theirs' })
})

test('leaving a changed form asks first', async ({ admin, api, portal }) => {
  const imageId = await cloneByApi(api, 'Console guard')
  await admin.goto(`${portal.url}/admin/images/${imageId}`)
  await field(admin, 'notes').getByRole('textbox').fill('Not saved')
  await admin.getByRole('link', { name: 'Agents', exact: true }).first().click()
  await expect(admin.getByRole('alertdialog', { name: 'Leave without saving?' })).toBeVisible()
  await admin.getByRole('button', { name: 'Stay' }).click()
  await expect(field(admin, 'notes').getByRole('textbox')).toHaveValue('Not saved')
  await admin.getByRole('link', { name: 'Agents', exact: true }).first().click()
  await admin.getByRole('button', { name: 'Drop my changes' }).click()
  await admin.waitForURL(/\/admin\/agents$/)
})

test('a reference is looked for on the agents, and the connection to an agent can be tried', async ({ admin, api, portal }) => {
  const imageId = await imageIdOf(api, 'Desktop')
  await admin.goto(`${portal.url}/admin/images/${imageId}`)
  await admin.getByRole('button', { name: 'Check', exact: true }).click()
  await expect(field(admin, 'reference')).toContainText('it starts there at once')

  const { body } = await api.call<{ items: { id: string; kind: string }[] }>('GET', '/agents')
  const agent = body.items.find(({ kind }) => kind === 'socket')
  await admin.goto(`${portal.url}/admin/agents/${agent?.id}/edit`)
  await admin.getByRole('button', { name: 'Test connection' }).click()
  await expect(admin.getByText(/^Connected to/)).toBeVisible()
  await field(admin, 'socketPath').getByRole('textbox').fill('/nonexistent/docker.sock')
  await expect(admin.getByText('There is no Docker socket at that path.')).toBeVisible()
})
