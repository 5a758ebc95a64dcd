// A registry, an engine on a small disk, and images that do not fit there: told with the numbers, nothing half done, and fetched when there is room.
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openDockerHost } from '@/lib/docker/open-docker-host'
import { GiB } from '@/lib/domain/workspace-image'
import { checkReference } from '@/lib/use-cases/check-reference'
import { getAgent } from '@/lib/use-cases/get-agent'
import { getImage } from '@/lib/use-cases/get-image'
import { HostedPortal } from './hosted-portal'
import { type ImageRegistry, startImageRegistry } from './image-registry'
import { pushNewImage } from './pushed-image'
import { startTestbed, type Testbed } from './start-testbed'

const MB = 1_000_000
const signal = new AbortController().signal

let testbed: Testbed
let portal: HostedPortal
let registry: ImageRegistry

beforeAll(async () => {
  testbed = await startTestbed({
    hosts: [
      { name: 'large', gpus: 'none' },
      { name: 'small', gpus: 'none', diskBytes: 8 * GiB },
    ],
  })
  registry = await startImageRegistry({ host: testbed.address })
  portal = await HostedPortal.open(testbed.hosts)
  await portal.startController()
  await portal.untilSeen()
})

afterAll(async () => {
  await portal?.close()
  await registry?.remove()
  await testbed?.stop()
})

/** Looks at every agent now and then instead of once a minute, until it is so. */
function untilSeen(isSo: () => Promise<void>): Promise<void> {
  const look = async () => {
    portal.wake()
    await isSo()
  }
  return vi.waitFor(look, { timeout: 90_000, interval: 1_000 })
}

const small = () => testbed.host('small')
const named = async (reference: string) => (await small().docker.listImages({ filters: { reference: [reference] } })).length
const agentId = async () => (await portal.db.agent.findUniqueOrThrow({ where: { name: 'small' } })).id

async function pushed(name: string, layerBytes: number): Promise<string> {
  const reference = `${registry.address}/team/${name}:1`
  await pushNewImage({ docker: testbed.host('large').docker, references: [reference], layers: 1, layerBytes })
  return reference
}

test('what a registry announces is held against the disk: it does not come, both pages say why, and it comes when there is room', async () => {
  const reference = await pushed('large', 60 * MB)
  await small().leaveFree(5 * GiB + 30 * MB)
  await untilSeen(async () => {
    const { diskFreeBytes } = await portal.db.agent.findUniqueOrThrow({ where: { name: 'small' } })
    expect(diskFreeBytes).toBeLessThan(5 * GiB + 31 * MB)
  })
  const imageId = await portal.image({ reference })
  const refused = { state: 'failed', problem: expect.stringMatching(/does not fit.*it takes \d+(\.\d)? MiB, and of the/s) }
  await untilSeen(async () => {
    const { pulls } = await getImage(portal.deps, portal.admin, { imageId })
    expect(pulls.filter(({ agentName }) => agentName === 'small')).toMatchObject([refused])
  })
  expect((await getAgent(portal.deps, portal.admin, { agentId: await agentId() })).pulls).toMatchObject([refused])
  expect(await named(reference)).toBe(0)
  // Another agent has it meanwhile, so the form can tell beforehand.
  await untilSeen(async () => expect(await portal.db.agentImage.count({ where: { reference } })).toBe(1))
  const { tight } = await checkReference(portal.deps, portal.admin, { reference })
  expect(tight).toMatchObject([{ agentName: 'small', needBytes: expect.any(Number) }])

  await small().leaveFree(6 * GiB)
  await untilSeen(async () => expect(await named(reference)).toBe(1))
  await untilSeen(async () => {
    const { agents, pulls } = await getImage(portal.deps, portal.admin, { imageId })
    expect([agents.length, pulls]).toEqual([2, []])
  })
})

test('a disk that fills up in the middle of a pull is told as that, and the engine keeps nothing of it', async () => {
  const reference = await pushed('last', 80 * MB)
  await small().leaveFree(50 * MB)
  const before = (await small().docker.listImages()).map(({ Id }) => Id).sort()
  const host = openDockerHost(small().endpoint, 'x')
  await expect(host.pull(reference, () => undefined, signal)).rejects.toMatchObject({ code: 'disk_low' })
  expect((await small().docker.listImages()).map(({ Id }) => Id).sort()).toEqual(before)
  await small().leaveFree(6 * GiB)
  await host.pull(reference, () => undefined, signal)
  expect(await named(reference)).toBe(1)
})
