// Workspace images with a real registry, as an administrator sees them: the login, a push, and a pull that a launch waits for.
import { expect, type Locator, type Page } from '@playwright/test'
import { openEngine } from '@/e2e/support/engine'
import { deleteSessions, imageIdOf, untilState } from '@/e2e/support/people'
import { type Api, test } from '@/e2e/support/test'
import { type ImageRegistry, registryLogin, startImageRegistry } from '@/e2e/testbed/image-registry'
import { type NarrowDoor, openNarrowDoor } from '@/e2e/testbed/narrow-door'
import { buildNewImage, pushNewImage } from '@/e2e/testbed/pushed-image'
import { defaultDesktopTag } from '@/scripts/images/build-desktop-image'

const layerBytes = 12_000_000
const card = (page: Page, title: string): Locator =>
  page.locator('section').filter({ has: page.getByRole('heading', { name: title, exact: true }) })
const soon = { timeout: 90_000 }

let registry: ImageRegistry
let closed: ImageRegistry
let door: NarrowDoor
let reference: string

test.beforeAll(async () => {
  registry = await startImageRegistry()
  closed = await startImageRegistry({ withLogin: true, data: registry.data })
  door = await openNarrowDoor({ port: registry.port })
  reference = `${door.address}/team/desk:1`
  const docker = openEngine()
  await pushNewImage({ docker, base: defaultDesktopTag, references: [reference], layers: 2, layerBytes })
})

test.afterAll(async () => {
  await door?.close()
  await closed?.remove()
  await registry?.remove()
  const ours = [door, closed].flatMap((one) => (one ? [one.address] : []))
  const docker = openEngine()
  for (const image of await docker.listImages())
    if ([...(image.RepoTags ?? []), ...(image.RepoDigests ?? [])].some((name) => ours.some((from) => name.startsWith(from))))
      await docker.getImage(image.Id).remove({ force: true })
})

test.afterEach(async ({ api }) => {
  const { body } = await api.call<{ items: { id: string; name: string }[] }>('GET', '/images?limit=200')
  for (const { id, name } of body.items) if (name.startsWith('Images ')) await api.call('DELETE', `/images/${id}`)
})

async function workspace(api: Api, name: string, changes: object): Promise<string> {
  const parent = await imageIdOf(api, 'Desktop')
  const { body, status } = await api.call<{ id: string }>('POST', `/images/${parent}/clone`, {
    name,
    homePolicy: 'none',
    ...changes,
  })
  expect(status).toBe(201)
  return body.id
}

async function launch(api: Api, imageId: string): Promise<string> {
  return (await api.call<{ id: string }>('POST', '/sessions', { imageId })).body.id
}

test('the login of a private registry is tested from the form before anything is saved', async ({ admin, api, portal }) => {
  const imageId = await workspace(api, 'Images closed', { reference: `${closed.address}/team/desk:1`, prefetch: false })
  await admin.goto(`${portal.url}/admin/images/${imageId}`)
  await admin.getByRole('button', { name: 'Set a login' }).click()
  const try_ = async (password: string) => {
    await admin.getByLabel('User name').first().fill(registryLogin.user)
    await admin.getByLabel('Password or token').first().fill(password)
    await admin.getByRole('button', { name: 'Test this login' }).click()
  }
  await try_('wrong')
  await expect(admin.getByText(/cannot be pulled/)).toBeVisible()
  await try_(registryLogin.password)
  await expect(admin.getByText(/can be pulled/)).toBeVisible()
  await admin.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(admin.getByText(`${registryLogin.user} logs in; the password is stored.`)).toBeVisible()
  const { body } = await api.call<object>('GET', `/images/${imageId}`)
  expect(body).toMatchObject({ registryUser: registryLogin.user })
  expect(JSON.stringify(body)).not.toContain(registryLogin.password)
})

