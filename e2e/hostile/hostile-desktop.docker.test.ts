// A desktop whose user serves what he likes, in a real browser, inside the real session page and in a tab of its own: what it can do to the portal,
// to another desktop, and to the cookies of both, wherever desktops and portal stand to each other.
import { type Browser, type BrowserContext, chromium, type Frame, type Page } from '@playwright/test'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumOptions } from '@/e2e/support/chromium-options'
import { containerOfSession, execIn, openEngine, removeInstallation } from '@/e2e/support/engine'
import { newPerson, type Person, runningSession } from '@/e2e/support/people'
import { forgetPortal, type RunningPortal, startPortal } from '@/e2e/support/portal'
import { rawRequest } from '@/e2e/support/raw-request'
import { type Api, signIn } from '@/e2e/support/test'
import { type HostileImage, makeHostileImage } from './hostile-image'
import { factsOf, layouts } from './layouts'

const engine = openEngine()
let image: HostileImage
let browser: Browser

beforeAll(async () => {
  image = await makeHostileImage(engine)
  browser = await chromium.launch(chromiumOptions)
})
afterAll(async () => {
  await browser?.close()
  await image?.remove()
})

/** Whatever was under way to another place has begun by the time that the portal has answered this page once more. */
const settled = (page: Page) => page.evaluate(async () => void (await fetch('/api/health')))

/** A browser drops what it loads when a network interface comes or goes, scripts of a page included; people load it anew. */
async function patiently(load: () => Promise<void>): Promise<void> {
  for (let triesLeft = 2; triesLeft > 0; triesLeft--) {
    try {
      return await load()
    } catch (error) {
      console.log(`loading it once more: ${error}`)
    }
  }
  await load()
}

/** With the cookies of a browser, also where only browsers know the way to its name. */
function apiOf(of: BrowserContext, { url }: RunningPortal): Api {
  return {
    call: async (method, path, body) => {
      const cookies = (await of.cookies(url)).map(({ name, value }) => `${name}=${value}`)
      const headers = { Cookie: cookies.join('; '), Origin: new URL(url).origin, 'Content-Type': 'application/json' }
      const answer = await rawRequest(
        url,
        `/api/v1${path}`,
        headers,
        method,
        body === undefined ? undefined : JSON.stringify(body),
      )
      return { status: answer.status, body: answer.body ? JSON.parse(answer.body) : null }
    },
  }
}

type Told = Record<string, string | boolean>

/** The same wherever it stands: what is its own works, nothing else does. */
const expected = {
  ownStream: 'streams',
  ticketInAddress: false,
  ownCookieReadable: false,
  portalByForm: 'no error',
  backInHistory: 'no error',
  portalFrame: 'stranger',
  otherFrame: 'stranger',
}
const refusedAlways = [
  'parentDocument',
  'topAddress',
  'portalRead',
  'portalReadBlind',
  'portalLaunchJson',
  'portalDelete',
  'portalScript',
  'portalPicture',
  'otherRead',
  'otherReadBlind',
  'otherScript',
  'otherPicture',
  'otherStream',
  'worker',
  'camera',
]
/** Sent without being read, as any page on the web may: the portal refuses these itself. */
const blind = ['portalLaunch', 'portalAction', 'portalSignOut', 'portalBeacon']

