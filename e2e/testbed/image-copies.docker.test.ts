// Images that no registry knows, between real engines in network namespaces of their own: copied, cut off in the middle, and refused by a disk.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { newGate } from '@/lib/controller/test-world'
import { openDockerHost } from '@/lib/docker/open-docker-host'
import type { Actor } from '@/lib/domain/actor'
import type { OpenHost } from '@/lib/domain/container-host'
import { GiB } from '@/lib/domain/workspace-image'
import { getAgent } from '@/lib/use-cases/get-agent'
import { getImage } from '@/lib/use-cases/get-image'
import { defaultDesktopTag } from '@/scripts/images/build-desktop-image'
import { everyDesktopAnswers, HostedPortal, sleeping } from './hosted-portal'
import { buildNewImage } from './pushed-image'
import { startTestbed, type Testbed } from './start-testbed'

const MB = 1_000_000
const reference = 'team/tools:1'
const signal = new AbortController().signal
const untilSoon = { timeout: 90_000, interval: 50 }

/** Looks at every agent now and then instead of once a minute, until it is so. */
function untilSeen(isSo: () => Promise<void>): Promise<void> {
  const look = async () => {
    portal.wake()
    await isSo()
  }
  return vi.waitFor(look, { timeout: 90_000, interval: 1_000 })
}

let testbed: Testbed
let portal: HostedPortal
let alice: Actor
let workspace: string
const [one, two] = [() => testbed.host('one'), () => testbed.host('two')]

beforeAll(async () => {
  testbed = await startTestbed({
    hosts: [
      { name: 'one', gpus: 'none' },
      { name: 'two', gpus: 'none', empty: true, diskBytes: 8 * GiB },
    ],
  })
  await build(reference)
  portal = await HostedPortal.open(testbed.hosts)
  await portal.db.agent.update({ where: { name: 'two' }, data: { groups: ['second'] } })
  alice = await portal.person('alice')
  // Which agents get it, and when, is decided here: nothing comes by itself but what follows.
  workspace = await portal.image({ reference, agentGroup: 'second', dockerOptions: sleeping, prefetch: false })
  await portal.startController({ ask: everyDesktopAnswers, openHost: openHeldHost })
  await vi.waitFor(async () => expect(await portal.db.agent.count({ where: { status: 'up' } })).toBe(2), untilSoon)
  await vi.waitFor(async () => expect(await portal.db.agentImage.count({ where: { reference } })).toBe(1), untilSoon)
})

afterEach(() => one().heal())

afterAll(async () => {
  await portal?.close()
  await testbed?.stop()
})

/** Real engines; only that an archive stops after its first piece, as long as a test wants to see it half sent. */
let heldBack: Promise<void> = Promise.resolve()
const openHeldHost: OpenHost = (connection, installId) => {
  const host = openDockerHost(connection, installId)
  async function* saveImage(imageId: string, until: AbortSignal) {
    for await (const chunk of host.saveImage(imageId, until)) {
      yield chunk
      await heldBack
    }
  }
  return { ...host, saveImage }
}

const build = (name: string) =>
  buildNewImage({ docker: one().docker, base: defaultDesktopTag, reference: name, layers: 1, layerBytes: 40 * MB })

async function idOn(host: 'one' | 'two', name = reference): Promise<string | null> {
  const found = await testbed.host(host).docker.listImages({ filters: { reference: [name] } })
  return found[0]?.Id ?? null
}

/** Without those of containers, which have two each: the portal looks at a disk by one. */
async function layersOnTwo(): Promise<number> {
  const containers = await two().docker.listContainers({ all: true })
  return readdirSync(join(testbed.folder, '1', 'data', 'overlay2')).length - 2 * containers.length
}

const agentId = async (name: string) => (await portal.db.agent.findUniqueOrThrow({ where: { name } })).id
const pullOnTwo = async () => (await getAgent(portal.deps, portal.admin, { agentId: await agentId('two') })).pulls[0] ?? null

