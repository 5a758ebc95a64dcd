// All faults, with what repairs them and without: `npm run test:faults`.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { sleeping } from '@/e2e/testbed/hosted-portal'
import { openDockerHost } from '@/lib/docker/open-docker-host'
import { containerName } from '@/lib/domain/container-spec'
import { deleteSession } from '@/lib/use-cases/delete-session'
import { bundleProgram } from '@/scripts/test/bundle-program'
import { deafHost, sightlessHost } from './blunted-hosts'
import { discrepancies } from './discrepancies'
import { FaultWorld } from './fault-world'
import { faults, named } from './faults'
import { injectFault, injectWithoutRepair } from './inject'
import { type Doomed, killAndRecover, killWithoutRepair, needsRepair, recordPoints } from './kill-points'
import { pointNames } from './point-names'
import { expectNobodyElsesDesktop } from './someone-elses-port'

const withRepair = process.env.BERTH_FAULTS !== 'without-repair'
const withoutRepair = process.env.BERTH_FAULTS !== 'with-repair'
let world: FaultWorld
let desktop: string
/** Its registry does not answer. */
let nowhere: string
let doomed: Doomed

beforeAll(async () => {
  world = await FaultWorld.open({
    hosts: [
      { name: 'live', gpus: 'a10x2' },
      { name: 'plain', gpus: 'a10', liveRestore: false },
      { name: 'apart', gpus: 'a10' },
    ],
  })
  desktop = await world.portal.image({ gpus: 1 })
  nowhere = await world.portal.image({ name: 'Nowhere', reference: 'localhost:9/nowhere:1', prefetch: false })
  const imageId = await world.portal.image({ name: 'Sleeper', gpus: 1, dockerOptions: sleeping })
  const program = await bundleProgram('e2e/testbed/faults/fault-process.ts')
  doomed = { world, program, actor: await world.portal.person('doomed'), imageId }
})

afterAll(async () => {
  await world?.close()
})

