// A tag that its registry moves, over a real database and engines in memory: what is asked when, what comes where, and what runs.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { markImageUpdates } from '@/lib/db/image-updates'
import { askQuestion } from '@/lib/db/questions'
import { writeSettings } from '@/lib/db/settings'
import { DomainError } from '@/lib/domain/errors'
import { newId } from '@/lib/domain/ids'
import { digestReference } from '@/lib/domain/image-reference'
import { Settings } from '@/lib/domain/settings'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import { answerOpenQuestions } from './answer-questions'
import { pullInBackground } from './background-pulls'
import { checkDueTags, checkTag } from './check-tags'
import type { ActingAgent } from './controller-deps'
import { type FakeWorld, fakeWorld } from './fake-world'
import { takeInventory } from './inventory'
import { purge } from './keep-house'
import { newLimiter } from './limiter'
import { runOnce } from './run-once'
import { addAgent, addUser, clearFleet, launch, newGate, type TestClock, testClock, testKeys, want } from './test-world'

let database: TestDatabase
let db: TestDatabase['db']
let clock: TestClock
let world: FakeWorld
let agents: string[]
let imageId: string

const reference = 'r.example.org/team/x:1'
const digest = (letter: string) => `sha256:${letter.repeat(64)}`
const build = (letter: string) => digestReference(reference, digest(letter))
const signal = new AbortController().signal
const hour = 3_600_000

beforeAll(async () => {
  database = await createTestDatabase()
  db = database.db
})
afterAll(() => database.drop())

beforeEach(async () => {
  await clearFleet(db)
  await db.imageTag.deleteMany()
  await db.imageDigest.deleteMany()
  await db.workspaceImage.deleteMany()
  await db.setting.deleteMany()
  clock = testClock()
  world = fakeWorld(db, clock)
  agents = [await addAgent(db), await addAgent(db)]
  imageId = newId()
  await db.workspaceImage.create({ data: { id: imageId, name: 'X', reference, cpuMillis: 1000, memoryBytes: 1, shmBytes: 1 } })
})

const hosts = () => agents.map((id) => world.hostOf(id))
function publish(letter: string): void {
  for (const host of hosts()) host.publish(reference, digest(letter))
}
const tag = () => db.imageTag.findUniqueOrThrow({ where: { reference } })
const asked = () =>
  hosts()
    .flatMap((host) => host.calls)
    .filter((verb) => verb === 'checkPullable').length

async function round(agentId: string): Promise<void> {
  const row = await db.agent.findUniqueOrThrow({ where: { id: agentId } })
  const lease = { agentId, holder: world.deps.holder, epoch: 0 } as unknown as ActingAgent['lease']
  const acting = { row, lease, host: world.hostOf(agentId), limit: newLimiter(8) }
  await takeInventory(world.deps, acting, signal, { gpus: false })
  await pullInBackground(world.deps, acting, signal)
}

/** What every agent does once a minute, until what it began is done. */
async function rounds(): Promise<void> {
  clock.advance(60_000)
  for (const id of agents) await round(id)
  await world.deps.pulls.idle()
}

/** The image is everywhere, and the registry was heard. */
async function settled(): Promise<void> {
  publish('a')
  await rounds()
  clock.advance(1000)
  await checkDueTags(world.deps)
}

async function runs(sessionId: string) {
  const { state, imageDigest, dockerImageId, imageUpdate } = await db.session.findUniqueOrThrow({ where: { id: sessionId } })
  return { state, imageDigest, dockerImageId, imageUpdate }
}

async function start({ afterPulls = true } = {}): Promise<string> {
  const { pinnedDigest } = await db.workspaceImage.findUniqueOrThrow({ where: { id: imageId } })
  const id = await launch(db, clock, { userId: await addUser(db), reference, spec: { pinnedDigest } })
  await db.session.update({ where: { id }, data: { imageId } })
  await runOnce(world.deps)
  if (afterPulls) await world.deps.pulls.idle()
  await runOnce(world.deps)
  return id
}