test('a launch on an agent without the image waits for its copy, told in bytes, and runs the same image', async () => {
  const { id } = await portal.launch(alice, workspace)
  const told = new Set<number>()
  await vi.waitFor(async () => {
    const { pull, state, failure, timeline } = await portal.view(portal.admin, id)
    if (pull && pull.bytesTotal > 0) told.add(pull.bytes)
    // Why it did not, if it did not.
    expect({ state, failure, timeline }).toMatchObject({ state: 'running' })
  }, untilSoon)
  expect(told.size).toBeGreaterThan(0)
  expect(await idOn('two')).toBe(await idOn('one'))
  expect((await (await portal.container(id)).inspect()).Image).toBe(await idOn('one'))
  const { agents, localOnly, leadingImageId } = await getImage(portal.deps, portal.admin, { imageId: workspace })
  expect({ localOnly, leadingImageId }).toEqual({ localOnly: true, leadingImageId: await idOn('one') })
  expect(agents.map(({ name, brought }) => [name, brought])).toEqual([
    ['one', null],
    ['two', 'copied'],
  ])
  await portal.remove(alice, id)
})

test('a copy follows its source, and a network that is cut in the middle and heals leaves nothing half done', async () => {
  const before = await idOn('two')
  await build(reference)
  const layersBefore = await layersOnTwo()
  const gate = newGate()
  heldBack = gate.promise
  await portal.db.workspaceImage.update({ where: { id: workspace }, data: { prefetch: true } })
  portal.wake()
  await untilSeen(async () => {
    const pull = await pullOnTwo()
    expect(pull).toMatchObject({ state: 'pulling', source: 'one' })
    expect(pull?.progress?.bytes).toBeGreaterThan(0)
  })
  await one().cut()
  gate.open()
  await untilSeen(async () => {
    expect(await pullOnTwo()).toMatchObject({ state: 'failed', problem: expect.stringContaining('broke off') })
  })
  expect(await idOn('two')).toBe(before)
  expect(await two().docker.listImages()).toHaveLength(1)
  await untilSeen(async () => expect(await layersOnTwo()).toBe(layersBefore))

  await one().heal()
  await untilSeen(async () => {
    expect(await idOn('two')).toBe(await idOn('one'))
  })
  expect(await idOn('two')).not.toBe(before)
})

test('what does not fit on a nearly full disk is not begun: the numbers stand on both pages, and a session waits with them', async () => {
  await portal.db.workspaceImage.update({ where: { id: workspace }, data: { enabled: false } })
  await build('team/other:1')
  await two().leaveFree(5 * GiB + 100 * MB)
  const two1 = await agentId('two')
  // Both are seen before anybody wants the image: by what was known of the disk before, it would fit.
  await untilSeen(async () => {
    expect(await portal.db.agentImage.count({ where: { reference: 'team/other:1' } })).toBe(1)
    const row = await portal.db.agent.findUniqueOrThrow({ where: { id: two1 } })
    expect(row.diskFreeBytes).toBeLessThan(5 * GiB + 110 * MB)
  })
  const other = await portal.image({ reference: 'team/other:1', agentGroup: 'second', dockerOptions: sleeping })
  await untilSeen(async () => {
    expect(await pullOnTwo()).toMatchObject({
      state: 'failed',
      problem: expect.stringMatching(/it takes \d+(\.\d)? MiB, and of the/),
    })
  })
  const { pulls } = await getImage(portal.deps, portal.admin, { imageId: other })
  expect(pulls).toMatchObject([{ agentName: 'two', state: 'failed', problem: expect.stringContaining('does not fit') }])
  const { id } = await portal.launch(alice, other)
  expect(await portal.view(portal.admin, id)).toMatchObject({
    state: 'queued',
    reasons: expect.arrayContaining([expect.objectContaining({ agent: 'two', code: 'image_too_large' })]),
  })
  expect(await idOn('two', 'team/other:1')).toBeNull()

  await two().leaveFree(7 * GiB)
  portal.wake()
  await portal.reach(id, 'running', 90_000)
  await portal.remove(alice, id)
})

test('a disk that fills up in the middle of a copy is told as that, and the engine keeps nothing of it', async () => {
  await build('team/last:1')
  const imageId = (await idOn('one', 'team/last:1')) ?? ''
  await two().leaveFree(60 * MB)
  const before = await two().docker.listImages()
  const [from, to] = [openDockerHost(one().endpoint, 'x'), openDockerHost(two().endpoint, 'x')]
  const copied = to.loadImage(from.saveImage(imageId, signal), () => undefined, signal)
  await expect(copied).rejects.toMatchObject({ code: 'disk_low' })
  expect((await two().docker.listImages()).map(({ Id }) => Id).sort()).toEqual(before.map(({ Id }) => Id).sort())
  const left = join(testbed.folder, '1', 'data', 'tmp')
  expect(existsSync(left) ? readdirSync(left) : []).toEqual([])
})
