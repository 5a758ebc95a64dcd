import { expect } from '@playwright/test'
import { untilPainted } from '@/e2e/support/desktop'
import { deleteSessions, imageIdOf, newPerson, runningSession } from '@/e2e/support/people'
import { enter, rawRequest, rawUpgrade } from '@/e2e/support/raw-request'
import { test } from '@/e2e/support/test'
import { withoutRequestId } from '@/e2e/support/without-request-id'

test.describe('a session is its own world', () => {
  test('another user neither sees a session nor enters it with a cookie of his own, and learns nothing from the answer [attack 1, 2, 3, 15]', async ({
    api,
    browser,
    portal,
  }) => {
    const imageId = await imageIdOf(api, 'Desktop')
    const [alice, mallory] = [await newPerson(api, browser, portal), await newPerson(api, browser, portal)]
    const [hers, his] = [await runningSession(alice.api, imageId), await runningSession(mallory.api, imageId)]
    const told = async (id: string) => withoutRequestId(JSON.stringify(await mallory.api.call('GET', `/sessions/${id}`)))
    expect(await told(hers)).toBe(await told('aaaaaaaaaaaaaaaaaaaaaaaa'))
    expect((await mallory.api.call('POST', `/sessions/${hers}/connect`)).status).toBe(404)
    expect((await mallory.api.call('DELETE', `/sessions/${hers}`)).status).toBe(404)

    const herUrl = (await alice.api.call<{ url: string }>('POST', `/sessions/${hers}/connect`)).body.url
    const herEntry = await enter(herUrl)
    const hisEntry = await enter((await mallory.api.call<{ url: string }>('POST', `/sessions/${his}/connect`)).body.url)

    await test.step('a ticket is good once', async () => {
      const again = new URL(herUrl)
      const answer = await rawRequest(again.origin, `${again.pathname}${again.search}`)
      expect(answer.headers['set-cookie']).toBeUndefined()
      expect([303, 401, 403, 404]).toContain(answer.status)
    })
    await test.step('her own cookie streams', async () => {
      expect(await rawUpgrade(herEntry.origin, { Cookie: herEntry.cookie, Origin: herEntry.origin })).toBe(101)
      expect((await rawRequest(herEntry.origin, '/vnc.html', { Cookie: herEntry.cookie })).status).toBe(200)
    })
    await test.step('without a cookie, or with his, nothing streams', async () => {
      for (const headers of [{}, { Cookie: hisEntry.cookie }, { Cookie: `${herEntry.cookie}x` }]) {
        expect(await rawUpgrade(herEntry.origin, { ...headers, Origin: herEntry.origin })).not.toBe(101)
        expect((await rawRequest(herEntry.origin, '/vnc.html', headers)).status).not.toBe(200)
      }
    })
    await test.step('a page of another origin cannot stream with her cookie', async () => {
      const evil = [
        hisEntry.origin,
        new URL(portal.url).origin,
        'https://evil.example',
        'null',
        `${herEntry.origin}.evil.example`,
        herEntry.origin.toUpperCase(),
      ]
      for (const Origin of evil)
        expect(await rawUpgrade(herEntry.origin, { Cookie: herEntry.cookie, Origin }), Origin).not.toBe(101)
      expect(await rawUpgrade(herEntry.origin, { Cookie: herEntry.cookie })).not.toBe(101)
    })
    await test.step('the desktop page may be framed by the portal only', async () => {
      const answer = await rawRequest(herEntry.origin, '/vnc.html', { Cookie: herEntry.cookie })
      expect(answer.headers['content-security-policy']).toContain(`frame-ancestors ${new URL(portal.url).origin}`)
      expect(answer.headers['x-content-type-options']).toBe('nosniff')
      expect(answer.headers['set-cookie']).toBeUndefined()
    })
    await test.step('switching her account off ends what is open within five seconds, and the session goes on', async () => {
      await api.call('PATCH', `/users/${alice.id}`, { disabled: true })
      await expect(async () => {
        expect(await rawUpgrade(herEntry.origin, { Cookie: herEntry.cookie, Origin: herEntry.origin })).not.toBe(101)
      }).toPass({ timeout: 5_000 })
      expect((await alice.api.call('GET', '/me')).status).toBe(401)
      expect((await api.call<{ state: string }>('GET', `/sessions/${hers}`)).body.state).toBe('running')
    })
    await deleteSessions(api, hers, his)
  })

  test('what runs inside a desktop page cannot read, call or steer the portal [attack 4]', async ({ admin, api, portal }) => {
    const sessionId = await runningSession(api, await imageIdOf(api, 'Desktop'))
    await admin.goto(`${portal.url}/sessions/${sessionId}`)
    await untilPainted(admin)
    const frame = admin.frames().find((candidate) => candidate.url().includes('/vnc.html'))
    if (!frame) throw new Error('the desktop is not in a frame of its own')
    expect(new URL(frame.url()).origin).not.toBe(new URL(portal.url).origin)
    expect(frame.url()).not.toContain('ticket')
    const seen = await frame.evaluate(async (portalUrl) => {
      const attempt = async (act: () => unknown) => {
        try {
          await act()
          return 'done'
        } catch {
          return 'refused'
        }
      }
      return {
        readsParent: await attempt(() => window.parent.document.title),
        callsPortal: await attempt(async () => {
          const answer = await fetch(`${portalUrl}/api/v1/me`, { credentials: 'include' })
          if (!answer.ok) throw new Error('not ok')
        }),
        readsCookies: document.cookie,
        navigates: await attempt(() => {
          if (window.top) window.top.location.href = 'about:blank'
        }),
      }
    }, portal.url)
    expect(seen).toMatchObject({ readsParent: 'refused', callsPortal: 'refused', readsCookies: '' })
    expect(new URL(admin.url()).origin).toBe(new URL(portal.url).origin)
    await deleteSessions(api, sessionId)
  })
})
