// Attacks on the ledger: whatever is launched at once, refused, killed, crashed or taken away by hand, each GPU has at most one holder and the
// rows say what the engines say. Four GPUs on three hosts; the containers sleep, so that the machine has time for the launches.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { SessionState } from '@/lib/db/generated/client'
import { openDockerHost } from '@/lib/docker/open-docker-host'
import type { Actor } from '@/lib/domain/actor'
import type { OpenHost } from '@/lib/domain/container-host'
import { containerName } from '@/lib/domain/container-spec'
import { DomainError } from '@/lib/domain/errors'
import { retrySession } from '@/lib/use-cases/retry-session'
import { defaultDesktopTag } from '@/scripts/images/build-desktop-image'
import { everyDesktopAnswers, HostedPortal, holdsInLedger, holdsOnHosts, sleeping } from './hosted-portal'
import { type Launch, launchAll } from './launch-all'
import { startTestbed, type Testbed } from './start-testbed'

const gpusInAll = 4
// Placing looks at everybody who waits, so the hundredth launch costs more than the first; on a busy machine that adds up.
const slow = { timeout: 100_000, interval: 250 }
const soon = { timeout: 60_000, interval: 250 }
let testbed: Testbed
let portal: HostedPortal
let oneGpu: string

beforeAll(async () => {
  testbed = await startTestbed({
    hosts: [
      { name: 'pair', gpus: 'a10x2' },
      { name: 'left', gpus: 'a10' },
      { name: 'right', gpus: 'a10' },
    ],
  })
  portal = await HostedPortal.open(testbed.hosts)
  await portal.startController({ ask: everyDesktopAnswers })
  await portal.untilSeen()
  await portal.stopController()
  oneGpu = await portal.image({ gpus: 1, cpuMillis: 100, memoryBytes: 128 * 1024 ** 2, dockerOptions: sleeping })
})

afterAll(async () => {
  await portal?.close()
  await testbed?.stop()
})

beforeEach(() => portal.startController({ ask: everyDesktopAnswers }))

afterEach(async () => {
  await portal.removeAll()
  expect(await portal.db.gpuHold.count()).toBe(0)
  await vi.waitFor(async () => expect(await holdsOnHosts(portal)).toEqual([]), soon)
  await portal.stopController()
})

const inState = (state: SessionState) => portal.db.session.count({ where: { state } })

async function people(count: number, name: string): Promise<Actor[]> {
  return Promise.all(Array.from({ length: count }, (_, at) => portal.person(`${name}-${at}`, { maxSessions: 100 })))
}

/** All GPUs in use, nothing under way, and the rows and the engines say the same. */
async function untilSettled(running = gpusInAll): Promise<void> {
  await vi.waitFor(async () => {
    expect({ starting: await inState('starting'), running: await inState('running') }).toEqual({ starting: 0, running })
  }, soon)
  const ledger = await holdsInLedger(portal)
  expect(ledger).toHaveLength(running)
  expect(new Set(ledger.map((line) => line.split(' ')[0])).size).toBe(running)
  await vi.waitFor(async () => expect(await holdsOnHosts(portal)).toEqual(ledger), soon)
}

async function positions(): Promise<(number | null)[]> {
  const rows = await portal.db.session.findMany({ where: { state: 'queued' }, select: { queuePosition: true } })
  return rows.map((row) => row.queuePosition).sort((a, b) => (a ?? 0) - (b ?? 0))
}

const launchesOf = (actors: Actor[], each: number): Launch[] =>
  actors.flatMap((actor) => upTo(each).map((at) => ({ actor, imageId: oneGpu, idempotencyKey: `${actor.name}-${at}` })))

const upTo = (count: number) => Array.from({ length: count }, (_, at) => at + 1)

test('200 launches at once, starts that the engine refuses, and a portal killed in the middle: none lost, none doubled', async () => {
  await portal.stopController()
  const launches = launchesOf(await people(50, 'many'), 4)
  for (const host of testbed.hosts) host.refuseStarts(2)
  const killed = await portal.spawn(launches)
  await vi.waitFor(async () => {
    expect(await inState('queued'), killed.said()).toBeGreaterThan(80)
    expect((await holdsOnHosts(portal)).length).toBeGreaterThan(1)
  }, slow)
  await killed.kill9()

  await portal.startController({ ask: everyDesktopAnswers })
  await launchAll(portal.deps, launches)
  await untilSettled()
  const failed = await inState('failed')
  expect(await inState('queued')).toBe(200 - gpusInAll - failed)
  expect(await positions()).toEqual(upTo(200 - gpusInAll - failed))
  // Three tries each, and six refusals: at most two sessions can have met three of them.
  expect(failed).toBeLessThanOrEqual(2)
}, 240_000)

test('kill -9 of the portal in the middle of 50 launches leaves no doubled and no leaked GPU', async () => {
  await portal.stopController()
  const launches = launchesOf(await people(25, 'kill'), 2)
  const killed = await portal.spawn(launches)
  // As early as can be: a container is there, and launches and starts are under way.
  await vi.waitFor(async () => expect((await holdsOnHosts(portal)).length, killed.said()).toBeGreaterThan(0), {
    timeout: 60_000,
    interval: 10,
  })
  await killed.kill9()
  await portal.startController({ ask: everyDesktopAnswers })
  await launchAll(portal.deps, launches)
  await untilSettled()
  expect(await positions()).toEqual(upTo(50 - gpusInAll))
})