test('a tag is asked for once it came from a registry, and again when its hours are over, spread a little', async () => {
  await checkDueTags(world.deps)
  expect(asked()).toBe(0)
  await settled()
  expect(asked()).toBe(1)
  expect(await tag()).toMatchObject({ digest: digest('a'), previousDigest: null, problem: null })
  clock.advance(6 * hour * 0.89)
  await checkDueTags(world.deps)
  expect(asked()).toBe(1)
  clock.advance(6 * hour * 0.22)
  // Two controllers do not ask twice.
  await Promise.all([checkDueTags(world.deps), checkDueTags(world.rival())])
  expect(asked()).toBe(2)
})

test('where no hours are set, nothing is asked until somebody asks', async () => {
  await writeSettings(db, Settings.parse({ imageCheckHours: 0 }))
  await settled()
  expect(asked()).toBe(0)
  expect(await checkTag(world.deps, reference, signal)).toMatchObject({ answer: { kind: 'named', digest: digest('a') } })
})

test('who asks in a form is told what came of it, and that counts from then on', async () => {
  await settled()
  publish('b')
  const input = { kind: 'image-tag', reference } as const
  const asking = askQuestion<'image-tag'>({ db, keys: testKeys, clock }, { input, askedById: null })
  await expect.poll(() => db.question.count()).toBe(1)
  await answerOpenQuestions(world.deps)
  expect(await asking).toEqual({ outcome: 'moved', digest: digest('b'), problem: null, hint: null })
  expect(await tag()).toMatchObject({ digest: digest('b'), previousDigest: digest('a') })
})

test('an image that no registry gave a digest for is asked of none', async () => {
  for (const host of hosts()) host.stored.add(reference)
  await rounds()
  await checkDueTags(world.deps)
  expect(asked()).toBe(0)
  expect(await db.imageTag.count()).toBe(0)
})

test('a name that anybody may take in a registry does not replace what was built under it', async () => {
  // As the image store of containerd lists what was built there: its digest is its own ID.
  for (const host of hosts()) {
    host.stored.add(reference)
    host.builds.set(reference, { id: digest('e'), digests: [build('e')] })
    host.publish(reference, digest('f'))
  }
  await rounds()
  await checkDueTags(world.deps)
  expect(await tag()).toMatchObject({ digest: null, problem: expect.stringContaining('not followed') })
  await rounds()
  expect(hosts().flatMap((host) => host.calls)).not.toContain('pull')
})

test('what only Berth makes is asked of no registry, and fetched from none, before any agent has listed it or after', async () => {
  const made = 'berth/desktop:local'
  await db.workspaceImage.updateMany({ data: { reference: made } })
  for (const host of hosts()) host.publish(made, digest('f'))
  await rounds()
  await checkDueTags(world.deps)
  const [first] = hosts()
  first?.stored.add(made)
  first?.builds.set(made, { id: digest('e'), digests: [`berth/desktop@${digest('e')}`] })
  await rounds()
  await checkDueTags(world.deps)
  expect(asked()).toBe(0)
  expect(await db.imageTag.count()).toBe(0)
  expect(hosts().flatMap((host) => host.calls)).not.toContain('pull')
})

