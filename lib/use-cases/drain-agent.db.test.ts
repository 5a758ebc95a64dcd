// Taking an agent out of service: nothing new goes there, those who are left are told, and at the deadline they are stopped.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { loadConfig } from '@/lib/config'
import { type FakeWorld, fakeWorld } from '@/lib/controller/fake-world'
import { checkTimeLimits } from '@/lib/controller/keep-house'
import { runOnce } from '@/lib/controller/run-once'
import {
  addAgent,
  addUser,
  clearFleet,
  eventCodes,
  launch,
  type TestClock,
  testClock,
  testKeys,
  want,
} from '@/lib/controller/test-world'
import type { Actor } from '@/lib/domain/actor'
import { AgentDrain } from '@/lib/domain/agent-drain'
import { DomainError } from '@/lib/domain/errors'
import { createTestDatabase, type TestDatabase } from '@/scripts/test/test-database'
import type { Deps } from './deps'
import { drainAgent, undrainAgent } from './drain-agent'
import { getAgent } from './get-agent'
import { getSession } from './get-session'
import { operatorActor } from './operator-actor'

const minute = 60_000
const admin = operatorActor()
let database: TestDatabase
let deps: Deps
let clock: TestClock
let world: FakeWorld
let owner: Actor
let agentId: string

beforeAll(async () => {
  database = await createTestDatabase()
})

afterAll(() => database.drop())

beforeEach(async () => {
  const { db } = database
  await clearFleet(db)
  clock = testClock()
  world = fakeWorld(db, clock)
  deps = { db, clock, keys: testKeys, config: loadConfig({ DATABASE_URL: database.url, BERTH_DATA_DIR: '/nonexistent' }) }
  const id = await addUser(db)
  owner = { id, name: `user-${id}`, role: 'user', by: { kind: 'operator' }, mustChangePassword: false }
  agentId = await addAgent(db, { name: 'first' })
})

const drain = (input: { message?: string; deadlineAt?: string } = {}) =>
  drainAgent(deps, admin, { agentId, ...AgentDrain.parse(input) })
const inMinutes = (minutes: number) => new Date(clock.now().getTime() + minutes * minute).toISOString()
const row = (id: string) => database.db.session.findUniqueOrThrow({ where: { id } })

async function running(): Promise<string> {
  const id = await launch(database.db, clock, { userId: owner.id })
  await runOnce(world.deps)
  return id
}

test('nothing new is placed on it, and whoever waits is told why and starts as soon as it is back', async () => {
  expect(await drain()).toMatchObject({ standing: 'drained', drain: { by: admin.name, message: null, deadlineAt: null } })
  const id = await launch(database.db, clock, { userId: owner.id })
  expect(await row(id)).toMatchObject({ state: 'queued', agentId: null, reasons: [{ agentId, code: 'drained' }] })
  const other = await addAgent(database.db, { name: 'other' })
  const elsewhere = await launch(database.db, clock, { userId: owner.id })
  expect(await row(elsewhere)).toMatchObject({ state: 'starting', agentId: other })
  await database.db.agent.update({ where: { id: other }, data: { enabled: false } })
  const waiting = await launch(database.db, clock, { userId: owner.id })
  expect(await undrainAgent(deps, admin, { agentId })).toMatchObject({ standing: 'up', drain: null })
  expect(await row(waiting)).toMatchObject({ state: 'starting', agentId })
})

test('whoever is left goes on, is listed, and is told the message as it was written', async () => {
  const id = await running()
  const message = '<b>New driver</b> at 6 pm'
  const { sessions } = await drain({ message: `  ${message} ` })
  expect(sessions).toMatchObject([{ id, owner: { name: owner.name }, state: 'running' }])
  const seen = await getSession(deps, owner, { sessionId: id })
  expect(seen).toMatchObject({ state: 'running', drain: { message, deadlineAt: null } })
  expect(seen.timeline.at(-1)).toMatchObject({ code: 'agent_drained', text: expect.stringContaining(message) })
  // Who said it is for administrators.
  expect(seen.timeline.at(-1)?.params).not.toHaveProperty('byName')
  await undrainAgent(deps, admin, { agentId })
  expect((await getSession(deps, owner, { sessionId: id })).drain).toBe(null)
  expect((await eventCodes(database.db, id)).at(-1)).toBe('agent_undrained')
})

