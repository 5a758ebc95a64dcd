import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Actor } from '@/lib/domain/actor'
import { awaitConnection } from './await-connection'
import { launchSession } from './launch-session'
import { readLauncher } from './read-launcher'
import { type TestInstallation, testInstallation } from './test-installation'
import { watchSession } from './watch-session'

let it: TestInstallation
let alice: Actor
let mallory: Actor

beforeAll(async () => {
  it = await testInstallation()
  alice = await it.person('alice')
  mallory = await it.person('mallory')
})
afterAll(() => it.close())
beforeEach(async () => {
  await it.db.gpuHold.deleteMany()
  await it.db.session.deleteMany()
  await it.db.home.deleteMany()
  await it.db.agent.deleteMany()
  await it.db.workspaceImage.deleteMany()
})

async function startingSession(): Promise<string> {
  await it.agent()
  return (await launchSession(it.deps, alice, { imageId: await it.image() })).id
}

describe('watching a session', () => {
  test('without a mark, or with an outdated one, the answer comes at once', async () => {
    const sessionId = await startingSession()
    const first = await watchSession(it.deps, alice, { sessionId })
    expect(first.session).toMatchObject({ id: sessionId, state: 'starting' })
    expect((await watchSession(it.deps, alice, { sessionId, since: 'long ago' })).mark).toBe(first.mark)
  })

  test('with the mark of what is known, the answer waits for news and brings it', async () => {
    const sessionId = await startingSession()
    const { mark } = await watchSession(it.deps, alice, { sessionId })
    const waiting = watchSession(it.deps, alice, { sessionId, since: mark })
    await it.db.sessionEvent.create({ data: { sessionId, code: 'created' } })
    const news = await waiting
    expect(news.mark).not.toBe(mark)
    expect(news.session.timeline.at(-1)?.code).toBe('created')
  })

  test('bytes of a pull are news as well', async () => {
    const sessionId = await startingSession()
    const { mark } = await watchSession(it.deps, alice, { sessionId })
    const pull = { layers: 2, layersDone: 0, bytes: 5, bytesTotal: 10, status: '' }
    await it.db.session.update({ where: { id: sessionId }, data: { pull } })
    expect((await watchSession(it.deps, alice, { sessionId, since: mark })).session.pull).toEqual({ ...pull, timeLeftMs: null })
  })

  test("another's session is not found, with or without a mark", async () => {
    const sessionId = await startingSession()
    const { mark } = await watchSession(it.deps, alice, { sessionId })
    await expect(watchSession(it.deps, mallory, { sessionId })).rejects.toMatchObject({ code: 'not_found' })
    await expect(watchSession(it.deps, mallory, { sessionId, since: mark })).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('awaiting a connection', () => {
  const signedIn = (actor: Actor): Actor => ({ ...actor, by: { kind: 'signIn', id: 'any' } })

  test('a start that ends in a failure is told at once, and makes no ticket', async () => {
    const sessionId = await startingSession()
    const waiting = awaitConnection(it.deps, signedIn(alice), { sessionId })
    await it.db.session.update({ where: { id: sessionId }, data: { state: 'failed' } })
    await expect(waiting).rejects.toMatchObject({ code: 'wrong_state' })
    expect(await it.db.grant.count()).toBe(0)
  })

  test('nobody waits for the session of another', async () => {
    const sessionId = await startingSession()
    await expect(awaitConnection(it.deps, signedIn(mallory), { sessionId })).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('the mark of the launcher', () => {
  test('changes when a session does, and not by asking', async () => {
    const sessionId = await startingSession()
    const first = await readLauncher(it.deps, alice)
    expect((await readLauncher(it.deps, alice)).mark).toBe(first.mark)
    expect(first.moving).toBe(true)
    await it.db.session.update({ where: { id: sessionId }, data: { state: 'failed', version: { increment: 1 } } })
    const second = await readLauncher(it.deps, alice)
    expect(second.mark).not.toBe(first.mark)
    expect(second.moving).toBe(false)
  })
})
