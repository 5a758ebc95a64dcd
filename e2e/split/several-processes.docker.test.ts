// One installation in several processes: web, two gateways and two controllers over one PostgreSQL, with a real engine and real desktops.
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { freePort } from '@/e2e/support/portal'
import { eventCodes } from '@/lib/controller/test-world'
import { testDocker } from '@/lib/docker/test-engine'
import { containerName } from '@/lib/domain/container-spec'
import type { Part } from './portal-parts'
import { SplitPortal } from './split-portal'
import { enter, type Viewer, view } from './viewer'

let portal: SplitPortal
let web: Part
let gateways: [Part, Part]
/** The one that acts first. */
let acting: Part
let waiting: Part

beforeAll(async () => {
  portal = await SplitPortal.open()
  const [page, one, two, first] = await Promise.all(['web', 'gateway', 'gateway', 'controller'].map((role) => portal.start(role)))
  web = page as Part
  gateways = [one as Part, two as Part]
  acting = first as Part
  await vi.waitFor(async () => expect(await portal.leaseHolder(), acting.said()).not.toBeNull(), { timeout: 20_000 })
  waiting = await portal.start('controller')
})
afterAll(() => portal?.close())

const docker = () => testDocker(portal.gate.path)
const launch = async () => (await portal.api<{ id: string }>(web, 'POST', '/sessions', { imageId: portal.imageId })).id

async function watch(id: string, gateway: Part, through: Part = web): Promise<Viewer> {
  const { url } = await portal.api<{ url: string }>(through, 'POST', `/sessions/${id}/connect`)
  const { cookie } = await enter(url, gateway)
  return await view(url, cookie, gateway)
}

/** Everything the engine has of one session. */
async function containersOf(id: string): Promise<{ Id: string; State: string }[]> {
  return await docker().listContainers({ all: true, filters: { label: [`berth.session=${id}`] } })
}

test('a launch at the web process streams through either gateway, and one ticket opens one of them once', async () => {
  const id = await launch()
  await portal.reach(id, 'running')
  for (const gateway of gateways) {
    const viewer = await watch(id, gateway)
    await viewer.picture()
    viewer.leave()
  }
  const { url } = await portal.api<{ url: string }>(web, 'POST', `/sessions/${id}/connect`)
  const answers = await Promise.all(gateways.map((gateway) => enter(url, gateway)))
  expect(answers.filter(({ cookie }) => cookie !== '')).toHaveLength(1)
  // A cookie is good at the gateway that did not give it.
  const given = answers.find(({ cookie }) => cookie !== '')
  for (const gateway of gateways) {
    const viewer = await view(url, given?.cookie ?? '', gateway)
    await viewer.picture()
    viewer.leave()
  }
  await portal.api(web, 'DELETE', `/sessions/${id}`)
  await portal.reach(id, 'deleted')
})

test('streams go on while web and controllers are killed and started, and end everywhere when their right is revoked', async () => {
  const id = await launch()
  await portal.reach(id, 'running')
  const viewers = await Promise.all(gateways.map((gateway) => watch(id, gateway)))
  await Promise.all([web, acting, waiting].map((part) => part.end('SIGKILL')))
  for (const viewer of viewers) await viewer.picture()
  // Of what was killed nothing is left; the lease it held runs out by itself.
  const [page, first] = await Promise.all([portal.start('web'), portal.start('controller')])
  web = page
  acting = first
  await portal.api(web, 'POST', `/sessions/${id}/pause`)
  await portal.reach(id, 'paused')
  await portal.api(web, 'POST', `/sessions/${id}/resume`)
  await portal.reach(id, 'running')
  waiting = await portal.start('controller')
  const again = await Promise.all(gateways.map((gateway) => watch(id, gateway)))
  for (const viewer of again) await viewer.picture()

  const revoked = again.map((viewer) => viewer.closed)
  await portal.db.grant.updateMany({ data: { revokedAt: new Date() } })
  const five = new Promise((resolve) => setTimeout(resolve, 5_000, 'still open'))
  expect(await Promise.race([Promise.all(revoked).then(() => 'closed'), five])).toBe('closed')
  await portal.api(web, 'DELETE', `/sessions/${id}`)
  await portal.reach(id, 'deleted')
})

test('a launch whose controller is killed at its call to Docker is finished by the other, and the late call makes no second container', async () => {
  const holding = portal.gate.hold(/^POST \S*\/containers\/create\?\S*\bname=berth-[a-z2-7]{24}\b/)
  const id = await launch()
  const held = await holding
  await acting.end('SIGKILL')
  await portal.reach(id, 'running')
  const [container] = await containersOf(id)
  await held.release()
  expect(await containersOf(id)).toEqual([expect.objectContaining({ Id: container?.Id, State: 'running' })])
  await portal.api(web, 'DELETE', `/sessions/${id}`)
  await portal.reach(id, 'deleted')
  acting = waiting
  waiting = await portal.start('controller')
})