test('an image that only an agent has is pushed to a registry with a login, and the workspace is pointed at it', async ({
  admin,
  api,
  portal,
}) => {
  test.setTimeout(240_000)
  const built = `e2e/own-${registry.port}:1`
  const docker = openEngine()
  await buildNewImage({ docker, reference: built, layers: 1, layerBytes })
  try {
    const imageId = await workspace(api, 'Images pushed', { reference: built, prefetch: false })
    const { body: fleet } = await api.call<{ items: { id: string }[] }>('GET', '/agents')
    // What was built by hand is seen within a minute, or at once.
    await admin.goto(`${portal.url}/admin/agents/${fleet.items[0]?.id}`)
    await admin.getByRole('button', { name: 'Refresh now' }).click()
    const agents = async () => (await api.call<{ agents: unknown[] }>('GET', `/images/${imageId}`)).body.agents.length
    await expect.poll(agents, soon).toBe(1)
    await admin.goto(`${portal.url}/admin/images/${imageId}`)
    const places = card(admin, 'On agents')
    await expect(places).toContainText('No registry knows it')
    const dialog = admin.getByRole('dialog')
    await expect(async () => {
      if (!(await dialog.isVisible())) await places.getByRole('button', { name: 'Push to a registry…' }).click({ timeout: 2_000 })
      await expect(dialog).toBeVisible({ timeout: 2_000 })
    }).toPass()
    await dialog.getByLabel('Under this name').fill(`${closed.address}/team/own:1`)
    await dialog.getByLabel('User name').fill(registryLogin.user)
    await dialog.getByLabel('Password or token').fill(registryLogin.password)
    await dialog.getByRole('button', { name: 'Push', exact: true }).click()
    await expect(places).toContainText(/Is there.*sha256:[0-9a-f]{64}/s, soon)
    await places.getByRole('button', { name: /^Use / }).click()
    await expect(places).toContainText('The workspace comes from there.')
    const { body } = await api.call<object>('GET', `/images/${imageId}`)
    expect(body).toMatchObject({ reference: `${closed.address}/team/own:1`, registryUser: registryLogin.user })
  } finally {
    await docker.getImage(built).remove({ force: true })
  }
})

test('a launch that waits for a pull shows layers, bytes and the time left, and so do the pages of image and agent', async ({
  admin,
  api,
  portal,
}) => {
  test.setTimeout(240_000)
  const imageId = await workspace(api, 'Images pulled', { reference, prefetch: false })
  door.narrow(6_000_000)
  const sessionId = await launch(api, imageId)
  await admin.goto(`${portal.url}/sessions/${sessionId}`)
  const steps = admin.getByRole('list', { name: 'Launch steps' })
  await expect(steps).toContainText(/Fetching the image.*of \d+ layers.*about .* left/s, soon)
  await expect(steps).toContainText(/\d \/ 22\.9 MiB/)
  await admin.screenshot({ path: 'test-results/images-launch-waits.png' })

  const page = await admin.context().newPage()
  await page.goto(`${portal.url}/admin/images/${imageId}`)
  await expect(card(page, 'On agents')).toContainText(/of \d+ layers.*\/ 22\.9 MiB.*about .* left/s)
  await page.screenshot({ path: 'test-results/images-pull-image.png', fullPage: true })
  const agentId = (await api.call<{ pulls: { agentId: string }[] }>('GET', `/images/${imageId}`)).body.pulls[0]?.agentId
  await page.goto(`${portal.url}/admin/agents/${agentId}`)
  await expect(card(page, 'Fetching images')).toContainText(/team\/desk:1.*of \d+ layers.*\/ 22\.9 MiB.*about .* left/s)
  await page.screenshot({ path: 'test-results/images-pull-agent.png', fullPage: true })
  door.widen()
  await untilState(api, sessionId, 'running')
  await page.reload()
  await expect(card(page, 'Docker images').getByText('sha256:').first()).toBeVisible()
  await page.close()
  await deleteSessions(api, sessionId)
})
