// Numbers, losses and diagnoses of GPUs on simulated hosts: real engines and containers, with a stand-in for the driver's program.
import { readFileSync } from 'node:fs'
import type Docker from 'dockerode'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { everyDesktopAnswers, HostedPortal, sleeping } from '@/e2e/testbed/hosted-portal'
import type { SimulatedHost } from '@/e2e/testbed/simulated-host'
import { startTestbed, type Testbed } from '@/e2e/testbed/start-testbed'
import type { GpuReading } from '@/lib/domain/gpu-reading'
import { refreshAgent } from '@/lib/use-cases/refresh-agent'

let testbed: Testbed
let portal: HostedPortal
let two: SimulatedHost

beforeAll(async () => {
  testbed = await startTestbed({
    hosts: [
      { name: 'two', gpus: 'a10x2' },
      { name: 'sliced', gpus: 'a100x2-mig' },
    ],
  })
  two = testbed.host('two')
  portal = await HostedPortal.open(testbed.hosts)
  await portal.startController({ ask: everyDesktopAnswers })
  await portal.untilSeen()
})

afterAll(async () => {
  await portal?.close()
  await testbed?.stop()
})

const agent = (name: string) =>
  portal.db.agent.findUniqueOrThrow({ where: { name }, include: { gpus: { orderBy: { index: 'asc' } } } })
const refresh = async (name: string) => refreshAgent(portal.deps, portal.admin, { agentId: (await agent(name)).id })

async function watchers(host: SimulatedHost): Promise<Docker.ContainerInfo[]> {
  const label = [`berth.install=${portal.installId}`, 'berth.kind=gpu-watch']
  return host.docker.listContainers({ all: true, filters: { label } })
}

/** The numbers of an agent that were written after this was called. */
async function freshReadings(name: string): Promise<GpuReading[]> {
  const { id } = await agent(name)
  const since = new Date()
  return vi.waitFor(
    async () => {
      const live = await portal.db.gpuLive.findUnique({ where: { agentId: id } })
      expect(live?.at.getTime()).toBeGreaterThan(since.getTime())
      return live?.values as GpuReading[]
    },
    { timeout: 40_000, interval: 200 },
  )
}

test('each agent has one container that tells numbers, and it is no session', async () => {
  await freshReadings('two')
  await freshReadings('sliced')
  for (const host of testbed.hosts) expect(await watchers(host)).toMatchObject([{ State: 'running' }])
  const [watcher] = await watchers(two)
  const { HostConfig, Config } = await two.docker.getContainer(watcher?.Id ?? '').inspect()
  expect(Config.Labels).not.toHaveProperty('berth.session')
  expect(HostConfig).toMatchObject({ CapDrop: ['ALL'], NetworkMode: 'none', ReadonlyRootfs: true, Privileged: false })
  expect(HostConfig.LogConfig).toMatchObject({ Config: { 'max-size': '1m' } })
  expect(await portal.db.gpuHold.count()).toBe(0)
})

test('what a GPU does is known within seconds, and what it does not tell is null', async () => {
  const [first, second] = two.gpus
  two.setGpu(first?.uuid ?? '', { utilizationPercent: 77, memoryUsedMib: 100, powerWatts: null })
  await vi.waitFor(
    async () =>
      expect(await freshReadings('two')).toEqual([
        expect.objectContaining({
          uuid: first?.uuid,
          utilizationPercent: 77,
          memoryUsedBytes: 100 * 1024 ** 2,
          powerWatts: null,
        }),
        expect.objectContaining({ uuid: second?.uuid, utilizationPercent: 0 }),
      ]),
    { timeout: 20_000 },
  )
})

test('watching costs less than a hundredth of a processor', async () => {
  const [watcher] = await watchers(two)
  const { State } = await two.docker.getContainer(watcher?.Id ?? '').inspect()
  const millisUsed = () => processorMillis(State.Pid)
  await freshReadings('two')
  const [from, at] = [millisUsed(), performance.now()]
  for (let round = 0; round < 4; round++) await freshReadings('two')
  const share = (millisUsed() - from) / (performance.now() - at)
  expect(share).toBeLessThan(0.01)
})

test('slices are GPUs of their own, and a GPU with MIG on is not handed out itself', async () => {
  const { gpus } = await agent('sliced')
  const parent = gpus.find((gpu) => gpu.migEnabled)
  const slices = gpus.filter((gpu) => gpu.kind === 'mig')
  expect(slices.map((slice) => [slice.migProfile, slice.parentUuid, slice.memoryBytes !== null])).toEqual([
    ['3g.40gb', parent?.uuid, true],
    ['1g.10gb', parent?.uuid, true],
    ['1g.10gb', parent?.uuid, true],
  ])
  expect(gpus.map((gpu) => gpu.computeCapability)).toEqual(gpus.map(() => '8.0'))
})