test('a controller that was frozen at a stop, and wakes when the session runs anew under another, harms neither it nor its rows', async () => {
  const id = await launch()
  await portal.reach(id, 'running')
  const [before] = await containersOf(id)
  const holding = portal.gate.hold(/^POST \S*\/containers\/[^/]+\/stop/)
  await portal.api(web, 'POST', `/sessions/${id}/stop`)
  const held = await holding
  acting.child.kill('SIGSTOP')
  await portal.expireLease()
  await portal.reach(id, 'stopped')
  await portal.api(web, 'POST', `/sessions/${id}/resume`)
  await portal.reach(id, 'running')
  const running = await docker().getContainer(containerName(id)).inspect()
  expect(running.Id).not.toBe(before?.Id)
  const viewer = await watch(id, gateways[1])
  const [row, codes] = [await portal.session(id), await eventCodes(portal.db, id)]

  await held.release()
  acting.child.kill('SIGCONT')
  // It is awake and looks at everything once it holds the lease again; only then can harm be ruled out.
  const frozen = acting
  await waiting.end('SIGKILL')
  await portal.expireLease()
  await vi.waitFor(async () => expect(await passes(frozen)).toBe(true), { timeout: 30_000, interval: 100 })
  await viewer.picture()
  viewer.leave()
  const after = await docker().getContainer(containerName(id)).inspect()
  expect([after.Id, after.State.StartedAt, after.State.Status]).toEqual([running.Id, running.State.StartedAt, 'running'])
  expect(await containersOf(id)).toHaveLength(1)
  const { version, state, wanted, attempts } = await portal.session(id)
  expect({ version, state, wanted, attempts }).toEqual({ version: row.version, state: 'running', wanted: 'running', attempts: 0 })
  expect((await eventCodes(portal.db, id)).filter((code) => code !== 'first_viewer')).toEqual(
    codes.filter((code) => code !== 'first_viewer'),
  )
  await portal.api(web, 'DELETE', `/sessions/${id}`)
  await portal.reach(id, 'deleted')
  waiting = await portal.start('controller')
})

/** A pass over the agent has ended since: the agent was seen. */
async function passes(part: Part): Promise<boolean> {
  if (part.child.exitCode !== null) throw new Error(part.said())
  const seen = async () => (await portal.db.agent.findUniqueOrThrow({ where: { id: portal.agentId } })).lastSeenAt?.getTime()
  const before = await seen()
  await portal.db.$executeRaw`SELECT pg_notify('berth_sessions', '')`
  return await vi.waitFor(
    async () => {
      if ((await seen()) === before) throw new Error('not yet')
      return true
    },
    { timeout: 10_000, interval: 50 },
  )
}

test('a controller that nobody else reaches tells whoever watches it that it works, and does not while it is frozen', async () => {
  const port = await freePort()
  const part = await portal.start('controller', { environment: { BERTH_HEALTH_LISTEN: `127.0.0.1:${port}` } })
  const ask = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(1_500) })
    return { status: answer.status, body: await answer.json() }
  }
  expect(await ask('/api/health/ready')).toMatchObject({ status: 200, body: { parts: { database: 'ok', controller: 'ok' } } })
  expect((await ask('/api/health/live')).status).toBe(200)
  expect((await ask('/')).status).toBe(404)
  part.child.kill('SIGSTOP')
  await expect(ask('/api/health/live')).rejects.toThrow()
  part.child.kill('SIGCONT')
  await vi.waitFor(async () => expect((await ask('/api/health/ready')).status).toBe(200), { timeout: 20_000, interval: 200 })
  expect(await part.end()).toBe(0)
  await expect(ask('/api/health/live')).rejects.toThrow()
})

test('a process with another secret does not start, and says which one is wanted', async () => {
  const stranger = await portal.start('gateway', { environment: { BERTH_SECRET: Buffer.alloc(32, 1).toString('base64') } })
  expect(await stranger.ended).toBe(1)
  expect(stranger.said()).toContain('The secret of this process is not the one')
})

test('a web process answers no session’s host, and a gateway no page', async () => {
  const ask = async (part: Part, host: string) => {
    const { request } = await import('node:http')
    return await new Promise<number>((resolve, reject) => {
      request({ host: '127.0.0.1', port: part.port, path: '/', headers: { Host: host } }, (response) =>
        resolve(response.resume().statusCode ?? 0),
      )
        .once('error', reject)
        .end()
    })
  }
  expect(await ask(web, `abcdefghijklmnopqrstuvwx.localhost:${portal.publicPort}`)).toBe(421)
  expect(await ask(gateways[0], `localhost:${portal.publicPort}`)).toBe(404)
})
