// How a session is used, as its owner and administrators see it.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SessionTableQuery } from '@/lib/domain/agent-view'
import { newId } from '@/lib/domain/ids'
import { getSession } from './get-session'
import { listMySessions, tableSessions } from './list-sessions'
import { type TestInstallation, testInstallation } from './test-installation'

let it: TestInstallation

beforeAll(async () => {
  it = await testInstallation()
})
afterAll(() => it.close())

test('viewers of all gateways, bytes and the last input are shown, and the list of all is sorted by them', async () => {
  const [root, ann] = [await it.person('root', 'admin'), await it.person('ann')]
  const add = async (over: object) => {
    const common = { id: newId(), userId: ann.id, imageName: 'Desktop', spec: {}, cpuMillis: 1000, memoryBytes: 1e9 }
    return (await it.db.session.create({ data: { ...common, state: 'running', ...over } })).id
  }
  const hour = (hours: number) => new Date(it.deps.clock.now().getTime() - hours * 3_600_000)
  const recent = await add({ lastInputAt: hour(1), bytesUp: 7, bytesDown: 3e12 })
  const never = await add({})
  const longAgo = await add({ lastInputAt: hour(90) })
  for (const viewers of [1, 2]) {
    const { id } = await it.db.gatewayProcess.create({ data: { id: newId(), heardAt: it.deps.clock.now() } })
    await it.db.sessionViewers.create({ data: { sessionId: recent, gatewayId: id, viewers } })
  }
  const expected = { viewers: 3, lastInputAt: hour(1).toISOString(), bytesUp: 7, bytesDown: 3e12 }
  expect((await getSession(it.deps, ann, { sessionId: recent })).activity).toEqual(expected)
  const mine = await listMySessions(it.deps, ann, { filter: 'live' })
  expect(mine.find(({ id }) => id === never)?.activity).toEqual({ viewers: 0, lastInputAt: null, bytesUp: 0, bytesDown: 0 })
  const sorted = async (direction: 'asc' | 'desc') =>
    (await tableSessions(it.deps, root, SessionTableQuery.parse({ sort: 'input', direction }))).items.map(({ id }) => id)
  expect(await sorted('asc')).toEqual([never, longAgo, recent])
  expect(await sorted('desc')).toEqual([recent, longAgo, never])
})