test('the deadline is announced once a quarter of an hour before, and then what is left is stopped, not deleted', async () => {
  const id = await running()
  await drain({ deadlineAt: inMinutes(60) })
  clock.advance(44 * minute)
  await checkTimeLimits(world.deps)
  expect(await eventCodes(database.db, id)).not.toContain('drain_near')
  clock.advance(minute)
  await checkTimeLimits(world.deps)
  clock.advance(minute)
  await checkTimeLimits(world.deps)
  expect((await eventCodes(database.db, id)).filter((code) => code === 'drain_near')).toHaveLength(1)
  expect((await row(id)).wanted).toBe('running')
  clock.advance(14 * minute)
  await checkTimeLimits(world.deps)
  await runOnce(world.deps)
  expect(await row(id)).toMatchObject({ state: 'stopped', wanted: 'stopped', held: false })
  expect(await eventCodes(database.db, id)).toContain('drain_reached')
  expect((await getAgent(deps, admin, { agentId })).sessions).toEqual([])
})

test('a deadline that is taken back or moved stops nobody at its old time', async () => {
  const id = await running()
  await drain({ deadlineAt: inMinutes(30) })
  await drain({ deadlineAt: inMinutes(90) })
  clock.advance(31 * minute)
  await checkTimeLimits(world.deps)
  expect((await row(id)).wanted).toBe('running')
  await undrainAgent(deps, admin, { agentId })
  clock.advance(600 * minute)
  await checkTimeLimits(world.deps)
  expect((await row(id)).wanted).toBe('running')
})

test('a deadline that is past is refused, and so is one that nobody will live to see', async () => {
  for (const deadlineAt of [inMinutes(-1), inMinutes(0), inMinutes(60 * 24 * 400)])
    await expect(drain({ deadlineAt })).rejects.toMatchObject({
      code: 'invalid_input',
      fields: { deadlineAt: expect.any(String) },
    })
  expect((await getAgent(deps, admin, { agentId })).drain).toBe(null)
})

test('only administrators may, and both ways stand in the audit', async () => {
  await expect(drainAgent(deps, owner, { agentId, message: null, deadlineAt: null })).rejects.toMatchObject({ code: 'forbidden' })
  await expect(undrainAgent(deps, owner, { agentId })).rejects.toMatchObject({ code: 'forbidden' })
  await drain({ message: 'New driver' })
  await undrainAgent(deps, admin, { agentId })
  await undrainAgent(deps, admin, { agentId })
  const entries = await database.db.auditEntry.findMany({ where: { thingId: agentId }, orderBy: { id: 'asc' } })
  expect(entries.map(({ verb, detail }) => ({ verb, detail }))).toEqual([
    { verb: 'agent.drain', detail: { name: 'first', message: 'New driver' } },
    { verb: 'agent.undrain', detail: { name: 'first' } },
  ])
})

test('a removal that fails says why and when it is tried again, and a silent agent that it is waited for', async () => {
  const id = await running()
  const host = world.hostOf(agentId)
  host.before = (verb) => {
    if (verb === 'ensureRemoved') throw new DomainError('agent_refused', { message: 'device or resource busy' })
  }
  await want(database.db, id, 'deleted')
  await runOnce(world.deps)
  const nextTryAt = new Date(clock.now().getTime() + 1_000).toISOString()
  expect(await getSession(deps, owner, { sessionId: id })).toMatchObject({
    state: 'deleting',
    waitsFor: { problem: 'device or resource busy', nextTryAt },
  })
  host.cut = new DomainError('agent_unreachable')
  await runOnce(world.deps)
  const away = await getSession(deps, owner, { sessionId: id })
  expect(away).toMatchObject({ state: 'deleting', waitsFor: {} })
  expect(away.agentUnreachableSince).not.toBe(null)
  host.cut = null
  host.before = () => undefined
  clock.advance(60_000)
  await runOnce(world.deps)
  expect(await row(id)).toMatchObject({ state: 'deleted', problem: null, held: false })
})

test('a delete on an agent that is away closes the way in at once, and is finished when the agent is back', async () => {
  const id = await running()
  const host = world.hostOf(agentId)
  host.cut = new DomainError('agent_unreachable')
  await runOnce(world.deps)
  await want(database.db, id, 'deleted')
  await runOnce(world.deps, { sessionId: id })
  expect(await row(id)).toMatchObject({ state: 'deleting', reachHost: null, held: true })
  expect(await getSession(deps, owner, { sessionId: id })).toMatchObject({ drain: null, waitsFor: { problem: null } })
  expect(host.containers.has(id)).toBe(true)
  host.cut = null
  await runOnce(world.deps)
  expect(await row(id)).toMatchObject({ state: 'deleted', held: false })
  expect(host.containers.has(id)).toBe(false)
})
