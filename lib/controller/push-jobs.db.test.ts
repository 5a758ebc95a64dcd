// From the administrator's word to the registry's digest, over a real database and fake engines. With a real registry: e2e/testbed.
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import type { Deps } from '@/lib/use-cases/deps'
import { forgetPush } from '@/lib/use-cases/forget-push'
import { getImage } from '@/lib/use-cases/get-image'
import { pushImage } from '@/lib/use-cases/push-image'
import { type TestInstallation, testInstallation } from '@/lib/use-cases/test-installation'
import { usePushedImage } from '@/lib/use-cases/use-pushed-image'
import { actOn, type FakeWorld, fakeWorld } from './fake-world'
import { clearFleet, newGate, testClock } from './test-world'

const built = 'built/here:1'
const target = 'r.example.org/team/desktop:1'
const registry = { user: 'pusher', password: 'the-secret-of-the-push' }

let installation: TestInstallation
let deps: Deps
let root: Actor
let world: FakeWorld
let agentId: string
let imageId: string

beforeAll(async () => {
  installation = await testInstallation()
  root = await installation.person('root', 'admin')
})
afterAll(() => installation.close())

beforeEach(async () => {
  const { db } = installation
  await clearFleet(db)
  await db.workspaceImage.deleteMany()
  const clock = testClock()
  world = fakeWorld(db, clock)
  // One set of keys: what the page seals the controller opens.
  deps = { ...installation.deps, clock, keys: world.deps.keys }
  agentId = await installation.agent()
  imageId = await installation.image({ reference: built })
  world.hostOf(agentId).stored.add(built)
  await db.agentImage.create({ data: { agentId, reference: built, imageId: `image:${built}`, digest: null, sizeBytes: 3 } })
})

const host = () => world.hostOf(agentId)
const push = async () => (await getImage(deps, root, { imageId })).push

const work = async () => world.deps.pushes.ensure(await actOn(world, agentId))

test('an image goes to the registry that was named, with the login, and the digest is told', async () => {
  const asked = await pushImage(deps, root, { imageId, reference: target, registry })
  expect(asked.push).toMatchObject({ state: 'waiting', reference: target, registryUser: 'pusher' })
  await work()
  await world.deps.pushes.idle()
  expect(host().pushed).toEqual([{ reference: target, user: 'pusher' }])
  expect(await push()).toMatchObject({ state: 'done', digest: 'r.example.org/team/desktop@sha256:pushed', problem: null })
})

test('the password is kept encrypted and leaves with no answer', async () => {
  const answer = await pushImage(deps, root, { imageId, reference: target, registry })
  const row = await installation.db.imagePush.findUniqueOrThrow({ where: { imageId } })
  const audit = await installation.db.auditEntry.findMany({ where: { thingId: imageId } })
  for (const text of [row.registryPasswordSealed ?? '', JSON.stringify(answer), JSON.stringify(audit, (_, v) => String(v))])
    expect(text).not.toContain(registry.password)
})

test('the workspace goes on as it was until it is pointed at what was pushed, then with that login', async () => {
  await pushImage(deps, root, { imageId, reference: target, registry })
  await expect(usePushedImage(deps, root, { imageId })).rejects.toMatchObject({ code: 'wrong_state' })
  await work()
  await world.deps.pushes.idle()
  expect((await getImage(deps, root, { imageId })).reference).toBe(built)
  const used = await usePushedImage(deps, root, { imageId })
  expect(used).toMatchObject({ reference: target, registryUser: 'pusher' })
})

test('without a login of its own a push takes the one that the workspace has for that registry, and for no other', async () => {
  const { db } = installation
  host().locked.set(target, registry.password)
  await pushImage(deps, root, { imageId, reference: target })
  expect((await push())?.registryUser).toBeNull()
  await work()
  await world.deps.pushes.idle()
  expect(await push()).toMatchObject({ state: 'failed', problem: expect.stringContaining('unauthorized') })
  await pushImage(deps, root, { imageId, reference: target, registry })
  await work()
  await world.deps.pushes.idle()
  await usePushedImage(deps, root, { imageId })
  await db.agentImage.create({ data: { agentId, reference: 'x', imageId: 'y', digest: null, sizeBytes: 1 } })
  const next = await pushImage(deps, root, { imageId, reference: 'r.example.org/team/desktop:2' })
  expect(next.push?.registryUser).toBe('pusher')
})

test('a name that is another image’s on that agent is not taken from it', async () => {
  host().stored.add(target)
  await pushImage(deps, root, { imageId, reference: target })
  await work()
  await world.deps.pushes.idle()
  expect(await push()).toMatchObject({ state: 'failed', problem: expect.stringContaining('belongs to another image') })
  expect((await host().findImage(target, new AbortController().signal))?.id).toBe(`image:${target}`)
})

test('a push that is cancelled ends, and a second one is refused while the first goes on', async () => {
  const gate = newGate()
  host().before = (verb) => (verb === 'pushImage' ? gate.promise : undefined)
  await pushImage(deps, root, { imageId, reference: target })
  await work()
  await vi.waitFor(() => expect(host().calls).toContain('pushImage'))
  await expect(pushImage(deps, root, { imageId, reference: target })).rejects.toMatchObject({ code: 'wrong_state' })
  expect((await forgetPush(deps, root, { imageId })).push).toBeNull()
  gate.open()
  await world.deps.pushes.idle()
  expect(await push()).toBeNull()
})

test('what another controller had begun is pushed by the one that has the agent now', async () => {
  await pushImage(deps, root, { imageId, reference: target })
  await installation.db.imagePush.update({ where: { imageId }, data: { state: 'pushing' } })
  await work()
  await world.deps.pushes.idle()
  expect(await push()).toMatchObject({ state: 'done' })
})

test('an agent that does not answer is not asked to push, and nobody but an administrator asks', async () => {
  await installation.db.agent.update({ where: { id: agentId }, data: { status: 'unreachable' } })
  await expect(pushImage(deps, root, { imageId, reference: target })).rejects.toMatchObject({ code: 'wrong_state' })
  const alice = await installation.person('alice')
  for (const verb of [pushImage, usePushedImage, forgetPush])
    await expect(verb(deps, alice, { imageId, reference: target })).rejects.toBeInstanceOf(DomainError)
})
