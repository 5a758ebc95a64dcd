// People and sessions for a spec, made and removed over the API as an administrator would.
import { randomBytes } from 'node:crypto'
import type { Browser, Page } from '@playwright/test'
import type { PortalFacts } from './portal'
import { type Api, cookieApi, signIn } from './test'

export type Person = { id: string; name: string; password: string; page: Page; api: Api }

/** A user who has chosen a password of his own, signed in in a browser of his own. */
export async function newPerson(
  admin: Api,
  browser: Browser,
  portal: PortalFacts,
  role: 'user' | 'admin' = 'user',
): Promise<Person> {
  const name = `e2e-${randomBytes(4).toString('hex')}`
  const password = randomBytes(12).toString('base64url')
  const created = await admin.call<{ id: string; user?: { id: string } }>('POST', '/users', { name, role, password })
  if (created.status !== 201) throw new Error(`no user: ${created.status} ${JSON.stringify(created.body)}`)
  const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1280, height: 800 } })
  const page = await context.newPage()
  await signIn(page, portal, name, password)
  const own = randomBytes(12).toString('base64url')
  await page.getByLabel('Present password').fill(password)
  await page.getByLabel(/^New password\W*$/).fill(own)
  await page.getByLabel(/again|Repeat/i).fill(own)
  await page.getByRole('button', { name: /Change|Save|Set/ }).click()
  await page.waitForURL((url) => !url.pathname.includes('new-password'))
  return { id: created.body.user?.id ?? created.body.id, name, password: own, page, api: cookieApi(page.request, portal) }
}

export async function imageIdOf(api: Api, name: string): Promise<string> {
  const { body } = await api.call<{ items: { id: string; name: string }[] }>('GET', '/images?limit=200')
  const image = body.items.find((candidate) => candidate.name === name)
  if (!image) throw new Error(`no image named ${name}`)
  return image.id
}

/** Launches over the API and resolves once the desktop answered. */
export async function runningSession(api: Api, imageId: string): Promise<string> {
  const launched = await api.call<{ id: string }>('POST', '/sessions', { imageId })
  if (launched.status !== 201) throw new Error(`no session: ${launched.status} ${JSON.stringify(launched.body)}`)
  await untilState(api, launched.body.id, 'running')
  return launched.body.id
}

export async function untilState(api: Api, sessionId: string, wanted: string): Promise<void> {
  const deadline = Date.now() + 90_000
  for (;;) {
    const { status, body } = await api.call<{ state?: string; failure?: unknown }>('GET', `/sessions/${sessionId}`)
    if (body?.state === wanted || (wanted === 'deleted' && status === 404)) return
    if (Date.now() > deadline || (body?.state === 'failed' && wanted !== 'failed')) {
      throw new Error(`session ${sessionId} is ${status} ${JSON.stringify(body)}, not ${wanted}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

export async function deleteSessions(api: Api, ...sessionIds: string[]): Promise<void> {
  for (const sessionId of sessionIds) await api.call('DELETE', `/sessions/${sessionId}`)
  for (const sessionId of sessionIds) await untilState(api, sessionId, 'deleted')
}
