// The form of an agent while it is filled in: nobody presses a button, and it says in words what is wrong with the connection, or that it works.
import { expect, type Page } from '@playwright/test'
import { type DoorName, type Doors, openDoors } from '@/e2e/support/agent-doors'
import { test } from '@/e2e/support/test'

let doors: Doors

test.beforeAll(async () => {
  doors = await openDoors()
})
test.afterAll(() => doors?.close())

const field = (page: Page, name: string) => page.locator(`[data-field="${name}"]`).getByRole('textbox')
const port = (page: Page) => page.locator('[data-field="port"]').locator('input')

const found: [DoorName, RegExp, RegExp][] = [
  ['nobody', /refused the connection/, /Is Docker running there/],
  ['strange', /was not signed by the given CA/, /Paste the CA certificate/],
  ['picky', /does not accept the client certificate/, /--tlscacert/],
  ['elsewhere', /is for another name: 192\.0\.2\.77/, /Set the server name/],
  ['old', /Docker Engine of the agent is too old/, /Docker 20\.10/],
  ['ended', /certificate ended on \d{4}-\d\d-\d\d/, /clocks of both machines agree/],
  ['early', /is not valid before/, /clock of the host is 3 days ahead of/],
  ['plain', /does not speak TLS/, /--tlsverify/],
]

test('the form says what is wrong with each connection as it is typed, and that the right one works', async ({
  admin,
  portal,
}) => {
  await admin.goto(`${portal.url}/admin/agents/new/by-hand`)
  await expect(admin.getByText('It is tried as soon as everything above is filled in.')).toBeVisible()
  await field(admin, 'host').fill('no-such-host.invalid')
  await port(admin).fill('2376')
  await field(admin, 'caPem').fill(doors.ca.certPem)
  await field(admin, 'certPem').fill(doors.client.certPem)
  await field(admin, 'keyPem').fill(doors.client.keyPem)
  await expect(admin.getByText('The name of the agent has no address.')).toBeVisible()
  await field(admin, 'host').fill('127.0.0.1')
  for (const [door, what, whatToDo] of found) {
    await port(admin).fill(String(doors.at[door]))
    const notice = admin.locator('[data-connection="still"]').getByRole('alert')
    await expect(notice, door).toContainText(what)
    await expect(notice, door).toContainText(whatToDo)
  }
  await admin.setViewportSize({ width: 1280, height: 600 })
  await admin.getByRole('button', { name: 'Test connection' }).click()
  await expect(async () => {
    const bottomOf = async (of: string) => (await admin.locator(of).boundingBox()) ?? { y: 0, height: 0 }
    const [notice, bar] = await Promise.all([bottomOf('[data-connection="still"] [role="alert"]'), bottomOf('[data-save-bar]')])
    expect(notice.y).toBeGreaterThan(0)
    expect(notice.y + notice.height).toBeLessThanOrEqual(bar.y)
  }).toPass()
  await port(admin).fill(String(doors.at.right))
  await expect(admin.getByText(/^Connected to/)).toBeVisible()
  await expect(admin.locator('[data-connection]')).toContainText('Docker')
})
