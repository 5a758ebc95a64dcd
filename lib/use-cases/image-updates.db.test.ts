// The builds of a tag as administrators see and choose them.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Actor } from '@/lib/domain/actor'
import type { SessionSpec } from '@/lib/domain/container-spec'
import { digestReference } from '@/lib/domain/image-reference'
import { checkImage } from './check-image'
import { cloneImage } from './create-image'
import { getImage } from './get-image'
import { launchSession } from './launch-session'
import { pinImage } from './pin-image'
import { resumeSession } from './resume-session'
import { type TestInstallation, testInstallation } from './test-installation'
import { updateImage } from './update-image'

let it: TestInstallation
let root: Actor
let user: Actor
let imageId: string
let agentId: string
beforeAll(async () => {
  it = await testInstallation()
  root = await it.person('root', 'admin')
  user = await it.person('ada', 'user')
})
afterAll(() => it.close())

const reference = 'r.example.org/team/x:1'
const digest = (letter: string) => `sha256:${letter.repeat(64)}`
const day = (number: number) => new Date(`2026-01-0${number}T08:00:00Z`)

beforeEach(async () => {
  await it.db.session.deleteMany()
  await it.db.workspaceImage.deleteMany()
  await it.db.imageTag.deleteMany()
  await it.db.imageDigest.deleteMany()
  await it.db.agentImage.deleteMany()
  await it.db.auditEntry.deleteMany()
  imageId = await it.image({ reference })
  agentId ??= await it.agent()
  await it.db.imageTag.create({
    data: {
      reference,
      digest: digest('b'),
      previousDigest: digest('a'),
      digestSince: day(2),
      checkedAt: day(3),
      triedAt: day(3),
    },
  })
  for (const [letter, at] of [
    ['a', day(1)],
    ['b', day(2)],
  ] as const)
    await it.db.imageDigest.create({ data: { reference, digest: digest(letter), firstSeenAt: at, namedAt: at, sizeBytes: 5 } })
  const row = { agentId, imageId: 'id-b', digest: digestReference(reference, digest('b')), sizeBytes: 5, seenAt: day(2) }
  for (const name of [reference, row.digest]) await it.db.agentImage.create({ data: { ...row, reference: name } })
})

const specOf = async (id: string) => (await it.db.session.findUniqueOrThrow({ where: { id } })).spec as SessionSpec

test('the page shows every build with its age, size, places and who runs it, the newest first', async () => {
  const { id } = await launchSession(it.deps, user, { imageId })
  await it.db.session.update({
    where: { id },
    data: { state: 'running', containerId: 'c', dockerImageId: 'id-a', imageDigest: digest('a') },
  })
  const { updates } = await getImage(it.deps, root, { imageId })
  expect(updates).toMatchObject({ follows: 'tag', current: digest('b'), previous: digest('a'), pinnedDigest: null })
  expect(updates.builds).toMatchObject([
    { digest: digest('b'), firstSeenAt: day(2).toISOString(), sizeBytes: 5, agents: [{ id: agentId }], sessions: [] },
    { digest: digest('a'), firstSeenAt: day(1).toISOString(), agents: [], sessions: [{ id, owner: 'ada' }] },
  ])
})

test('a pin counts from the next launch or start, is written down, and goes with a clone but not to another reference', async () => {
  const before = await launchSession(it.deps, user, { imageId })
  await pinImage(it.deps, root, { imageId, digest: digest('a'), version: 0 })
  const pinned = await launchSession(it.deps, user, { imageId })
  expect((await specOf(pinned.id)).pinnedDigest).toBe(digest('a'))
  // Who ran before keeps what it has until it is stopped and started.
  expect((await specOf(before.id)).pinnedDigest).toBeNull()
  await it.db.session.update({ where: { id: before.id }, data: { state: 'stopped', wanted: 'stopped', held: false } })
  await resumeSession(it.deps, user, { sessionId: before.id })
  expect((await specOf(before.id)).pinnedDigest).toBe(digest('a'))
  const entries = await it.db.auditEntry.findMany({ where: { thingId: imageId, verb: 'image.pin' } })
  expect(entries).toMatchObject([{ actorName: 'root', detail: { digest: digest('a'), before: null } }])
  expect((await cloneImage(it.deps, root, { imageId, changes: {} })).updates.pinnedDigest).toBe(digest('a'))
  const moved = { imageId, changes: { reference: 'r.example.org/team/y:1' } }
  expect((await cloneImage(it.deps, root, moved)).updates.pinnedDigest).toBeNull()
  expect((await updateImage(it.deps, root, moved)).updates.pinnedDigest).toBeNull()
})

