// Which engine is which, and who acts there: two real engines, and two portals with databases of their own.
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { AgentCreate } from '@/lib/domain/agent'
import { checkAgent } from '@/lib/use-cases/check-agent'
import { createAgent } from '@/lib/use-cases/create-agent'
import { deleteAgent } from '@/lib/use-cases/delete-agent'
import { getAgent } from '@/lib/use-cases/get-agent'
import { readHealth } from '@/lib/use-cases/read-health'
import { takeOverHost } from '@/lib/use-cases/take-over-host'
import { HostedPortal } from './hosted-portal'
import { startTestbed, type Testbed } from './start-testbed'

let testbed: Testbed
let one: HostedPortal
let two: HostedPortal

beforeAll(async () => {
  testbed = await startTestbed({
    hosts: [
      { name: 'first', gpus: 'none' },
      { name: 'second', gpus: 'none' },
    ],
    image: null,
  })
  one = await HostedPortal.open(testbed.hosts)
  two = await HostedPortal.open([])
  await one.startController({ claims: { url: 'https://one.test', exclusive: true, lookEveryMs: 200 } })
  await two.startController({ claims: { url: 'https://two.test', exclusive: true, lookEveryMs: 200 } })
})

afterAll(async () => {
  await one?.close()
  await two?.close()
  await testbed?.stop()
})

const agentNamed = (portal: HostedPortal, name: string) => portal.db.agent.findUniqueOrThrow({ where: { name } })
const hostIdOf = async (name: string) =>
  (await one.db.agentHost.findUnique({ where: { agentId: (await agentNamed(one, name)).id } }))?.hostId
/** The controllers look again as often as that, as they would after a while. */
const until = (portal: HostedPortal, check: () => Promise<void>) =>
  vi.waitFor(
    async () => {
      portal.wake()
      await check()
    },
    { timeout: 40_000, interval: 250 },
  )
const untilStatus = (portal: HostedPortal, name: string, status: string, reason?: string) =>
  until(portal, async () => {
    const agent = await agentNamed(portal, name)
    expect(agent).toMatchObject({ status, ...(reason ? { statusReason: expect.stringContaining(reason) } : {}) })
  })
const notesOn = async (name: string) => {
  const { Volumes } = await testbed.host(name).docker.listVolumes({ filters: { label: ['berth.host'] } })
  return (Volumes ?? []).map((volume) => volume.Labels['berth.host']).sort()
}

test('each engine gets an identity and one mark, as volumes of this installation', async () => {
  for (const name of ['first', 'second']) {
    await untilStatus(one, name, 'up')
    expect(await notesOn(name)).toEqual(['identity', 'mark'])
  }
  expect(await hostIdOf('first')).not.toBe(await hostIdOf('second'))
})

test('the same engine by its socket is refused with the name of the agent: when it is tried, and when it was added all the same', async () => {
  const endpoint = { kind: 'socket' as const, socketPath: testbed.host('first').socketPath }
  expect(await checkAgent(one.deps, one.admin, { endpoint, publishAddress: null })).toMatchObject({
    ok: false,
    problem: 'This is the Docker Engine of the agent "first".',
  })
  const again = await createAgent(one.deps, one.admin, AgentCreate.parse({ name: 'again', endpoint }))
  await untilStatus(one, 'again', 'unreachable', 'This is the Docker Engine of the agent "first".')
  await deleteAgent(one.deps, one.admin, { agentId: again.id })
})

test('a clone of a machine, which carries its identity, becomes a host of its own', async () => {
  const name = `berth-host-${one.installId}`
  const { Labels } = await testbed.host('first').docker.getVolume(name).inspect()
  const { docker } = testbed.host('second')
  const before = await hostIdOf('second')
  await docker.getVolume(name).remove()
  await docker.createVolume({ Name: name, Driver: 'local', Labels: Labels ?? {} })
  await until(one, async () => expect(await hostIdOf('second')).not.toBe(before))
  expect(await hostIdOf('second')).not.toBe(await hostIdOf('first'))
  await untilStatus(one, 'second', 'up')
})

test('a second portal stands aside and says for whom, takes over when it is told to, and then the first one stands aside', async () => {
  const { endpoint } = testbed.host('first')
  const { id } = await createAgent(two.deps, two.admin, AgentCreate.parse({ name: 'theirs', endpoint }))
  await until(two, async () => {
    const { otherPortal } = await getAgent(two.deps, two.admin, { agentId: id })
    expect(otherPortal).toMatchObject({ installId: one.installId, url: 'https://one.test', isCopy: false })
  })
  const { findings } = await readHealth(two.deps, two.admin)
  expect(findings).toContainEqual(
    expect.objectContaining({
      code: 'agent_taken',
      severity: 'error',
      text: expect.stringContaining('theirs: another portal (https://one.test'),
    }),
  )
  await takeOverHost(two.deps, two.admin, { agentId: id })
  await untilStatus(two, 'theirs', 'unreachable', 'takes the host over')
  await untilStatus(one, 'first', 'unreachable', 'Another portal (https://two.test')
  await untilStatus(two, 'theirs', 'up')
  expect((await getAgent(two.deps, two.admin, { agentId: id })).otherPortal).toBeNull()
  expect(await notesOn('first')).toEqual(['identity', 'identity', 'mark'])
})

test('an agent that is removed takes its notes along, and the other portal has the host back', async () => {
  const { id } = await agentNamed(two, 'theirs')
  await deleteAgent(two.deps, two.admin, { agentId: id })
  await untilStatus(one, 'first', 'up')
  await until(one, async () => expect(await notesOn('first')).toEqual(['identity', 'mark']))
})