test('the next controller goes on with the same container; one that was killed is made anew, and no GPU is called missing', async () => {
  const [before] = await watchers(two)
  await portal.stopController()
  expect(await watchers(two)).toMatchObject([{ Id: before?.Id, State: 'running' }])
  await portal.startController({ ask: everyDesktopAnswers })
  await freshReadings('two')
  expect((await watchers(two)).map(({ Id }) => Id)).toEqual([before?.Id])
  await two.docker.getContainer(before?.Id ?? '').kill()
  await freshReadings('two')
  const after = await watchers(two)
  expect(after).toMatchObject([{ State: 'running' }])
  expect(after[0]?.Id).not.toBe(before?.Id)
  expect((await agent('two')).gpus.map((gpu) => gpu.missingSince)).toEqual([null, null])
})

test('a session whose container lost its GPU is told within a minute', async () => {
  const alice = await portal.person('alice')
  const { id } = await portal.launch(alice, await portal.image({ gpus: 1, dockerOptions: sleeping }))
  await portal.reach(id, 'running')
  const host = await portal.hostOf(id)
  const { Id } = await (await portal.container(id)).inspect()
  host.loseGpu(Id)
  await vi.waitFor(async () => expect((await portal.row(id)).gpuLostAt).not.toBeNull(), { timeout: 60_000, interval: 200 })
  expect(await portal.row(id)).toMatchObject({ state: 'running', held: true })
  await portal.remove(alice, id)
})

test('a GPU that falls off the bus is missing after a fresh look, takes no other with it, and comes back as the same', async () => {
  const [, second] = two.gpus
  const rowId = (await agent('two')).gpus[1]?.id
  two.setGpu(second?.uuid ?? '', { lost: true })
  await vi.waitFor(async () => expect((await agent('two')).gpus[1]?.missingSince).not.toBeNull(), {
    timeout: 60_000,
    interval: 200,
  })
  const { gpus, gpuDiagnoses } = await agent('two')
  expect(gpus[0]?.missingSince).toBeNull()
  expect((gpuDiagnoses as { code: string }[]).map(({ code }) => code)).toEqual(['nvidia_smi_failed', 'gpu_missing'])
  expect((await freshReadings('two')).map(({ uuid }) => uuid)).toEqual([two.gpus[0]?.uuid])
  two.setGpu(second?.uuid ?? '', { lost: false })
  await refresh('two')
  await vi.waitFor(async () => expect((await agent('two')).gpus[1]).toMatchObject({ id: rowId, missingSince: null }), {
    timeout: 40_000,
    interval: 200,
  })
  await vi.waitFor(async () => expect(await freshReadings('two')).toHaveLength(2), { timeout: 60_000 })
})

test('a host without its driver says so, and is well again with it', async () => {
  two.setFault('no_driver')
  await refresh('two')
  const codes = async () => ((await agent('two')).gpuDiagnoses as { code: string }[]).map(({ code }) => code)
  await vi.waitFor(async () => expect(await codes()).toEqual(['no_driver']), { timeout: 40_000, interval: 200 })
  two.setFault(null)
  await refresh('two')
  await vi.waitFor(async () => expect(await codes()).toEqual([]), { timeout: 40_000, interval: 200 })
})

test('an agent that is switched off keeps no container of ours', async () => {
  await freshReadings('two')
  await portal.db.agent.update({ where: { name: 'two' }, data: { enabled: false } })
  await refresh('two')
  await vi.waitFor(async () => expect(await watchers(two)).toEqual([]), { timeout: 40_000, interval: 200 })
})

function processorMillis(pid: number): number {
  const groups = readFileSync(`/proc/${pid}/cgroup`, 'utf8').split('\n')
  const path = (controller: RegExp) => groups.find((line) => controller.test(line))?.split(':')[2]
  const first = path(/^\d+:[^:]*\bcpuacct\b/)
  if (first !== undefined) return Number(readFileSync(`/sys/fs/cgroup/cpuacct${first}/cpuacct.usage`, 'utf8')) / 1e6
  const usage = /^usage_usec (\d+)$/m.exec(readFileSync(`/sys/fs/cgroup${path(/^0::/)}/cpu.stat`, 'utf8'))
  return Number(usage?.[1]) / 1e3
}
