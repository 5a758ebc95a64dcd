// The simulated engine as Berth's own client sees it, and what that client asks of it: a list is enough where nothing was started anew.
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { openDockerHost } from '@/lib/docker/open-docker-host'
import type { ContainerHost } from '@/lib/domain/container-host'
import { type FakeContainer, FleetEngine } from './fleet-engine'
import { endpointOf } from './fleet-engine-answers'

const { signal } = new AbortController()
const hourMs = 3_600_000
let folder: string
let server: Server
let engine: FleetEngine
let host: ContainerHost

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'berth-fleet-engine-'))
  engine = new FleetEngine('host', [{ id: 'sha256:1', references: ['lab/desktop:1'], digests: [], sizeBytes: 1 }], 4711)
  server = createServer((request, response) => void engine.handle(request, response))
  await new Promise<void>((resolve) => server.listen(join(folder, 'docker.sock'), resolve))
  host = openDockerHost({ kind: 'socket', socketPath: join(folder, 'docker.sock') }, 'here')
})

afterEach(() => {
  server.closeAllConnections()
  server.close()
  rmSync(folder, { recursive: true })
})

function add(sessionId: string, startedMs: number): FakeContainer {
  const container: FakeContainer = {
    id: sessionId.padEnd(64, '0'),
    name: `berth-${sessionId}`,
    image: 'sha256:1',
    labels: { 'berth.install': 'here', 'berth.session': sessionId, 'berth.gpus': sessionId },
    hostConfig: {},
    createdMs: startedMs,
    startedMs,
    endedMs: null,
    exitCode: 0,
    state: 'running',
    output: null,
  }
  engine.add(container)
  return container
}

const looks = () => {
  const count = engine.asked.get('GET containers/json') ?? 0
  engine.asked.clear()
  return count
}

test('a container that was looked at is not looked at again while the list shows that it is the same', async () => {
  add('a', Date.now() - 5 * hourMs)
  add('b', Date.now() - 9 * hourMs)
  const first = await host.list(signal)
  expect(first.seen.map(({ sessionId, state }) => [sessionId, state])).toEqual([
    ['a', 'running'],
    ['b', 'running'],
  ])
  // The list and each container.
  expect(looks()).toBe(3)
  expect(await host.list(signal)).toEqual(first)
  expect(looks()).toBe(1)
})

test('a list of the same bytes is not read again, until a container is to be looked at for its age', async () => {
  add('a', Date.now() - 5 * hourMs)
  const first = await host.list(signal)
  expect(await host.list(signal)).toBe(first)
  looks()
  const now = vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 3 * hourMs)
  try {
    expect(await host.list(signal)).toEqual(first)
    expect(looks()).toBe(2)
  } finally {
    now.mockRestore()
  }
})

test.each<[string, (container: FakeContainer) => void]>([
  ['was restarted unheard of', (container) => Object.assign(container, { startedMs: Date.now() })],
  ['has ended', (container) => Object.assign(container, { state: 'exited', endedMs: Date.now(), exitCode: 3 })],
  ['is paused', (container) => Object.assign(container, { state: 'paused' })],
])('one that %s is looked at', async (_what, change) => {
  const container = add('a', Date.now() - 5 * hourMs)
  const [before] = (await host.list(signal)).seen
  change(container)
  const [after] = (await host.list(signal)).seen
  expect(after).not.toEqual(before)
  expect(after).toEqual(await host.find('a', signal))
})

test('one on no network that started a moment ago is looked at each time, and one that is gone is gone', async () => {
  const container = add('a', Date.now() - 10)
  container.hostConfig.NetworkMode = 'none'
  await host.list(signal)
  looks()
  await host.list(signal)
  expect(looks()).toBe(2)
  engine.containers.delete(container.id)
  expect(await host.list(signal)).toEqual({ seen: [], unknown: [] })
})

describe('a controller that comes anew and knows from the database which start shows which endpoint', () => {
  const startOf = (container: FakeContainer) => ({
    containerId: container.id,
    endpointId: endpointOf(container),
    startedAt: new Date(container.startedMs ?? 0).toISOString(),
  })

  test('lists, and needs no look at any of them to see what a look shows', async () => {
    const [a, b] = [add('a', Date.now() - 10), add('b', Date.now() - 9 * hourMs)]
    b.labels['berth.gpus'] = 'b,GPU-1,nvidia.com/gpu=GPU-2'
    b.hostConfig.DeviceRequests = [{ DeviceIDs: ['GPU-1'] }, { DeviceIDs: ['nvidia.com/gpu=GPU-2'] }]
    Object.assign(a, { state: 'paused' })
    const { seen } = await host.list(signal, async () => [a, b].map(startOf))
    expect(looks()).toBe(1)
    expect(seen).toEqual([await host.find('a', signal), await host.find('b', signal)])
  })

  test.each<[string, (container: FakeContainer) => void]>([
    ['was restarted since', (container) => Object.assign(container, { startedMs: Date.now() })],
    ['has ended', (container) => Object.assign(container, { state: 'exited', endedMs: Date.now() })],
    ['was made before lists showed its GPUs', (container) => delete container.labels['berth.gpus']],
    ['has that label from its image', (container) => Object.assign(container.labels, { 'berth.gpus': 'another,GPU-1' })],
  ])('looks at one that %s', async (_what, change) => {
    const container = add('a', Date.now() - 5 * hourMs)
    const known = [startOf(container)]
    change(container)
    const { seen } = await host.list(signal, async () => known)
    expect(looks()).toBe(2)
    expect(seen).toEqual([await host.find('a', signal)])
  })
})

test('what portals leave on a host is read again: when it was made, and gone once it is removed', async () => {
  const says = { kind: 'identity', hostId: 'h1' } as const
  const before = (await host.hostTime(signal)).getTime()
  await host.makeHostVolume('berth-host-here', says, signal)
  await host.makeHostVolume('berth-host-here', { kind: 'identity', hostId: 'h2' }, signal)
  const [volume, ...more] = await host.hostVolumes(signal)
  expect(volume).toMatchObject({ name: 'berth-host-here', says })
  expect(volume?.createdAt.getTime()).toBeGreaterThanOrEqual(before)
  expect(more).toEqual([])
  await host.removeHostVolume('berth-host-here', signal)
  expect(await host.hostVolumes(signal)).toEqual([])
})
