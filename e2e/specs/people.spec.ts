import { expect } from '@playwright/test'
import { deleteSessions, imageIdOf, newPerson, untilState } from '@/e2e/support/people'
import { enter, rawUpgrade } from '@/e2e/support/raw-request'
import { cookieApi, test } from '@/e2e/support/test'

test.describe('people', () => {
  test('a user sees workspaces and nothing of the administration, and signing out ends the sign-in', async ({
    api,
    browser,
    portal,
  }) => {
    const person = await newPerson(api, browser, portal)
    await person.page.goto(portal.url)
    await expect(person.page.getByRole('button', { name: 'Launch Desktop', exact: true })).toBeVisible()
    await expect(person.page.getByRole('link', { name: 'Administration' })).toHaveCount(0)
    for (const path of ['/admin', '/admin/images', '/admin/agents', '/admin/users', '/admin/sessions']) {
      expect((await person.page.request.get(`${portal.url}${path}`)).status(), path).toBe(404)
    }
    for (const path of ['/agents', '/users']) expect((await person.api.call('GET', path)).status, path).toBe(403)
    const cookies = await person.page.context().cookies()
    await person.page.getByRole('button', { name: /^Account of/ }).click()
    await person.page.getByRole('menuitem', { name: 'Sign out' }).click()
    await person.page.waitForURL(/\/sign-in/)
    // The cookie that was copied before is worth nothing any more.
    await person.page.context().addCookies(cookies)
    expect((await cookieApi(person.page.request, portal).call('GET', '/me')).status).toBe(401)
    await api.call('DELETE', `/users/${person.id}`)
  })

  test('the last administrator cannot be disabled, demoted or deleted', async ({ api }) => {
    const me = await api.call<{ user: { id: string } }>('GET', '/me')
    for (const change of [{ disabled: true }, { role: 'user' }])
      expect((await api.call('PATCH', `/users/${me.body.user.id}`, change)).status).toBe(409)
    expect((await api.call('DELETE', `/users/${me.body.user.id}`)).status).toBe(409)
  })

  test('an API key launches, its connect URL streams, and a revoked key is refused at once [attack 15, 33]', async ({
    api,
    admin,
    portal,
  }) => {
    await admin.goto(`${portal.url}/account`)
    await admin
      .getByRole('button', { name: /(New|Create).*key/i })
      .first()
      .click()
    await admin.getByLabel(/name/i).last().fill('e2e')
    await admin
      .getByRole('dialog')
      .getByRole('button', { name: /Create|Make/ })
      .click()
    const key = ((await admin.getByRole('dialog').getByText(/^brt_/).first().textContent()) ?? '').trim()
    expect(key).toMatch(/^brt_/)
    const headers = { Authorization: `Bearer ${key}` }
    const call = async (method: string, path: string, data?: unknown) => {
      const answer = await admin.request.fetch(`${portal.url}/api/v1${path}`, { method, headers, ...(data ? { data } : {}) })
      return {
        status: answer.status(),
        body: (await answer.json().catch(() => null)) as { id: string; state: string; url: string },
      }
    }
    const launched = await call('POST', '/sessions', { imageId: await imageIdOf(api, 'Desktop') })
    expect(launched).toMatchObject({ status: 201, body: { state: 'starting', reasons: [] } })
    const { id } = launched.body
    await untilState(api, id, 'running')
    const { origin, cookie } = await enter((await call('POST', `/sessions/${id}/connect`)).body.url)
    expect(await rawUpgrade(origin, { Cookie: cookie, Origin: origin })).toBe(101)
    await test.step('revoked, the key opens nothing and its stream ends', async () => {
      await admin.goto(`${portal.url}/account`)
      await admin.getByRole('button', { name: 'Revoke', exact: true }).first().click()
      await admin.getByRole('alertdialog').getByRole('button', { name: 'Revoke key' }).click()
      await expect(async () => {
        expect((await call('GET', '/sessions')).status).toBe(401)
        expect(await rawUpgrade(origin, { Cookie: cookie, Origin: origin })).not.toBe(101)
      }).toPass({ timeout: 5_000 })
    })
    await deleteSessions(api, id)
  })

  test('an administrator may end a session of somebody else but never look into it [attack 21]', async ({
    api,
    browser,
    portal,
  }) => {
    const person = await newPerson(api, browser, portal)
    const launched = await person.api.call<{ id: string }>('POST', '/sessions', { imageId: await imageIdOf(api, 'Desktop') })
    expect((await api.call('POST', `/sessions/${launched.body.id}/connect`)).status).toBe(404)
    expect((await api.call('DELETE', `/sessions/${launched.body.id}`)).status).toBeLessThan(300)
    await expect(async () => expect((await api.call('GET', `/sessions/${launched.body.id}`)).status).toBe(404)).toPass({
      timeout: 60_000,
    })
  })
})
