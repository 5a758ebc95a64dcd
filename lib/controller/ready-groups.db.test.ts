// Ready sessions of agent groups, over a real database: each group has its own number.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Actor } from '@/lib/domain/actor'
import { GiB, type WorkspaceImageInput } from '@/lib/domain/workspace-image'
import { getImage } from '@/lib/use-cases/get-image'
import { launchSession } from '@/lib/use-cases/launch-session'
import { type TestInstallation, testInstallation } from '@/lib/use-cases/test-installation'
import { updateAgent } from '@/lib/use-cases/update-agent'
import { updateImage } from '@/lib/use-cases/update-image'
import { type FakeWorld, fakeWorld, reference } from './fake-world'
import { keepSessionsReady } from './ready-pool'
import { runOnce } from './run-once'
import { clearFleet } from './test-world'

let it: TestInstallation
let db: TestInstallation['db']
let world: FakeWorld
let admin: Actor
let office: string
let lab: string

beforeAll(async () => {
  it = await testInstallation()
  db = it.db
  admin = await it.person('root', 'admin')
})
afterAll(() => it.close())

beforeEach(async () => {
  await clearFleet(db)
  await db.workspaceImage.deleteMany()
  world = fakeWorld(db, { now: it.deps.clock.now, advance: (ms) => it.advance(ms / 1000) })
  office = await agent(['office'])
  lab = await agent(['lab', 'new'])
})

async function agent(groups: string[]): Promise<string> {
  const id = await it.agent({ cpuCount: 64, memoryBytes: 256 * GiB, groups })
  await db.agentImage.create({ data: { agentId: id, reference, imageId: 'i', sizeBytes: 1, seenAt: it.deps.clock.now() } })
  return id
}

const pool = (readyByGroup: WorkspaceImageInput['readyByGroup'], readySessions = 0) => it.image({ readySessions, readyByGroup })
const ready = () => db.session.findMany({ where: { userId: null, state: 'running' }, orderBy: { createdAt: 'asc' } })
const inGroup = async (group: string | null) => (await ready()).filter(({ readyGroup }) => readyGroup === group)
const on = async (group: string | null) => (await inGroup(group)).map(({ agentId }) => agentId)

/** Until nothing changes any more. */
async function settle(): Promise<void> {
  for (let pass = 0; pass < 60; pass++) {
    await runOnce(world.deps)
    const { started, ended, more } = await keepSessionsReady(world.deps)
    const moving = await db.session.count({ where: { state: { in: ['starting', 'stopping', 'deleting'] } } })
    if (started.length + ended.length + moving === 0 && !more) return
  }
  throw new Error('the pool does not come to rest')
}

const groups = [
  { group: 'lab', count: 2 },
  { group: 'office', count: 1 },
  { group: 'nowhere', count: 3 },
]

test('each agent group has the number that is asked for there, besides those for anywhere', async () => {
  const imageId = await pool(groups, 1)
  await settle()
  expect([await on('lab'), await on('office'), await on('nowhere')]).toEqual([[lab, lab], [office], []])
  expect(await on(null)).toHaveLength(1)
  const held = await db.agent.findMany({ select: { cpuMillisHeld: true } })
  expect(held.reduce((sum, { cpuMillisHeld }) => sum + cpuMillisHeld, 0)).toBe(4000)
  const shown = (await getImage(it.deps, admin, { imageId })).ready.map(({ group, agent }) => [group, agent?.id])
  expect(shown).toEqual(
    expect.arrayContaining([
      ['lab', lab],
      ['office', office],
    ]),
  )
})

test('a launch takes any of them, and what is lacking in a group is started there', async () => {
  const imageId = await pool(groups, 1)
  await settle()
  const people = await Promise.all(['ada', 'bob', 'cyd', 'dan'].map((name) => it.person(name)))
  const claimed = await Promise.all(people.map((person) => launchSession(it.deps, person, { imageId })))
  expect(claimed.map(({ state }) => state)).toEqual(Array(4).fill('running'))
  expect(await ready()).toEqual([])
  await settle()
  expect([await on('lab'), await on('office')]).toEqual([[lab, lab], [office]])
})

test('when a group asks for fewer or for none, only those of that group end', async () => {
  const imageId = await pool(groups, 1)
  await settle()
  const [anywhere] = await inGroup(null)
  await updateImage(it.deps, admin, { imageId, changes: { readyByGroup: [{ group: 'lab', count: 1 }] } })
  await settle()
  expect([await on('lab'), await on('office')]).toEqual([[lab], []])
  expect((await inGroup(null)).map(({ id }) => id)).toEqual([anywhere?.id])
  await updateImage(it.deps, admin, { imageId, changes: { readyByGroup: [], readySessions: 0 } })
  await settle()
  expect(await ready()).toEqual([])
})

test.each([
  ['the group of its number', { readyByGroup: [{ group: 'lab', count: 1 }] }],
  ['the group of its workspace', { readySessions: 1, agentGroup: 'lab' }],
])('one whose agent leaves %s is given to nobody and ends, and another starts where the group is', async (_what, fields) => {
  const imageId = await it.image(fields)
  await settle()
  const [before] = await ready()
  expect(before?.agentId).toBe(lab)
  await updateAgent(it.deps, admin, { agentId: lab, changes: { groups: [] } })
  await updateAgent(it.deps, admin, { agentId: office, changes: { groups: ['lab'] } })
  const session = await launchSession(it.deps, admin, { imageId })
  expect(session.id).not.toBe(before?.id)
  await settle()
  expect((await ready()).map(({ agentId }) => agentId)).toEqual([office])
})
