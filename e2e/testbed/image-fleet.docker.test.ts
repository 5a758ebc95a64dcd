// Images of a fleet with a real registry: pushed there from the agent that has one, pulled by two at once, and removed where nothing needs them.
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { getAgent } from '@/lib/use-cases/get-agent'
import { getImage } from '@/lib/use-cases/get-image'
import { pushImage } from '@/lib/use-cases/push-image'
import { removeUnneededImages } from '@/lib/use-cases/remove-unneeded-images'
import { updateImage } from '@/lib/use-cases/update-image'
import { usePushedImage } from '@/lib/use-cases/use-pushed-image'
import { HostedPortal } from './hosted-portal'
import { type ImageRegistry, startImageRegistry } from './image-registry'
import { type NarrowDoor, openNarrowDoor } from './narrow-door'
import { buildNewImage, pushNewImage } from './pushed-image'
import { startTestbed, type Testbed } from './start-testbed'

const layerBytes = 8_000_000
const built = 'team/tools:1'
const soon = { timeout: 90_000, interval: 50 }

let testbed: Testbed
let portal: HostedPortal
let registry: ImageRegistry
let door: NarrowDoor
let workspace: string

beforeAll(async () => {
  testbed = await startTestbed({ hosts: ['one', 'two', 'three'].map((name) => ({ name, gpus: 'none' as const })) })
  registry = await startImageRegistry({ host: testbed.address })
  door = await openNarrowDoor({ port: registry.port, host: testbed.address })
  await buildNewImage({ docker: host('one'), reference: built, layers: 1, layerBytes })
  portal = await HostedPortal.open(testbed.hosts)
  workspace = await portal.image({ reference: built, prefetch: false })
  await portal.startController()
  await portal.untilSeen()
})

afterAll(async () => {
  await portal?.close()
  await door?.close()
  await registry?.remove()
  await testbed?.stop()
})

const host = (name: string) => testbed.host(name).docker
const agentId = async (name: string) => (await portal.db.agent.findUniqueOrThrow({ where: { name } })).id
const push = async () => (await getImage(portal.deps, portal.admin, { imageId: workspace })).push
const detail = async (name: string) => getAgent(portal.deps, portal.admin, { agentId: await agentId(name) })

async function names(name: string): Promise<string[]> {
  return (await host(name).listImages()).flatMap((image) => image.RepoTags ?? []).sort()
}

test('an image that one agent has goes to the registry, and the workspace is pointed at it', async () => {
  await vi.waitFor(async () => expect(await portal.db.agentImage.count({ where: { reference: built } })).toBe(1), soon)
  const reference = `${door.address}/team/tools:1`
  await pushImage(portal.deps, portal.admin, { imageId: workspace, reference })
  await vi.waitFor(async () => expect(await push()).toMatchObject({ state: 'done', agentName: 'one', problem: null }), soon)
  const answer = await host('two').getImage(reference).distribution()
  expect((await push())?.digest).toBe(
    `${door.address}/team/tools@${(answer as { Descriptor: { digest: string } }).Descriptor.digest}`,
  )
  expect(await usePushedImage(portal.deps, portal.admin, { imageId: workspace })).toMatchObject({ reference, localOnly: false })
})

test('two agents pull it at once, each with its own progress, and get the same build', async () => {
  door.narrow(1_000_000)
  await updateImage(portal.deps, portal.admin, { imageId: workspace, changes: { prefetch: true } })
  portal.wake()
  await vi.waitFor(async () => {
    const { pulls } = await getImage(portal.deps, portal.admin, { imageId: workspace })
    expect(pulls.map(({ agentName, state, source }) => [agentName, state, source]).sort()).toEqual([
      ['three', 'pulling', null],
      ['two', 'pulling', null],
    ])
  }, soon)
  door.widen()
  await vi.waitFor(async () => {
    const { agents, pulls } = await getImage(portal.deps, portal.admin, { imageId: workspace })
    expect({ pulls, digests: new Set(agents.map(({ digest }) => digest)).size, agents: agents.length }).toEqual({
      pulls: [],
      digests: 1,
      agents: 3,
    })
  }, soon)
})

test('what nothing needs goes, and a stranger’s image, one that a stranger uses and one that a workspace needs stay', async () => {
  const [old, used] = [`${registry.address}/team/old:1`, `${registry.address}/team/used:1`]
  for (const reference of [old, used])
    await pushNewImage({ docker: host('one'), references: [reference], layers: 1, layerBytes: 1000 })
  await buildNewImage({ docker: host('two'), reference: 'strangers/own:1', layers: 1, layerBytes: 1000 })
  const images = [await portal.image({ reference: old }), await portal.image({ reference: used })]
  portal.wake()
  const has = async (reference: string) => expect(await names('two')).toContain(reference)
  await vi.waitFor(async () => Promise.all([has(old), has(used)]), soon)
  await vi.waitFor(async () => expect((await detail('two')).brought).toHaveLength(3), soon)
  const container = await host('two').createContainer({ Image: used })
  for (const imageId of images) await updateImage(portal.deps, portal.admin, { imageId, changes: { enabled: false } })
  portal.wake()
  const unneeded = async () => (await detail('two')).brought.filter((image) => image.unneededSince !== null)
  await vi.waitFor(async () => expect((await unneeded()).map(({ references }) => references)).toEqual([[old]]), soon)

  const before = await names('two')
  const imageIds = (await detail('two')).brought.map(({ imageId }) => imageId)
  await removeUnneededImages(portal.deps, portal.admin, { agentId: await agentId('two'), imageIds })
  await vi.waitFor(async () => expect(await names('two')).toEqual(before.filter((name) => name !== old)), soon)
  await vi.waitFor(async () => expect(await unneeded()).toEqual([]), soon)
  await container.remove({ force: true })
})
