// What a person proves himself with, for requests without a browser.
import { findActions } from '@/e2e/entry-points'
import type { Person } from './people'
import type { PortalFacts } from './portal'
import { type RawAnswer, rawRequest } from './raw-request'

export async function cookieOf({ page }: Pick<Person, 'page'>, portal: PortalFacts): Promise<string> {
  const cookies = await page.context().cookies(portal.url)
  return cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
}

/** As the portal's own page would. */
export function callAction(portal: PortalFacts, cookie: string, name: string, input: unknown): Promise<RawAnswer> {
  const action = findActions().find((candidate) => candidate.name === name)
  if (!action) throw new Error(`no action ${name}`)
  const headers = {
    Origin: new URL(portal.url).origin,
    Cookie: cookie,
    'Next-Action': action.id,
    'Content-Type': 'text/plain;charset=UTF-8',
    Accept: 'text/x-component',
  }
  return rawRequest(portal.url, action.page, headers, 'POST', JSON.stringify([input]))
}

/** `brt_…`, which is shown this once. */
export async function newApiKey(portal: PortalFacts, cookie: string): Promise<string> {
  const { body } = await callAction(portal, cookie, 'createApiKeyAction', { name: 'attacks' })
  const key = /brt_[A-Za-z0-9_-]{43}/.exec(body)?.[0]
  if (!key) throw new Error(`no key: ${body.slice(0, 300)}`)
  return key
}