describe.runIf(withRepair)('a fault while a desktop streams', () => {
  beforeEach(async () => {
    await world.restartController()
    await world.tidy()
    await world.withBystander(world.testbed.host('apart'), desktop)
  })
  // Beside each fault: a third host where nothing happens.
  afterEach(() => world.bystanderIsUndisturbed())
  afterAll(() => world.withoutBystander())

  test.each(named(faults))('%s: what could survive did, and the database equals the hosts', (_name, fault) =>
    injectFault(world, fault, desktop),
  )

  test('a session is never shown the desktop of somebody else whose container got its port', () =>
    expectNobodyElsesDesktop(world, desktop))

  test('a portal is killed: the stream goes on, and the next portal goes on where it was', async () => {
    const { portal } = world
    await portal.stopController()
    const doomedPortal = await portal.spawn([], { asks: true })
    const streaming = await world.streaming(world.testbed.host('live'), desktop)
    const before = await portal.row(streaming.sessionId)
    await doomedPortal.kill9()
    await streaming.stream.flows()
    await portal.startController()
    await world.settled()
    expect(await portal.row(streaming.sessionId)).toMatchObject({
      containerId: before.containerId,
      containerStartedAt: before.containerStartedAt,
    })
    await streaming.stream.flows()
    await world.remove(streaming)
  })

  test('the database is restarted: the stream goes on, and what is asked for afterwards is done', async () => {
    const streaming = await world.streaming(world.testbed.host('live'), desktop)
    await world.database.stop()
    await streaming.stream.flows()
    await world.database.start()
    await world.settled()
    await streaming.stream.flows()
    await world.remove(streaming)
  })

  test('events that fall silent are made up for by the pass', async () => {
    await world.restartController({ openHost: deafHost(openDockerHost) })
    const streaming = await world.streaming(world.testbed.host('live'), desktop)
    await streaming.host.docker.getContainer(containerName(streaming.sessionId)).kill()
    await world.settled()
    await streaming.stream.ended()
    await world.remove(streaming)
  })

  test('a pass that never ends is made up for by events', async () => {
    await world.restartController({ openHost: sightlessHost(openDockerHost) })
    const streaming = await world.streaming(world.testbed.host('live'), desktop)
    await streaming.host.docker.getContainer(containerName(streaming.sessionId)).kill()
    await world.settled()
    await streaming.stream.ended()
    await world.remove(streaming)
  })

  test('a container that hangs in its engine: its delete waits and says why, and what else is on the host goes on', async () => {
    const { portal } = world
    const streaming = await world.streaming(world.testbed.host('live'), desktop)
    const { sessionId, actor, host } = streaming
    const letGo = host.hang((await portal.row(sessionId)).containerId ?? '')
    try {
      await deleteSession(portal.deps, actor, { sessionId })
      await vi.waitFor(
        async () => {
          const waitsFor = { problem: expect.stringContaining('hangs on the host'), nextTryAt: expect.any(String) }
          expect(await portal.view(actor, sessionId)).toMatchObject({ state: 'deleting', agentUnreachableSince: null, waitsFor })
        },
        { timeout: 120_000, interval: 500 },
      )
      // It knows nothing of that container, and has to look at it.
      await world.restartController()
      const another = await world.streaming(host, desktop)
      await portal.remove(another.actor, another.sessionId)
      expect(await world.statusOf(host)).toBe('up')
      expect(await portal.row(sessionId)).toMatchObject({ state: 'deleting', held: true })
    } finally {
      letGo()
    }
    await portal.reach(sessionId, 'deleted')
    await world.settled()
  })

  test.each([
    ['forward', 3_600_000],
    ['back', -3_600_000],
  ])(
    'a clock that jumps an hour %s ends no session, no stream and no lease, and delays no next try',
    async (_direction, aheadMs) => {
      const streaming = await world.streaming(world.testbed.host('live'), desktop)
      const before = await world.portal.row(streaming.sessionId)
      // Its pauses grow: four seconds are left.
      const { id: waits } = await world.portal.launch(streaming.actor, nowhere)
      await vi.waitFor(async () => expect((await world.portal.row(waits)).attempts).toBe(3), { timeout: 60_000 })
      world.clock.aheadMs = aheadMs
      try {
        world.portal.wake()
        await world.portal.reach(waits, 'failed')
        await world.portal.remove(streaming.actor, waits)
        const another = await world.streaming(world.testbed.host('live'), desktop)
        await world.settled()
        await streaming.stream.flows()
        expect(await world.portal.row(streaming.sessionId)).toMatchObject({ state: 'running', containerId: before.containerId })
        await world.remove(another)
      } finally {
        world.clock.aheadMs = 0
      }
      await streaming.stream.flows()
      await world.remove(streaming)
    },
  )
})

describe.runIf(withoutRepair)('without what repairs it, the check notices that', () => {
  beforeEach(async () => {
    await world.restartController()
    await world.tidy()
  })

  test.each(named(faults))('%s', async (_name, fault) => {
    expect(await injectWithoutRepair(world, fault, desktop)).not.toEqual([])
  })

  test('a container is killed by hand, and neither events nor passes come through', async () => {
    await world.restartController({ openHost: deafHost(sightlessHost(openDockerHost)) })
    const streaming = await world.streaming(world.testbed.host('live'), desktop)
    await streaming.host.docker.getContainer(containerName(streaming.sessionId)).kill()
    expect(await discrepancies(world.portal)).not.toEqual([])
    await world.restartController()
    await world.settled()
    await world.remove(streaming)
  })
})

describe('a portal dies in the middle of a launch or a delete', () => {
  beforeEach(async () => {
    if ((await world.portal.db.session.count({ where: { state: { not: 'deleted' } } })) > 0) {
      await world.restartController()
      await world.tidy()
    }
    await world.portal.stopController()
  })

  test('the list names every point that they come by', async () => {
    await world.onlyOn(world.testbed.host('live'))
    expect(await recordPoints(doomed)).toEqual(pointNames)
  })

  test.runIf(withRepair).each(pointNames)('%s: the next one puts everything right', (point) => killAndRecover(doomed, point))

  test.runIf(withoutRepair).each(pointNames)('%s: without a next one, the check notices what is not right', async (point) => {
    const noticed = await killWithoutRepair(doomed, point)
    if (needsRepair(pointNames, point)) expect(noticed).not.toEqual([])
    else expect(noticed).toEqual([])
  })
})
