// A real process is told to end, as a service manager does: who is served is served to the end, who streams is let go, and desktops go on.
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { testDocker } from '@/lib/docker/test-engine'
import { containerName } from '@/lib/domain/container-spec'
import type { Part } from './portal-parts'
import { SplitPortal } from './split-portal'
import { ask, enter, view } from './viewer'

/** What the process gives those whom it serves, and a busy machine's share. */
const longestMs = 5_000 + 10_000

let portal: SplitPortal
let whole: Part

beforeAll(async () => {
  portal = await SplitPortal.open()
  whole = await portal.start('web,gateway,controller')
})
afterAll(() => portal?.close())

async function stream(id: string, gateway: Part) {
  const { url } = await portal.api<{ url: string }>(whole, 'POST', `/sessions/${id}/connect`)
  const { cookie } = await enter(url, gateway)
  const viewer = await view(url, cookie, gateway)
  await viewer.picture()
  return { viewer, url, cookie }
}

const viewersOf = async (id: string) =>
  (await portal.db.sessionViewers.findMany({ where: { sessionId: id } })).reduce((sum, { viewers }) => sum + viewers, 0)

const launch = async () => {
  const { id } = await portal.api<{ id: string }>(whole, 'POST', '/sessions', { imageId: portal.imageId })
  await portal.reach(id, 'running')
  return id
}

test('SIGTERM lets answers under way finish and streams go, lets no one new in, and ends the process with 0; its desktop is there for the next one', async () => {
  const id = await launch()
  const { viewer, url, cookie } = await stream(id, whole)
  await vi.waitFor(async () => expect(await viewersOf(id)).toBe(1), { timeout: 20_000 })
  const before = await testDocker(portal.gate.path).getContainer(containerName(id)).inspect()

  // A page that waits for news of its session: it is answered some seconds later.
  const watch = (since = '') => portal.ask(whole, `/api/portal/sessions/${id}${since && `?since=${encodeURIComponent(since)}`}`)
  const { mark } = (await (await watch()).json()) as { mark: string }
  const news = watch(mark)
  const stoppedAt = performance.now()
  whole.child.kill('SIGTERM')
  await vi.waitFor(() => expect(whole.said()).toContain('Stopping the portal'), { timeout: 10_000, interval: 20 })
  // Whoever asks now is sent away, in words or because nobody listens any more.
  const refused = await ask(url, cookie, whole).catch(() => ({ status: 0, body: '' }))
  expect([0, 503]).toContain(refused.status)
  if (refused.status === 503) expect(refused.body).toContain('The portal is being restarted')
  expect((await news).status).toBe(200)
  expect(await viewer.closed).toBe(1006)
  expect(await whole.ended).toBe(0)
  expect(performance.now() - stoppedAt).toBeLessThan(longestMs)
  expect(whole.said()).toMatch(/Stopped/)
  expect(whole.said()).not.toMatch(/Closing went wrong|unhandled|"level":50/i)

  // Nobody looks any more, and that is written; the desktop does not know that anything happened.
  expect([await viewersOf(id), await portal.db.gatewayProcess.count()]).toEqual([0, 0])
  const row = await portal.session(id)
  expect([row.state, row.bytesDown > 0, row.bytesUp > 0]).toEqual(['running', true, true])
  whole = await portal.start('web,gateway,controller')
  const after = await testDocker(portal.gate.path).getContainer(containerName(id)).inspect()
  expect([after.Id, after.State.StartedAt]).toEqual([before.Id, before.State.StartedAt])
  // The cookie of before is good at the process that came after.
  const again = await view(url, cookie, whole)
  await again.picture()
  again.leave()
  await portal.api(whole, 'DELETE', `/sessions/${id}`)
  await portal.reach(id, 'deleted')
})

test('a gateway of several that ends takes its viewers from the row at once, one that is killed within a minute, and others count on', async () => {
  const [ending, dying] = [await portal.start('gateway'), await portal.start('gateway')]
  const id = await launch()
  for (const gateway of [whole, ending, dying]) await stream(id, gateway)
  await vi.waitFor(async () => expect(await viewersOf(id)).toBe(3), { timeout: 20_000 })
  expect(await ending.end('SIGTERM')).toBe(0)
  expect(await viewersOf(id)).toBe(2)
  await dying.end('SIGKILL')
  await vi.waitFor(async () => expect(await viewersOf(id)).toBe(1), { timeout: 75_000, interval: 500 })
  await portal.api(whole, 'DELETE', `/sessions/${id}`)
  await portal.reach(id, 'deleted')
})
