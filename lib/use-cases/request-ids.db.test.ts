// From an event in a session's history to what the log has of the request that caused it.
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '@/lib/domain/actor'
import { inRequest } from '@/lib/log'
import { drainAgent } from './drain-agent'
import { getSession } from './get-session'
import { launchSession } from './launch-session'
import { stopSession } from './stop-session'
import { type TestInstallation, testInstallation } from './test-installation'

let it: TestInstallation
let alice: Actor
let root: Actor

beforeAll(async () => {
  it = await testInstallation()
  alice = await it.person('alice')
  root = await it.person('root', 'admin')
})
afterAll(() => it.close())

test('what people ask for carries the id of their request, for administrators alone', async () => {
  const agentId = await it.agent()
  const imageId = await it.image()
  const { id } = await inRequest('launch-request', () => launchSession(it.deps, alice, { imageId }))
  await inRequest('drain-request', () => drainAgent(it.deps, root, { agentId, message: null, deadlineAt: null }))
  await stopSession(it.deps, alice, { sessionId: id })
  const paramsOf = async (actor: Actor) => {
    const { timeline } = await getSession(it.deps, actor, { sessionId: id })
    return Object.fromEntries(timeline.map(({ code, params }) => [code, params.requestId]))
  }
  expect(await paramsOf(root)).toMatchObject({ launched: 'launch-request', agent_drained: 'drain-request' })
  // Asked by nobody's request: a command line, or the portal itself.
  expect((await paramsOf(root)).stop_asked).toBeUndefined()
  expect(Object.values(await paramsOf(alice)).filter((requestId) => requestId !== undefined)).toEqual([])
})