test('back to the tag is one change as well', async () => {
  await pinImage(it.deps, root, { imageId, digest: digest('a') })
  expect((await pinImage(it.deps, root, { imageId, digest: null })).updates.pinnedDigest).toBeNull()
  expect(await it.db.auditEntry.count({ where: { thingId: imageId, verb: 'image.unpin' } })).toBe(1)
})

test('a running session is told at once that another build was chosen', async () => {
  const { id } = await launchSession(it.deps, user, { imageId })
  const running = { state: 'running', containerId: 'c', dockerImageId: 'id-b', imageDigest: digest('b') } as const
  await it.db.session.update({ where: { id }, data: running })
  await pinImage(it.deps, root, { imageId, digest: digest('a') })
  expect((await it.db.session.findUniqueOrThrow({ where: { id } })).imageUpdate).toBe('otherComing')
})

test('a build that nobody has seen, a stale page and a fixed reference are refused', async () => {
  await expect(pinImage(it.deps, root, { imageId, digest: digest('f') })).rejects.toMatchObject({ code: 'invalid_input' })
  await expect(pinImage(it.deps, root, { imageId, digest: digest('a'), version: 7 })).rejects.toMatchObject({ code: 'conflict' })
  const fixed = await it.image({ reference: digestReference(reference, digest('a')) })
  await expect(pinImage(it.deps, root, { imageId: fixed, digest: digest('a') })).rejects.toMatchObject({ code: 'wrong_state' })
  await expect(checkImage(it.deps, root, { imageId: fixed })).rejects.toMatchObject({ code: 'wrong_state' })
})

test('a new login is tried at once, for what is pinned and for what the tag names', async () => {
  const later = new Date('2026-02-01T08:00:00Z')
  await it.db.imageTag.update({ where: { reference }, data: { nextCheckAt: later, failures: 3, problem: 'denied' } })
  const pull = {
    agentId,
    reference: digestReference(reference, digest('a')),
    state: 'failed',
    attempts: 5,
    nextTryAt: later,
  } as const
  await it.db.agentPull.create({ data: pull })
  await updateImage(it.deps, root, { imageId, changes: {}, registry: { user: 'robot', password: 'right' } })
  expect(await it.db.imageTag.findUnique({ where: { reference } })).toMatchObject({ nextCheckAt: null })
  expect(await it.db.agentPull.findMany()).toMatchObject([{ attempts: 0, nextTryAt: null }])
  await it.db.agentPull.deleteMany()
})

test('only administrators look, ask and choose', async () => {
  await expect(pinImage(it.deps, user, { imageId, digest: null })).rejects.toMatchObject({ code: 'forbidden' })
  await expect(checkImage(it.deps, user, { imageId })).rejects.toMatchObject({ code: 'forbidden' })
})

test('no registry is asked for what none gave', async () => {
  const built = await it.image({ reference: 'built/here:1' })
  const row = { agentId, reference: 'built/here:1', imageId: 'x', digest: null, sizeBytes: 1 }
  await it.db.agentImage.create({ data: row })
  await expect(checkImage(it.deps, root, { imageId: built })).rejects.toMatchObject({ code: 'wrong_state' })
  expect(await it.db.question.count()).toBe(0)
})