test('a start whose answer never came is found to have worked: one container, one holder', async () => {
  await portal.stopController()
  let unanswered = 0
  const openHost: OpenHost = (connection, installId) => {
    const host = openDockerHost(connection, installId)
    return {
      ...host,
      ensureStarted: async (sessionId, signal) => {
        const seen = await host.ensureStarted(sessionId, signal)
        if (unanswered++ === 0) throw new DomainError('agent_timeout', { message: 'The agent did not answer within 60 seconds.' })
        return seen
      },
    }
  }
  await portal.startController({ ask: everyDesktopAnswers, openHost })
  const { id } = await portal.launch(await portal.person('unanswered'), oneGpu)
  await portal.reach(id, 'running')
  expect(unanswered).toBeGreaterThan(1)
  await untilSettled(1)
})

test('a host that loses power gives its GPU back when it is there again, and a retry gets one', async () => {
  const actor = await portal.person('crashed')
  const { id } = await portal.launch(actor, oneGpu)
  await portal.reach(id, 'running')
  const host = await portal.hostOf(id)
  await host.crash()
  portal.wake()
  await vi.waitFor(async () => expect((await portal.view(actor, id)).agentUnreachableSince).not.toBeNull(), soon)
  // Silence proves nothing: it may be running there.
  expect(await portal.row(id)).toMatchObject({ state: 'running', held: true })
  await host.start()
  portal.wake()
  await portal.reach(id, 'failed')
  expect(await holdsInLedger(portal)).toEqual([])
  await vi.waitFor(async () => expect(await holdsOnHosts(portal)).toEqual([]), soon)
  await retrySession(portal.deps, actor, { sessionId: id })
  await portal.reach(id, 'running')
  await untilSettled(1)
})

test('an engine that is killed and comes back finds its containers, and nothing changes hands', async () => {
  const { id } = await portal.launch(await portal.person('restored'), oneGpu)
  await portal.reach(id, 'running')
  const before = await holdsInLedger(portal)
  const host = await portal.hostOf(id)
  await host.kill9()
  await host.start()
  portal.wake()
  await untilSettled(1)
  expect(await holdsInLedger(portal)).toEqual(before)
})

test('a container that is removed by hand gives its GPU back to whoever waits', async () => {
  const actor = await portal.person('by-hand', { maxGpus: 8, maxSessions: 8 })
  const ids: string[] = []
  for (const _ of upTo(gpusInAll + 1)) ids.push((await portal.launch(actor, oneGpu)).id)
  const [gone = '', waiting = ''] = [ids[0], ids.at(-1)]
  await untilSettled()
  await (await portal.container(gone)).remove({ force: true })
  await portal.reach(waiting, 'running')
  expect(['lost', 'failed']).toContain((await portal.row(gone)).state)
  await untilSettled()
})

test('of two installations on one host each removes its own orphans and leaves the other and strangers alone', async () => {
  const actor = await portal.person('neighbour')
  const mine = await portal.launch(actor, oneGpu)
  await portal.reach(mine.id, 'running')
  const host = await portal.hostOf(mine.id)
  const make = async (name: string, labels: Record<string, string>) => {
    const container = await host.docker.createContainer({
      name,
      Image: defaultDesktopTag,
      Entrypoint: ['sleep', '86400'],
      Labels: labels,
    })
    await container.start()
    return container
  }
  const nobody = '0190aaaa-0000-7000-8000-000000000001'
  const labels = (install: string) => ({ 'berth.install': install, 'berth.session': nobody })
  const orphan = await make(containerName(nobody), labels(portal.installId))
  const stranger = await make('stranger', {})
  const imitation = await make('imitation', labels(portal.installId))
  const other = await HostedPortal.open(testbed.hosts)
  try {
    await other.startController({ ask: everyDesktopAnswers })
    await other.untilSeen()
    portal.wake()
    await vi.waitFor(async () => expect(orphan.inspect()).rejects.toMatchObject({ statusCode: 404 }), soon)
    const theirs = await make(`${containerName(nobody)}`, labels(other.installId))
    other.wake()
    await vi.waitFor(async () => expect(theirs.inspect()).rejects.toMatchObject({ statusCode: 404 }), soon)
    for (const container of [stranger, imitation, await portal.container(mine.id)])
      expect((await container.inspect()).State.Running).toBe(true)
    expect(await portal.row(mine.id)).toMatchObject({ state: 'running', held: true })
  } finally {
    await other.close()
    for (const container of [stranger, imitation]) await container.remove({ force: true })
  }
})

test('fifty requests of one person, cancelled and made again, keep nobody else waiting and get no more than the cap', async () => {
  const mallory = await portal.person('mallory', { maxSessions: 60, maxGpus: 2 })
  const asked = launchesOf([mallory], 50)
  await launchAll(portal.deps, asked)
  await untilSettled(2)
  const alice = await portal.launch(await portal.person('alice'), oneGpu)
  expect(alice.state).not.toBe('queued')
  const bob = await portal.launch(await portal.person('bob'), oneGpu)
  const carol = await portal.launch(await portal.person('carol'), oneGpu)
  await untilSettled()
  expect(carol).toMatchObject({ state: 'queued', queuePosition: 1 })

  const waiting = await portal.db.session.findMany({ where: { state: 'queued', userId: mallory.id }, orderBy: { id: 'asc' } })
  for (const { id } of waiting.slice(0, 10)) {
    await portal.remove(mallory, id)
    await portal.launch(mallory, oneGpu)
  }
  expect(await portal.row(carol.id)).toMatchObject({ state: 'queued', queuePosition: 1 })
  expect(await positions()).toHaveLength(asked.length - 2 + 1)

  await portal.remove(portal.admin, bob.id)
  await portal.reach(carol.id, 'running')
  await untilSettled()
  expect(await portal.db.gpuHold.count({ where: { session: { userId: mallory.id } } })).toBe(2)
})
