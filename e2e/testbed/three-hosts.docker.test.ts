// What people come for, on three hosts with four GPUs, two and none: real engines, real desktops, and the word of the containers themselves.
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Actor } from '@/lib/domain/actor'
import { AgentTableQuery } from '@/lib/domain/agent-view'
import type { SessionDetail } from '@/lib/domain/session'
import { tableAgents } from '@/lib/use-cases/list-agents'
import { HostedPortal, run, uuidsIn } from './hosted-portal'
import { startTestbed, type Testbed } from './start-testbed'

let testbed: Testbed
let portal: HostedPortal
let alice: Actor
let bob: Actor

beforeAll(async () => {
  testbed = await startTestbed({
    hosts: [
      { name: 'four', gpus: 'h200x4' },
      { name: 'two', gpus: 'a10x2' },
      { name: 'bare', gpus: 'none' },
    ],
  })
  portal = await HostedPortal.open(testbed.hosts)
  await portal.startController()
  await portal.untilSeen()
  alice = await portal.person('alice', { maxGpus: 8 })
  bob = await portal.person('bob', { maxGpus: 8 })
})

afterAll(async () => {
  await portal?.close()
  await testbed?.stop()
})

test('the agents show four GPUs, two and none', async () => {
  const { items } = await tableAgents(portal.deps, portal.admin, AgentTableQuery.parse({}))
  expect(Object.fromEntries(items.map((agent) => [agent.name, agent.gpus.total]))).toEqual({ four: 4, two: 2, bare: 0 })
  expect(Object.fromEntries(items.map((agent) => [agent.name, agent.hasNvidiaRuntime]))).toEqual({
    four: true,
    two: true,
    bare: false,
  })
})

test('an image that needs five GPUs fails at once, with a reason for each of the three agents', async () => {
  const session = await portal.launch(alice, await portal.image({ gpus: 5 }))
  expect(session).toMatchObject({ state: 'failed', failure: { code: 'unplaceable' } })
  const { reasons } = await portal.view(portal.admin, session.id)
  expect(reasons.map(({ agent, code }) => `${agent}: ${code}`).sort()).toEqual([
    'bare: no_gpu',
    'four: too_few_gpus',
    'two: too_few_gpus',
  ])
  await portal.remove(alice, session.id)
})

test('who asks for two GPUs gets two, sees just those, and the next in line starts by itself when some are free', async () => {
  const twoGpus = await portal.image({ gpus: 2 })
  // Two of the pair, then the first two and the last two of the four: a count instead of UUIDs would show the first two twice.
  const running: SessionDetail[] = []
  for (const actor of [alice, bob, alice]) running.push(await portal.launch(actor, twoGpus))
  const next = await portal.launch(bob, twoGpus)
  expect(next).toMatchObject({ state: 'queued', queuePosition: 1 })
  const taken: string[] = []
  for (const { id } of running) {
    await portal.reach(id, 'running')
    const held = (await portal.view(portal.admin, id)).gpus.map((gpu) => gpu.uuid).sort()
    expect(held).toHaveLength(2)
    expect(uuidsIn(await run(await portal.container(id), 'nvidia-smi', '-L'))).toEqual(held)
    taken.push(...held)
  }
  expect(new Set(taken)).toEqual(new Set(testbed.hosts.flatMap((host) => host.gpus.map((gpu) => gpu.uuid))))
  expect(await portal.row(next.id)).toMatchObject({ state: 'queued', queuePosition: 1 })

  const [first] = running
  await portal.remove(alice, first?.id ?? '')
  await portal.reach(next.id, 'running')
  expect(uuidsIn(await run(await portal.container(next.id), 'nvidia-smi', '-L'))).toEqual(taken.slice(0, 2))
  await portal.remove(portal.admin, next.id, ...running.slice(1).map(({ id }) => id))
})

test('a session without GPUs sees none, and leaves the hosts that have some alone', async () => {
  const { id } = await portal.launch(alice, await portal.image())
  await portal.reach(id, 'running')
  expect((await portal.hostOf(id)).name).toBe('bare')
  const container = await portal.container(id)
  expect(await run(container, 'printenv', 'NVIDIA_VISIBLE_DEVICES')).toBe('void\n')
  await portal.remove(alice, id)
})

test('a session without GPUs sees none also where there are some', async () => {
  const bare = await portal.db.agent.update({ where: { name: 'bare' }, data: { enabled: false } })
  try {
    const session = await portal.launch(alice, await portal.image())
    await portal.reach(session.id, 'running')
    const container = await portal.container(session.id)
    expect((await portal.hostOf(session.id)).gpus).not.toEqual([])
    expect(await run(container, 'printenv', 'NVIDIA_VISIBLE_DEVICES')).toBe('void\n')
    expect(await run(container, 'sh', '-c', 'ls /dev | grep -c nvidia; command -v nvidia-smi')).toBe('0\n')
    await portal.remove(alice, session.id)
  } finally {
    await portal.db.agent.update({ where: { id: bare.id }, data: { enabled: true } })
  }
})

test('in the end nothing is held and no container is left', async () => {
  expect(await portal.db.gpuHold.count()).toBe(0)
  await vi.waitFor(
    async () => {
      for (const host of testbed.hosts) {
        const filters = { label: ['berth.session'] }
        expect(await host.docker.listContainers({ all: true, filters })).toEqual([])
      }
    },
    { timeout: 20_000 },
  )
})
