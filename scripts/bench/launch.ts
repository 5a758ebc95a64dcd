// `npm run bench:launch [-- PAIRS]`: what the portal adds to a launch. Interleaved pairs of a click in a warm browser and the same container by
// hand, so that the load of the machine falls on both. Ends with one JSON line and exit 0, also when a target is missed.
import { loadavg } from 'node:os'
import { type Browser, chromium, type Page } from '@playwright/test'
import type Docker from 'dockerode'
import { hearingChromiumOptions } from '@/e2e/support/chromium-options'
import { containerOfSession, openEngine, removeInstallation } from '@/e2e/support/engine'
import { forgetPortal, newPortalFacts, type PortalFacts, startPortal } from '@/e2e/support/portal'
import { cookieApi, signIn } from '@/e2e/support/test'
import { defaultDesktopTag } from '@/scripts/images/build-desktop-image'
import { type FloorOptions, launchByHand } from './floor'
import { untilQuiet } from './quiet'
import { median, percentile, rounded } from './statistics'

const label = 'berth.bench'
const targetOverheadMs = 250
const targetWarmMs = 400

async function main(): Promise<void> {
  const pairs = Number(process.argv[2] ?? 10)
  const engine = openEngine()
  const portal = await startPortal(await newPortalFacts('domain'))
  const browser = await chromium.launch(hearingChromiumOptions)
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    await signIn(page, portal, 'admin', portal.adminPassword)
    await listenForFirstFrame(page)
    const floor = await floorOptions(engine, page, portal)
    // Warm: the page's chunks, the engine's caches and the desktop's own files are read once before anything counts.
    await launchByHand(engine, floor)
    await clickLaunch(page, portal)
    const pool = await keepOneReady(page, portal)
    await clickLaunch(page, portal, { workspace: pool.name })
    await pool.refilled()
    const samples: Sample[] = []
    for (let index = 0; index < pairs; index++) {
      // The next one starts beside nothing that is measured.
      await pool.refilled()
      const isQuiet = await untilQuiet()
      const floorMs = await launchByHand(engine, floor)
      const portalLaunch = await clickLaunch(page, portal)
      const warm = await clickLaunch(page, portal, { workspace: pool.name })
      const { firstFrameMs: portalMs, paintedMs } = portalLaunch
      const rested = isQuiet && portalLaunch.isQuiet && warm.isQuiet
      samples.push({ floorMs, portalMs, paintedMs, warmMs: warm.firstFrameMs, rested })
      console.log(
        `pair ${index + 1}: floor ${rounded(floorMs)} ms, portal ${rounded(portalMs)} ms, painted ${rounded(paintedMs)} ms, ` +
          `ready ${rounded(warm.firstFrameMs)} ms`,
      )
    }
    const coldMs = await coldLaunch(browser, portal)
    report(samples, coldMs)
  } finally {
    await browser.close()
    await portal.interrupt()
    await removeInstallation(engine, portal.installLabel)
    await removeByHand(engine)
    forgetPortal(portal)
  }
}

/** The options of a container that the portal made, so that both sides of a pair start the same thing. */
async function floorOptions(engine: Docker, page: Page, portal: PortalFacts): Promise<FloorOptions> {
  const look = async (sessionId: string) => {
    const { HostConfig, Config } = await containerOfSession(engine, sessionId)
    const password = 'bench-by-hand-password'
    const { PortBindings: _published, Binds: _home, Mounts: _mounts, ...hostConfig } = HostConfig
    const environment = Config.Env.map((line) => (line.startsWith('VNC_PW=') ? `VNC_PW=${password}` : line))
    captured = { image: defaultDesktopTag, hostConfig: { ...hostConfig, PublishAllPorts: true }, environment, password, label }
  }
  await clickLaunch(page, portal, { look })
  if (!captured) throw new Error('the container of the first launch was not seen')
  return captured
}

let captured: FloorOptions | null = null

/** The desktop says when its first picture is there; the page notes the time on its own clock. */
async function listenForFirstFrame(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.addEventListener('message', (event) => {
      if ((event.data as { action?: string } | null)?.action === 'first_frame')
        Object.assign(window, { firstFrameAt: performance.timeOrigin + performance.now() })
    })
  })
}