test('a new build comes to every agent beside the old one, and each uses it once it is complete there', async () => {
  await settled()
  const old = await start()
  expect(await runs(old)).toMatchObject({ state: 'running', imageDigest: digest('a'), dockerImageId: `image:${digest('a')}` })
  const gates = [newGate(), newGate()]
  for (const [index, host] of hosts().entries()) host.publish(reference, digest('b'), gates[index]?.promise)
  clock.advance(7 * hour)
  await checkDueTags(world.deps)
  expect(await tag()).toMatchObject({ digest: digest('b'), previousDigest: digest('a') })
  clock.advance(60_000)
  for (const id of agents) await round(id)
  await expect.poll(() => db.agentPull.count({ where: { state: 'pulling' } })).toBe(2)
  // While it comes, launches go on with what is there: without a wait, on either agent.
  const meanwhile = await start({ afterPulls: false })
  expect(await runs(meanwhile)).toMatchObject({ state: 'running', imageDigest: digest('a') })
  await markImageUpdates(db)
  expect(await runs(old)).toMatchObject({ imageUpdate: 'newerComing' })
  for (const gate of gates) gate.open()
  await world.deps.pulls.idle()
  for (const host of hosts()) expect((await host.findImage(reference, signal))?.digests).toEqual([build('b')])
  const next = await start()
  expect(await runs(next)).toMatchObject({ state: 'running', imageDigest: digest('b') })
  await markImageUpdates(db)
  expect(await runs(next)).toMatchObject({ imageUpdate: null })
  // Who runs the old one goes on, is told, and gets the new one by a stop and a start.
  expect(await runs(old)).toMatchObject({ state: 'running', imageDigest: digest('a'), imageUpdate: 'newer' })
  // The old build stays where it is, for the way back.
  for (const host of hosts()) expect(await host.findImage(build('a'), signal)).not.toBeNull()
  await rounds()
  expect(await db.agentPull.count()).toBe(0)
}, 20_000)

test('an agent that fetched the new build is not held up by one that cannot, and that one keeps working', async () => {
  await settled()
  const [first, second] = hosts()
  if (!first || !second) throw new Error('two agents')
  first.publish(reference, digest('b'))
  second.publish(reference, digest('b'))
  second.before = (verb) => {
    if (verb === 'pull') throw new DomainError('registry_unreachable')
  }
  clock.advance(7 * hour)
  await checkDueTags(world.deps)
  await rounds()
  expect((await first.findImage(reference, signal))?.digests).toEqual([build('b')])
  expect((await second.findImage(reference, signal))?.digests).toEqual([build('a')])
  const failed = await db.agentPull.findMany()
  expect(failed).toMatchObject([{ agentId: agents[1], state: 'failed', attempts: 1 }])
  second.before = () => undefined
  await rounds()
  expect((await second.findImage(reference, signal))?.digests).toEqual([build('b')])
})

test('the way back leads to the build that agents had, not to one that the tag left before anybody fetched it', async () => {
  await settled()
  for (const letter of ['b', 'c']) {
    publish(letter)
    clock.advance(7 * hour)
    await checkDueTags(world.deps)
  }
  expect(await tag()).toMatchObject({ digest: digest('c'), previousDigest: digest('a') })
  expect(await db.imageDigest.count()).toBe(3)
  await rounds()
  publish('a')
  clock.advance(7 * hour)
  await checkDueTags(world.deps)
  expect(await tag()).toMatchObject({ digest: digest('a'), previousDigest: digest('c') })
  // It is still on the agents: the tag is moved back there without a pull.
  const pulls = hosts()
    .flatMap((host) => host.calls)
    .filter((verb) => verb === 'pull').length
  await rounds()
  for (const host of hosts()) expect((await host.findImage(reference, signal))?.digests).toEqual([build('a')])
  expect(
    hosts()
      .flatMap((host) => host.calls)
      .filter((verb) => verb === 'pull'),
  ).toHaveLength(pulls)
})

test('a registry that is down is not "nothing new": what is known stays, it is said, and asked again sooner', async () => {
  await settled()
  const before = await tag()
  for (const host of hosts())
    host.before = (verb) => {
      if (verb === 'checkPullable') throw new DomainError('registry_unreachable', { message: 'connection refused' })
    }
  clock.advance(7 * hour)
  await checkDueTags(world.deps)
  const { checkedAt, digest: kept, problem, failures, missingSince } = await tag()
  expect({ checkedAt, kept, problem, failures, missingSince }).toEqual({
    checkedAt: before.checkedAt,
    kept: digest('a'),
    problem: 'connection refused',
    failures: 1,
    missingSince: null,
  })
  // Both agents were asked: one that does not reach it says nothing about the other.
  expect(asked()).toBe(3)
  for (const host of hosts()) host.before = () => undefined
  publish('b')
  clock.advance(60_001)
  await checkDueTags(world.deps)
  expect(await tag()).toMatchObject({ digest: digest('b'), problem: null, failures: 0 })
})