describe.each(layouts)('a hostile desktop $name', { timeout: 180_000 }, (layout) => {
  let portal: RunningPortal
  let context: BrowserContext
  let page: Page
  let alice: Person
  let imageId: string
  let adminApi: Api
  const sessions = { evil: '', other: '' }
  let origins: { evil: string; other: string }

  beforeAll(async () => {
    portal = await startPortal(await factsOf(layout))
    const admin = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage()
    await signIn(admin, portal, 'admin', portal.adminPassword)
    const api = apiOf(admin.context(), portal)
    adminApi = api
    const fields = { name: 'Hostile', reference: image.reference, homePolicy: 'none', cpuMillis: 500, memoryBytes: 512 * 2 ** 20 }
    const made = await api.call<{ id: string }>('POST', '/images', fields)
    expect(made).toMatchObject({ status: 201 })
    imageId = made.body.id
    const person = await newPerson(api, browser, portal)
    page = person.page
    context = page.context()
    alice = { ...person, api: apiOf(context, portal) }
    sessions.evil = await runningSession(alice.api, imageId)
    sessions.other = await runningSession(alice.api, imageId)
    origins = { evil: await originOf(sessions.evil), other: await originOf(sessions.other) }
    // The other desktop was open in this browser: it has a cookie there that an attack could use.
    await framed(sessions.other)
  }, 300_000)

  afterAll(async () => {
    if (!portal) return
    for (const one of browser.contexts()) await one.close()
    await portal.interrupt()
    await removeInstallation(engine, portal.installLabel)
    forgetPortal(portal)
  })

  const connect = async (id: string) => (await alice.api.call<{ url: string }>('POST', `/sessions/${id}/connect`)).body.url
  const originOf = async (id: string) => new URL(await connect(id)).origin
  const given = () => ({
    portal: new URL(portal.url).origin,
    other: origins.other,
    otherId: sessions.other,
    imageId,
  })

  /** The desktop's own page within the session page, once it says that it is there. */
  async function framed(id: string): Promise<Frame> {
    await patiently(async () => {
      await page.goto(`${portal.url}/`)
      await page.goto(`${portal.url}/sessions/${id}`)
      await page.locator('[data-testid=desktop-frame][data-phase=connected]').waitFor({ timeout: 30_000 })
    })
    const frame = await (await page.getByTestId('desktop-frame').elementHandle())?.contentFrame()
    if (!frame) throw new Error('there is no frame')
    return frame
  }

  const attack = (where: Frame | Page): Promise<Told> =>
    where.evaluate((all) => (window as unknown as { attack(given: object): Promise<Told> }).attack(all), given())

  /** Who is signed in, and what is there; an attack would have changed it. */
  async function state() {
    const me = await alice.api.call<object>('GET', '/me')
    const list = await alice.api.call<{ items: { id: string; state: string; wanted: string }[] }>('GET', '/sessions')
    return { me, sessions: list.body.items?.map(({ id, wanted }) => `${id} ${wanted}`).sort() }
  }

  const inside = async (id: string, line: string) => execIn(engine, (await containerOfSession(engine, id)).Id, ['sh', '-c', line])
  const askedOf = async (id: string) => Number(await inside(id, 'grep -c secret /tmp/seen.jsonl; true'))

  test('in the session page it streams, and reads, calls, frames and steers nothing else [attack 4, 23]', async () => {
    const before = await state()
    const frame = await framed(sessions.evil)
    const told = await attack(frame)
    expect(told).toMatchObject(expected)
    for (const name of refusedAlways) expect([name, told[name]]).toEqual([name, 'refused'])
    // In the frame's sandbox there is no other window to steer, and no form to send.
    for (const name of ['topAssign', 'topReplace']) expect([name, told[name]]).toEqual([name, 'refused'])
    expect([told.popup, told.topByWindow]).toEqual(['null', 'null'])
    for (const name of blind) expect(['opaque', 'sent', 'refused'], name).toContain(told[name])
    await settled(page)
    expect(page.url()).toBe(`${portal.url}/sessions/${sessions.evil}`)
    expect(
      page
        .frames()
        .flatMap((one) => (one === page.mainFrame() ? [] : one.url()))
        .filter((url) => url.startsWith(portal.url)),
    ).toEqual([])
    expect(frame.childFrames().map((one) => one.url())).toEqual(expect.arrayContaining(['chrome-error://chromewebdata/']))
    expect(await state()).toEqual(before)
    expect(await askedOf(sessions.other)).toBe(0)
  })

  test('in a tab of its own it gets no hold of the portal either [attack 4, 23]', async () => {
    const before = await state()
    const tab = await context.newPage()
    await tab.goto(await connect(sessions.evil), { waitUntil: 'commit' })
    await tab.waitForFunction(() => 'attack' in window)
    expect(new URL(tab.url()).pathname).toBe('/vnc.html')
    // Its own tab is its own to steer, so what would end the page is left out.
    await tab.evaluate(() => {
      const all = (window as unknown as { attempts: object }).attempts as Record<string, unknown>
      for (const name of Object.keys(all)) if (/^top|^back|^parent|^ticket|ByForm$/.test(name)) delete all[name]
    })
    const told = await attack(tab)
    const kept = refusedAlways.filter((name) => name in told && name !== 'camera')
    for (const name of kept) expect([name, told[name]]).toEqual([name, 'refused'])
    expect(told).toMatchObject({
      ownStream: 'streams',
      ownCookieReadable: false,
      portalFrame: 'stranger',
      otherFrame: 'stranger',
    })

    // A window that it opens on the portal is no longer in its hands once the portal is in it.
    const opened = context.waitForEvent('page')
    await tab.evaluate((url) => {
      Object.assign(window, { victim: open(url) })
    }, `${portal.url}/account`)
    const portalTab = await opened
    await portalTab.waitForURL(`${portal.url}/account`)
    await portalTab.waitForLoadState('load')
    const hold = await tab.evaluate(() => {
      const { victim } = window as unknown as { victim: Window }
      try {
        victim.location.href = `${location.origin}/taken`
      } catch {
        return 'refused'
      }
      return victim.closed ? 'gone' : 'held'
    })
    expect(['gone', 'refused']).toContain(hold)
    expect(await portalTab.evaluate(() => window.opener)).toBeNull()
    await settled(portalTab)
    expect(portalTab.url()).toBe(`${portal.url}/account`)
    await portalTab.close()
    await tab.close()
    expect(await state()).toEqual(before)
    expect(await askedOf(sessions.other)).toBe(0)
  })

  test('the portal’s and other desktops’ cookies stay as they are, and none reaches a desktop [attack 5, 6]', async () => {
    const cookies = async () =>
      (await context.cookies([portal.url, origins.evil, origins.other]))
        .filter(({ httpOnly }) => httpOnly)
        .map(({ name, value, domain }) => `${domain} ${name}=${value}`)
        .sort()
    const frame = await framed(sessions.evil)
    const own = (await context.cookies(portal.url)).map(({ name }) => name)
    const [before, stateBefore] = [await cookies(), await state()]
    const names = [...own, '__Host-berth', 'berth', `__Host-berth-${sessions.other}`, 'next-auth.session-token']
    await frame.evaluate((all) => (window as unknown as { toss(names: string[], howMany: number): void }).toss(all, 0), names)
    // By header it sets none at all: `tossed` is in each of its answers.
    expect((await context.cookies([portal.url, origins.evil])).filter(({ name }) => name === 'tossed')).toEqual([])
    const after = await cookies()
    // Entering anew makes no new cookie, so the same ones are there, and whatever was tossed beside them is not taken for them.
    expect(after).toEqual(before)
    expect(await state()).toEqual(stateBefore)
    await page.goto(`${portal.url}/account`)
    expect(page.url()).toBe(`${portal.url}/account`)
    await framed(sessions.other)
    const seen = await inside(sessions.evil, 'cat /tmp/seen.jsonl')
    expect(seen.toLowerCase()).toContain('"authorization"')
    expect(seen.toLowerCase()).not.toMatch(/"cookie"|"referer"|next-action|x-forwarded-host/)
    const secrets = before.map((cookie) => cookie.split('=').at(-1) ?? '')
    expect(secrets.filter((secret) => seen.includes(secret))).toEqual([])
  })

  test('a sign-in of somebody else that is put beside hers is not taken for hers, and she comes in again [attack 5, 32]', async () => {
    const frame = await framed(sessions.evil)
    const own = (await context.cookies(portal.url)).find(({ name }) => name.endsWith('-sign-in'))?.name ?? ''
    const mallory = await newPerson(adminApi, browser, portal)
    const his = (await mallory.page.context().cookies(portal.url)).find(({ name }) => name === own)?.value ?? ''
    expect(his.length).toBeGreaterThan(100)
    await frame.evaluate(
      ([name, value]) => {
        for (const rest of ['', '; Secure', '; Secure; SameSite=None; Partitioned'])
          document.cookie = `${name}=${value}; Path=/${rest}`
      },
      [own, his] as const,
    )
    await page.goto(`${portal.url}/account`)
    await page.waitForURL(/\/(account|sign-in)/)
    expect(await page.content()).not.toContain(mallory.name)
    // Where both came, neither counted; signing in once more takes what was put there away.
    if (page.url().includes('/sign-in')) await signIn(page, portal, alice.name, alice.password)
    await page.goto(`${portal.url}/account`)
    expect(page.url()).toBe(`${portal.url}/account`)
    expect(await page.content()).toContain(alice.name)
    await mallory.page.context().close()
  })

  test('a flood of cookies at most signs people out, and only where browsers do not keep the two apart [attack 5]', async () => {
    const frame = await framed(sessions.evil)
    await frame.evaluate(() => (window as unknown as { toss(names: string[], howMany: number): void }).toss([], 400))
    await page.goto(`${portal.url}/account`)
    await page.waitForURL(/\/(account|sign-in)/)
    const isSignedIn = page.url() === `${portal.url}/account`
    if (!layout.isOneSite) expect(isSignedIn).toBe(true)
    console.log(`${layout.name}: after a flood of cookies she is ${isSignedIn ? 'signed in' : 'signed out'}`)
  })
})
