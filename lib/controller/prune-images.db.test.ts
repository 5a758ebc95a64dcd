// What may be removed from an agent and what never is, over a real database and fake engines.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Actor } from '@/lib/domain/actor'
import type { Deps } from '@/lib/use-cases/deps'
import { getAgent } from '@/lib/use-cases/get-agent'
import { removeUnneededImages } from '@/lib/use-cases/remove-unneeded-images'
import { type TestInstallation, testInstallation } from '@/lib/use-cases/test-installation'
import { updateSettings } from '@/lib/use-cases/update-settings'
import { actOn, type FakeWorld, fakeWorld } from './fake-world'
import { pruneImages } from './prune-images'
import { addUser, clearFleet, launch, type TestClock, testClock } from './test-world'

const signal = new AbortController().signal
const dayMs = 86_400_000
const idOf = (letter: string) => `sha256:${letter.repeat(64)}`
const [ours, needed, strangers] = [idOf('a'), idOf('b'), idOf('c')]

let installation: TestInstallation
let deps: Deps
let root: Actor
let world: FakeWorld
let clock: TestClock
let agentId: string

beforeAll(async () => {
  installation = await testInstallation()
  root = await installation.person('root', 'admin')
})
afterAll(() => installation.close())

beforeEach(async () => {
  const { db } = installation
  await clearFleet(db)
  await db.workspaceImage.deleteMany()
  await db.setting.deleteMany()
  clock = testClock()
  world = fakeWorld(db, clock)
  deps = { ...installation.deps, clock }
  agentId = await installation.agent()
  await installation.image({ reference: 'r.example.org/needed:1' })
  host().stored.clear()
  await put('r.example.org/ours:1', ours, true)
  await put('r.example.org/needed:1', needed, true)
  await put('r.example.org/strangers:1', strangers, false)
})

const host = () => world.hostOf(agentId)

async function put(reference: string, id: string, isOurs: boolean): Promise<void> {
  host().stored.add(reference)
  host().builds.set(reference, { id, digests: [`${reference.replace(/:1$/, '')}@${id}`] })
  const row = { agentId, imageId: id, sizeBytes: 5 }
  await installation.db.agentImage.create({ data: { ...row, reference, digest: 'x' } })
  if (isOurs) await installation.db.broughtImage.create({ data: { ...row, how: 'pulled', references: [reference] } })
}

const look = async () => pruneImages(world.deps, await actOn(world, agentId), signal)

const left = async () => (await host().images(signal)).map(({ id }) => id).sort()
const listed = async () =>
  (await getAgent(deps, root, { agentId })).brought.filter((image) => image.unneededSince !== null).map((image) => image.imageId)

test('only what Berth brought and nothing needs is listed, and by itself nothing is removed', async () => {
  await look()
  clock.advance(1000 * dayMs)
  await look()
  expect(await listed()).toEqual([ours])
  expect(await left()).toEqual([ours, needed, strangers])
})

test('what an administrator names is removed, and nothing beside it, whatever else he names', async () => {
  await look()
  await removeUnneededImages(deps, root, { agentId, imageIds: [ours, needed, strangers] })
  await look()
  expect(await left()).toEqual([needed, strangers])
  const { brought, images } = await getAgent(deps, root, { agentId })
  expect(brought.map(({ imageId }) => imageId)).toEqual([needed])
  expect(images.map(({ imageId }) => imageId).sort()).toEqual([needed, strangers])
  const removed = await installation.db.auditEntry.findMany({ where: { verb: 'agent.image-removed', thingId: agentId } })
  expect(removed).toMatchObject([{ detail: { imageId: ours } }])
})

test('what is needed again before it is removed stays', async () => {
  await look()
  await removeUnneededImages(deps, root, { agentId, imageIds: [ours] })
  await installation.image({ reference: 'r.example.org/ours:1' })
  await look()
  expect(await left()).toEqual([ours, needed, strangers])
  expect(await listed()).toEqual([])
})

test.each(['queued', 'stopped', 'failed', 'lost'] as const)(
  'a %s session keeps the image that it would start from',
  async (state) => {
    const { db } = installation
    const id = await launch(db, clock, { userId: await addUser(db), reference: 'r.example.org/ours:1' })
    await db.session.update({ where: { id }, data: { state, agentId: null, held: false } })
    await look()
    expect(await listed()).toEqual([])
  },
)

test('an image that any container uses stays, and what the engine still holds is told with its words', async () => {
  host().strangersUse.add(ours)
  await look()
  expect(await listed()).toEqual([])
  host().strangersUse.clear()
  await look()
  await removeUnneededImages(deps, root, { agentId, imageIds: [ours] })
  // Somebody makes a container of it at the last moment.
  host().before = (verb) => {
    if (verb === 'removeImage') host().strangersUse.add(ours)
  }
  await look()
  expect(await left()).toContain(ours)
  const { brought } = await getAgent(deps, root, { agentId })
  expect(brought.find(({ imageId }) => imageId === ours)).toMatchObject({
    problem: expect.stringContaining('conflict'),
    removing: false,
  })
})

test('with a number of days in the settings, it goes by itself when it was not needed for so long', async () => {
  await updateSettings(deps, root, { removeUnusedImagesAfterDays: 7 })
  await look()
  clock.advance(6 * dayMs)
  await look()
  expect(await left()).toContain(ours)
  clock.advance(1.5 * dayMs)
  await look()
  expect(await left()).toEqual([needed, strangers])
})

test('who is no administrator removes nothing, and what is needed cannot be asked for', async () => {
  await look()
  const alice = await installation.person('alice')
  await expect(removeUnneededImages(deps, alice, { agentId, imageIds: [ours] })).rejects.toMatchObject({ code: 'forbidden' })
  await expect(removeUnneededImages(deps, root, { agentId, imageIds: [needed] })).rejects.toMatchObject({ code: 'wrong_state' })
})