test('a tag that is gone leaves the working image where it is, and says so', async () => {
  await settled()
  for (const host of hosts()) {
    host.registry.clear()
    host.named.clear()
  }
  clock.advance(7 * hour)
  await checkDueTags(world.deps)
  expect(await tag()).toMatchObject({ digest: digest('a'), missingSince: clock.now(), problem: 'manifest unknown' })
  await rounds()
  expect(await runs(await start())).toMatchObject({ state: 'running', imageDigest: digest('a') })
})

test('a pinned build runs whatever the tag names, also on an agent that never had it, and the tag goes on beside it', async () => {
  await settled()
  publish('b')
  clock.advance(7 * hour)
  await checkDueTags(world.deps)
  await rounds()
  const fresh = await addAgent(db)
  agents.push(fresh)
  world.hostOf(fresh).publish(reference, digest('a'))
  world.hostOf(fresh).publish(reference, digest('b'))
  const current = await start()
  await db.workspaceImage.update({ where: { id: imageId }, data: { pinnedDigest: digest('a') } })
  await rounds()
  for (const host of hosts()) expect(await host.findImage(build('a'), signal)).not.toBeNull()
  expect(await runs(await start())).toMatchObject({ state: 'running', imageDigest: digest('a') })
  await markImageUpdates(db)
  expect(await runs(current)).toMatchObject({ imageDigest: digest('b'), imageUpdate: 'other' })
  // Back to the tag: what it names now, without a pull where it is.
  await db.workspaceImage.update({ where: { id: imageId }, data: { pinnedDigest: null } })
  await want(db, current, 'stopped')
  expect(await runs(await start())).toMatchObject({ imageDigest: digest('b') })
})

test('a launch that must wait for a pull gets the build that the fleet runs, and the tag itself where that is gone', async () => {
  await settled()
  const fresh = await addAgent(db)
  await db.agent.updateMany({ where: { id: { in: agents } }, data: { enabled: false } })
  const host = world.hostOf(fresh)
  host.publish(reference, digest('a'))
  host.publish(reference, digest('b'))
  expect(await runs(await start())).toMatchObject({ state: 'running', imageDigest: digest('a') })
  host.stored.clear()
  host.registry.delete(build('a'))
  expect(await runs(await start())).toMatchObject({ state: 'running', imageDigest: digest('b') })
  // What came by the tag is asked for at once, because it is not what was known.
  expect(await tag()).toMatchObject({ nextCheckAt: null })
})

test('what was pulled by hand is not undone before the registry was asked again', async () => {
  await settled()
  const [first] = hosts()
  publish('b')
  clock.advance(60_000)
  await first?.pull(reference, () => undefined, signal)
  await rounds()
  expect((await first?.findImage(reference, signal))?.digests).toEqual([build('b')])
  await checkDueTags(world.deps)
  await rounds()
  for (const host of hosts()) expect((await host.findImage(reference, signal))?.digests).toEqual([build('b')])
})

test('a tag that no enabled workspace names is asked for no more, and is forgotten with the events of its time', async () => {
  await settled()
  await db.workspaceImage.deleteMany()
  clock.advance(7 * hour)
  await checkDueTags(world.deps)
  expect(asked()).toBe(1)
  await purge(world.deps)
  expect(await db.imageTag.count()).toBe(1)
  clock.advance(30 * 24 * hour)
  await purge(world.deps)
  expect([await db.imageTag.count(), await db.imageDigest.count()]).toEqual([0, 0])
})
