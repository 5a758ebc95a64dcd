// The contract and what only a real engine can show. Everything made here carries a label of its own and is gone afterwards.
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { networkName } from '@/lib/domain/container-spec'
import { newId } from '@/lib/domain/ids'
import { containerHostContract, contractSpec, sessionIdOf } from './container-host-contract'
import { openDockerHost } from './open-docker-host'
import { engineCleanup, testDocker, testSocketPath } from './test-engine'

const socketPath = testSocketPath(process.env.DOCKER_HOST)
const docker = testDocker(socketPath)
const installId = `test-${randomBytes(4).toString('hex')}`
const reference = process.env.BERTH_TEST_DESKTOP_IMAGE ?? 'berth/desktop:local'
const host = openDockerHost({ kind: 'socket', socketPath }, installId)
const signal = new AbortController().signal
const strangers: string[] = []
const subject = { host: () => host, installId, reference, addForeign }

async function addForeign(name: string): Promise<void> {
  const container = await docker.createContainer({
    name,
    Image: reference,
    Labels: { 'berth.install': 'somebody-else', 'berth.session': name },
  })
  strangers.push(container.id)
}

async function start(spec: ReturnType<typeof contractSpec>): Promise<string> {
  await host.ensureCreated(spec, signal)
  await host.ensureStarted(sessionIdOf(spec), signal)
  return sessionIdOf(spec)
}

const inspect = (id: string) => docker.getContainer(`berth-${id}`).inspect()

beforeAll(async () => {
  await docker.getImage(reference).inspect()
})

afterAll(async () => {
  for (const id of strangers) {
    // Still there: nothing here touched it.
    await docker.getContainer(id).inspect()
    await docker.getContainer(id).remove({ force: true })
  }
  await engineCleanup(socketPath, installId)
})

describe('the real engine keeps the contract', () => containerHostContract(subject))

test('the container runs hardened and limited, as the kernel sees it', async () => {
  const id = await start(
    contractSpec(subject, {
      command: ['/bin/sh', '-c', 'grep -E "^(CapEff|CapBnd|NoNewPrivs|Seccomp):" /proc/self/status; sleep 60'],
    }),
  )
  await vi.waitFor(async () => expect(await host.logTail(id, 100, signal)).toMatch(/Seccomp:\s+2/), {
    timeout: 20_000,
    interval: 100,
  })
  const log = await host.logTail(id, 100, signal)
  expect(log).toMatch(/CapEff:\s+0{16}/)
  expect(log).toMatch(/CapBnd:\s+0{16}/)
  expect(log).toMatch(/NoNewPrivs:\s+1/)
  const { HostConfig } = await inspect(id)
  expect(HostConfig).toMatchObject({
    Privileged: false,
    Memory: 134_217_728,
    MemorySwap: 134_217_728,
    NanoCpus: 500_000_000,
    PidsLimit: 4096,
  })
  await host.ensureRemoved(id, signal)
})

test('a list alone shows what a look at each container shows, as long as it runs since the start that is known', async () => {
  const id = await start(contractSpec(subject))
  const first = await host.find(id, signal)
  const known = async () => [
    { containerId: first?.id ?? '', endpointId: first?.endpointId ?? '', startedAt: first?.startedAt ?? '' },
  ]
  const anew = () => openDockerHost({ kind: 'socket', socketPath }, installId)
  const listed = async () => (await anew().list(signal, known)).seen.find(({ sessionId }) => sessionId === id)
  expect(first?.endpointId).toMatch(/^[0-9a-f]{64}$/)
  const container = docker.getContainer(`berth-${id}`)
  expect(await listed()).toEqual(first)
  await host.ensurePaused(id, signal)
  expect(await listed()).toEqual({ ...first, state: 'paused' })
  await host.ensureUnpaused(id, signal)
  await container.restart({ t: 1 })
  const second = await host.find(id, signal)
  expect(second?.endpointId).not.toBe(first?.endpointId)
  expect(second?.startedAt).not.toBe(first?.startedAt)
  expect(await listed()).toEqual(second)
  await container.kill()
  await container.wait()
  expect(await listed()).toMatchObject({ state: 'exited', endpointId: null, published: null })
  await host.ensureRemoved(id, signal)
})

test('several who make our network at once make one', async () => {
  const own = `test-${randomBytes(4).toString('hex')}`
  const several = Array.from({ length: 6 }, () => openDockerHost({ kind: 'socket', socketPath }, own))
  try {
    await Promise.all(several.map((one) => one.ensureNetwork(networkName(own), signal)))
    expect(await docker.listNetworks({ filters: { label: [`berth.install=${own}`] } })).toHaveLength(1)
  } finally {
    await engineCleanup(socketPath, own)
  }
})

test('our network is made again when somebody removed it', async () => {
  const spec = contractSpec(subject)
  await host.ensureCreated(spec, signal)
  await docker.getNetwork(spec.network).remove()
  expect(await host.ensureStarted(sessionIdOf(spec), signal)).toMatchObject({
    state: 'running',
    bridgeAddress: expect.any(String),
  })
  await host.ensureRemoved(sessionIdOf(spec), signal)
})

