// `npm run bench:pages`: what the launcher weighs and how long the server works on it with 100 workspaces and 10,000 past sessions.
// Ends with one JSON line and exit 0, also when a target is missed.
import { randomBytes } from 'node:crypto'
import { loadavg } from 'node:os'
import { performance } from 'node:perf_hooks'
import { chromium, type Page } from '@playwright/test'
import { hearingChromiumOptions } from '@/e2e/support/chromium-options'
import { openEngine, removeInstallation } from '@/e2e/support/engine'
import { forgetPortal, newPortalFacts, startPortal } from '@/e2e/support/portal'
import { signIn } from '@/e2e/support/test'
import { loadConfig } from '@/lib/config'
import { type Db, openDb } from '@/lib/db/client'
import { toColumns } from '@/lib/db/image-views'
import { newId } from '@/lib/domain/ids'
import { WorkspaceImageSpec } from '@/lib/domain/workspace-image'
import { median, percentile, rounded } from './statistics'

const images = 100
const pastSessions = 10_000
const requests = 60
const targets = { scriptKb: 150, serverMs: 50 }

async function main(): Promise<void> {
  const facts = await newPortalFacts('domain')
  const portal = await startPortal(facts)
  const db = openDb(loadConfig(facts.environment).databaseUrl)
  const browser = await chromium.launch(hearingChromiumOptions)
  try {
    await seed(db)
    const page = await browser.newPage()
    await signIn(page, portal, 'admin', portal.adminPassword)
    const scriptKb = await scriptWeight(page, portal.url)
    const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
    const times = await serverTimes(portal.url, cookie)
    report(scriptKb, times)
  } finally {
    await browser.close()
    await db.$disconnect()
    await portal.interrupt()
    await removeInstallation(openEngine(), portal.installLabel)
    forgetPortal(portal)
  }
}

async function seed(db: Db): Promise<void> {
  const admin = await db.user.findUniqueOrThrow({ where: { name: 'admin' } })
  const rows = Array.from({ length: images }, (_, index) => {
    const fields = WorkspaceImageSpec.parse({
      name: `Workspace ${index}`,
      reference: 'berth/desktop:local',
      categories: [`Group ${index % 8}`],
    })
    return { ...toColumns(fields), id: newId() }
  })
  await db.workspaceImage.createMany({ data: rows })
  const past = Array.from({ length: pastSessions }, (_, index) => {
    const at = new Date(Date.now() - index * 60_000)
    const image = rows[index % rows.length]
    return {
      id: newId(),
      userId: admin.id,
      imageId: image?.id ?? null,
      imageName: image?.name ?? '',
      spec: {},
      cpuMillis: 1000,
      memoryBytes: 1e9,
      state: 'deleted' as const,
      wanted: 'deleted' as const,
      idempotencyKey: randomBytes(8).toString('hex'),
      createdAt: at,
      endedAt: at,
    }
  })
  for (let from = 0; from < past.length; from += 1000) await db.session.createMany({ data: past.slice(from, from + 1000) })
}

/** What comes over the wire, compressed as the server compresses it. */
async function scriptWeight(page: Page, url: string): Promise<number> {
  const client = await page.context().newCDPSession(page)
  await client.send('Network.enable')
  await client.send('Network.setCacheDisabled', { cacheDisabled: true })
  const kinds = new Map<string, string>()
  let bytes = 0
  client.on('Network.responseReceived', (event) => kinds.set(event.requestId, event.type))
  // Of the body alone: what loadingFinished counts holds the headers of each answer as well, and those are no script.
  client.on('Network.dataReceived', (event) => {
    if (kinds.get(event.requestId) === 'Script') bytes += event.encodedDataLength
  })
  await page.goto(url, { waitUntil: 'load' })
  await page
    .getByRole('button', { name: /^Launch/ })
    .first()
    .waitFor()
  await client.detach()
  return bytes / 1000
}

async function serverTimes(url: string, cookie: string): Promise<number[]> {
  const times: number[] = []
  for (let index = 0; index < requests + 10; index++) {
    const startedAt = performance.now()
    const answer = await fetch(url, { headers: { cookie } })
    const firstByteMs = performance.now() - startedAt
    await answer.text()
    if (answer.status !== 200) throw new Error(`the launcher answered ${answer.status}`)
    // The first ones warm the server up.
    if (index >= 10) times.push(firstByteMs)
  }
  return times
}

function report(scriptKb: number, times: number[]): void {
  const serverMedianMs = rounded(median(times))
  console.log(
    `\n${times.length} requests with ${images} workspaces and ${pastSessions} past sessions; load ${loadavg().map(rounded).join(' ')}`,
  )
  console.log(
    `launcher scripts ${rounded(scriptKb)} kB compressed (target ${targets.scriptKb}): ${scriptKb <= targets.scriptKb ? 'met' : 'missed'}`,
  )
  console.log(
    `first byte ${serverMedianMs} ms (target ${targets.serverMs}): ${serverMedianMs <= targets.serverMs ? 'met' : 'missed'}`,
  )
  console.log(
    JSON.stringify({
      scriptKb: rounded(scriptKb),
      serverMedianMs,
      serverP95Ms: rounded(percentile(times, 95)),
      requests: times.length,
    }),
  )
}

await main()