/** A workspace of the same image that keeps one session ready, and waits for it. */
async function keepOneReady(page: Page, portal: PortalFacts): Promise<{ name: string; refilled(): Promise<void> }> {
  const api = cookieApi(page.request, portal)
  const name = 'Ready desktop'
  const { items } = (await api.call('GET', '/images')).body as { items: { id: string }[] }
  const changes = { name, homePolicy: 'none', readySessions: 1 }
  const made = await api.call('POST', `/images/${items[0]?.id}/clone`, changes)
  const { id } = made.body as { id: string }
  const refilled = async () => {
    const deadline = Date.now() + 60_000
    for (;;) {
      const { ready } = (await api.call('GET', `/images/${id}`)).body as { ready: { state: string }[] }
      if (ready.length === 1 && ready[0]?.state === 'running') return
      if (Date.now() > deadline) throw new Error(`no session became ready: ${JSON.stringify(ready)}`)
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
  await refilled()
  return { name, refilled }
}

type Launch = { firstFrameMs: number; paintedMs: number; isQuiet: boolean }
type LaunchOptions = { workspace?: string; look?: (sessionId: string) => Promise<void> }

async function clickLaunch(
  page: Page,
  portal: PortalFacts,
  { workspace = 'Desktop', look }: LaunchOptions = {},
): Promise<Launch> {
  await page.goto(portal.url)
  const button = page.getByRole('button', { name: `Launch ${workspace}`, exact: true })
  await button.waitFor()
  // Whoever clicks has looked at the page first, and what ran before is over.
  const isQuiet = await untilQuiet()
  const clickedAt = await button.evaluate((element) => {
    const at = performance.timeOrigin + performance.now()
    ;(element as HTMLButtonElement).click()
    return at
  })
  await page.waitForURL(/\/sessions\//)
  const firstFrameAt = await page
    .waitForFunction(() => (window as { firstFrameAt?: number }).firstFrameAt ?? null, null, { polling: 100, timeout: 60_000 })
    .then((handle) => handle.jsonValue() as Promise<number>)
  const paintedMs = await untilManyColours(page, clickedAt)
  const sessionId = new URL(page.url()).pathname.split('/').at(-1) as string
  await look?.(sessionId)
  await deleteAndWait(page, portal, sessionId)
  return { firstFrameMs: firstFrameAt - clickedAt, paintedMs, isQuiet }
}

async function untilManyColours(page: Page, clickedAt: number): Promise<number> {
  const frame = page.frames().find((candidate) => candidate.url().includes('/vnc.html'))
  if (!frame) return Number.NaN
  const at = await frame.waitForFunction(
    () => {
      const canvas = document.querySelector('canvas')
      const data = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data
      const seen = new Set<number>()
      for (let index = 0; data && index < data.length; index += 4 * 331)
        seen.add(((data[index] ?? 0) << 16) | ((data[index + 1] ?? 0) << 8) | (data[index + 2] ?? 0))
      return seen.size > 20 ? performance.timeOrigin + performance.now() : null
    },
    null,
    { polling: 50, timeout: 60_000 },
  )
  return ((await at.jsonValue()) as number) - clickedAt
}

async function deleteAndWait(page: Page, portal: PortalFacts, sessionId: string): Promise<void> {
  const api = cookieApi(page.request, portal)
  await api.call('DELETE', `/sessions/${sessionId}`)
  const deadline = Date.now() + 60_000
  while ((await api.call('GET', `/sessions/${sessionId}`)).status !== 404) {
    if (Date.now() > deadline) throw new Error(`session ${sessionId} was not deleted`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

async function coldLaunch(browser: Browser, portal: PortalFacts): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  const page = await context.newPage()
  await listenForFirstFrame(page)
  await signIn(page, portal, 'admin', portal.adminPassword)
  const { firstFrameMs } = await clickLaunch(page, portal)
  await context.close()
  return firstFrameMs
}

async function removeByHand(engine: Docker): Promise<void> {
  for (const { Id } of await engine.listContainers({ all: true, filters: { label: [label] } }))
    await engine.getContainer(Id).remove({ force: true, v: true })
}

type Sample = { floorMs: number; portalMs: number; paintedMs: number; warmMs: number; rested: boolean }

function report(samples: Sample[], coldMs: number): void {
  const overheads = samples.map((sample) => sample.portalMs - sample.floorMs)
  const overheadMedianMs = rounded(median(overheads))
  const restless = samples.filter((sample) => !sample.rested).length
  if (restless > 0) console.log(`\n${restless} pairs were measured beside other work: the machine did not come to rest`)
  console.log(`\n${samples.length} pairs; load of the machine ${loadavg().map(rounded).join(' ')}`)
  console.log(
    `painted, median: ${rounded(median(samples.map((sample) => sample.paintedMs)))} ms; cold browser, first picture: ${rounded(coldMs)} ms`,
  )
  console.log(`overhead target ${targetOverheadMs} ms: ${overheadMedianMs <= targetOverheadMs ? 'met' : 'missed'}`)
  const warmMedianMs = rounded(median(samples.map((sample) => sample.warmMs)))
  console.log(`ready session target ${targetWarmMs} ms: ${warmMedianMs <= targetWarmMs ? 'met' : 'missed'} (${warmMedianMs} ms)`)
  console.log(
    JSON.stringify({
      floorMedianMs: rounded(median(samples.map((sample) => sample.floorMs))),
      portalMedianMs: rounded(median(samples.map((sample) => sample.portalMs))),
      overheadMedianMs,
      overheadP95Ms: rounded(percentile(overheads, 95)),
      warmMedianMs,
      launches: samples.length,
    }),
  )
}

await main()