test('named volumes carry our label, keep their files, and are removed only by their own verb', async () => {
  const name = `berth-${installId}-home`
  const command = (line: string) => ['/bin/sh', '-c', line]
  const write = contractSpec(subject, { homeVolume: { id: newId(), name }, command: command('echo kept > ~/note; sleep 60') })
  const id = await start(write)
  const read = contractSpec(subject, { homeVolume: { id: newId(), name }, command: command('cat ~/note; sleep 60') })
  await vi.waitFor(
    async () => {
      await host.ensureRemoved(sessionIdOf(read), signal)
      await start(read)
      await vi.waitFor(async () => expect(await host.logTail(sessionIdOf(read), 5, signal)).not.toBe(''), { timeout: 5_000 })
      expect(await host.logTail(sessionIdOf(read), 5, signal)).toBe('kept')
    },
    { timeout: 30_000, interval: 200 },
  )
  await host.ensureRemoved(id, signal)
  await host.ensureRemoved(sessionIdOf(read), signal)
  expect((await docker.getVolume(name).inspect()).Labels).toMatchObject({ 'berth.install': installId })
  await host.ensureVolumeRemoved(name, signal)
  await expect(docker.getVolume(name).inspect()).rejects.toMatchObject({ statusCode: 404 })
})

test('a volume of somebody else is neither mounted nor removed', async () => {
  const name = `stranger-${installId}`
  await docker.createVolume({ Name: name })
  try {
    const spec = contractSpec(subject, { homeVolume: { id: newId(), name } })
    await expect(host.ensureCreated(spec, signal)).rejects.toMatchObject({ code: 'container_conflict' })
    await expect(host.ensureVolumeRemoved(name, signal)).rejects.toMatchObject({ code: 'container_conflict' })
    await docker.getVolume(name).inspect()
  } finally {
    await docker.getVolume(name).remove()
  }
})

test('an exit is seen with its code and its last output, and nudges whoever watches', async () => {
  const stop = new AbortController()
  const nudges = host.watch(stop.signal)[Symbol.asyncIterator]()
  await nudges.next()
  const id = await start(contractSpec(subject, { command: ['/bin/sh', '-c', 'echo last words >&2; exit 7'] }))
  const heard: string[] = []
  while (!heard.includes('die')) {
    const { value } = await nudges.next()
    if (value?.sessionId === id) heard.push(value.what)
  }
  stop.abort()
  expect(heard).toContain('start')
  expect(await host.find(id, signal)).toMatchObject({ state: 'exited', exitCode: 7, outOfMemory: false })
  expect(await host.logTail(id, 100, signal)).toBe('last words')
  await host.ensureRemoved(id, signal)
})

test('want of memory is told apart from other ends', async () => {
  const command = ['python3', '-c', 'x = bytearray(300 << 20)']
  const id = await start(contractSpec(subject, { command, memoryBytes: 64 * 1024 * 1024 }))
  await vi.waitFor(async () => expect((await host.find(id, signal))?.outOfMemory).toBe(true), { timeout: 30_000, interval: 200 })
  await host.ensureRemoved(id, signal)
})

test('what cannot be started says what Docker said', async () => {
  const spec = contractSpec(subject, { spec: { dockerOptions: { devices: ['/dev/infiniband/no-such-device'] } } })
  await host.ensureCreated(spec, signal)
  await expect(host.ensureStarted(sessionIdOf(spec), signal)).rejects.toMatchObject({
    code: 'container_failed',
    message: expect.stringContaining('/dev/infiniband/no-such-device'),
    hint: expect.any(String),
  })
  expect(await host.find(sessionIdOf(spec), signal)).toMatchObject({ state: 'created' })
  await host.ensureRemoved(sessionIdOf(spec), signal)
})

test('a program that is not in the image ends the container with 127', async () => {
  const id = await start(contractSpec(subject, { command: ['/no/such/program'] }))
  await vi.waitFor(async () => expect(await host.find(id, signal)).toMatchObject({ state: 'exited', exitCode: 127 }), {
    timeout: 10_000,
  })
  expect(await host.logTail(id, 10, signal)).toContain('/no/such/program')
  await host.ensureRemoved(id, signal)
})

test('the probe tells the disk and what the host uses, and leaves nothing behind', async () => {
  const result = await host.probe(reference, { gpus: true }, signal)
  expect(result.use?.memoryBytes).toBeGreaterThan(0)
  expect(result.diskTotalBytes).toBeGreaterThan(result.diskFreeBytes)
  expect(result.diskFreeBytes).toBeGreaterThan(0)
  const left = await docker.listContainers({ all: true, filters: { label: [`berth.install=${installId}`, 'berth.kind=probe'] } })
  expect(left).toEqual([])
})

test('a registry that is not there is told in words, without an image', async () => {
  const away = 'localhost:1/nothing:1'
  await expect(host.checkPullable(away, signal)).rejects.toMatchObject({ code: 'registry_unreachable' })
  await expect(host.pull(away, () => undefined, signal)).rejects.toMatchObject({ code: 'registry_unreachable' })
})

test('the facts of the engine are its own', async () => {
  const info = (await docker.info()) as { NCPU: number; MemTotal: number; ServerVersion: string }
  expect(await host.facts(signal)).toMatchObject({
    cpuCount: info.NCPU,
    memoryBytes: info.MemTotal,
    engineVersion: info.ServerVersion,
  })
})
