// An installation of an older version that has one engine as two agents, with sessions on both: nothing may be lost on the way to one of them.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Db } from '@/lib/db/client'
import { FakeHost } from '@/lib/docker/fake-host'
import type { ContainerHost } from '@/lib/domain/container-host'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import type { ControllerDeps } from './controller-deps'
import { fakeWorld, installId, reference } from './fake-world'
import { newHostGuard } from './host-guard'
import { runOnce } from './run-once'
import { addAgent, addUser, clearFleet, launch, testClock, want } from './test-world'

let database: TestDatabase
let db: Db
let engine: FakeHost
/** As it was, and as it is with BERTH_SHARE_HOSTS=yes: nobody looks which engine an agent is. */
let unguarded: ControllerDeps
let guarded: ControllerDeps

beforeAll(async () => {
  database = await createTestDatabase()
  db = database.db
})
afterAll(() => database.drop())

beforeEach(async () => {
  await clearFleet(db)
  engine = new FakeHost(installId, [reference])
  const { deps } = fakeWorld(db, testClock())
  const ask: ControllerDeps['askDesktop'] = async ({ host }) => ({ kind: 'answered', pin: `PIN:${host}` })
  const notesOf = () => engine
  unguarded = { ...deps, askDesktop: ask, hostOf: () => engine, notesOf }
  const guard = newHostGuard({ db, installId, url: 'https://one.test', exclusive: true, notesOf, lookEveryMs: 0 })
  const hosts = new Map<string, ContainerHost>()
  guarded = {
    ...unguarded,
    hostOf: (agent) => {
      const known = hosts.get(agent.id) ?? guard(agent, engine).host
      hosts.set(agent.id, known)
      return known
    },
  }
})

const session = (id: string) => db.session.findUniqueOrThrow({ where: { id } })
const containers = () => [...engine.containers.keys()].sort()

/** One session on each of two agents that are the same engine. */
async function twoSessions() {
  const userId = await addUser(db)
  const agents = [await addAgent(db, { name: 'rack-1' }), await addAgent(db, { name: 'rack-1-again' })]
  const sessions: string[] = []
  for (const [index, agentId] of agents.entries()) {
    await db.agent.updateMany({ data: { enabled: false } })
    await db.agent.update({ where: { id: agentId }, data: { enabled: true } })
    const id = await launch(db, unguarded.clock, { userId })
    await runOnce(unguarded, { agentId, sessionId: id })
    expect(await session(id)).toMatchObject({ agentId: agents[index], state: 'running' })
    sessions.push(id)
  }
  await db.agent.updateMany({ data: { enabled: true } })
  return { agents, sessions: sessions as [string, string] }
}

test('where nobody looks which engine an agent is, neither agent takes the other’s desktops for leftovers', async () => {
  const { sessions } = await twoSessions()
  const report = await runOnce(unguarded)
  expect(report.steps).toEqual([])
  expect(containers()).toEqual([...sessions].sort())
  for (const id of sessions) expect((await session(id)).state).toBe('running')
})

test('after an upgrade one of the two is refused with what to do; its session runs on, is shown as unreachable, and ends once hosts are shared', async () => {
  const { sessions } = await twoSessions()
  await runOnce(guarded)
  await runOnce(guarded)
  expect(containers()).toEqual([...sessions].sort())
  const rows = await db.agent.findMany({ orderBy: { name: 'asc' } })
  expect(rows.map(({ status }) => status).sort()).toEqual(['unreachable', 'up'])
  const refused = rows.find(({ status }) => status === 'unreachable')
  const kept = rows.find(({ status }) => status === 'up')
  expect(refused?.statusReason).toContain(`This is the Docker Engine of the agent "${kept?.name}".`)
  expect(refused?.statusReason).toContain('Remove this agent. Sessions of this agent run on')
  for (const id of sessions)
    expect(await session(id)).toMatchObject({ state: 'running', held: true, reachHost: expect.any(String) })

  // The way of docs/agents.md.
  const [its] = await db.session.findMany({ where: { agentId: refused?.id ?? '' } })
  await want(db, its?.id ?? '', 'deleted')
  await runOnce(unguarded)
  expect((await session(its?.id ?? '')).state).toBe('deleted')
  expect(containers()).toEqual(sessions.filter((id) => id !== its?.id))
  await db.agent.update({ where: { id: refused?.id ?? '' }, data: { removedAt: new Date() } })
  await runOnce(guarded)
  expect(containers()).toEqual(sessions.filter((id) => id !== its?.id))
})

test('a machine and its clone, each seen to be an engine of its own, have no leftovers of each other’s sessions', async () => {
  const { agents, sessions } = await twoSessions()
  for (const agentId of agents)
    await db.agentHost.upsert({ where: { agentId }, create: { agentId, hostId: `host-${agentId}` }, update: {} })
  await runOnce(unguarded, { agentId: agents[0] ?? '' })
  expect(containers()).toEqual([sessions[0]])
})
