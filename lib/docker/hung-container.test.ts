// An engine that answers for all its containers but one: whatever holds that one's lock holds every call for it as well.
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { labelKeys } from '@/lib/domain/container-spec'
import { openDockerHost } from './open-docker-host'

const installId = 'test'
const signal = new AbortController().signal

let folder: string
let server: Server
let listed: ReturnType<typeof entry>[]
/** What is said about single containers: an answer, or nothing for ever. */
let says: Map<string, 'broken' | 'nothing'>
let inspected: string[]
let held: ServerResponse[]

const entry = (session: string) => ({
  Id: `id-${session}`,
  Names: [`/berth-${session}`],
  Labels: { [labelKeys.install]: installId, [labelKeys.session]: session },
  State: 'created',
  Status: 'Created',
  Ports: [],
  NetworkSettings: { Networks: {} },
})

const whole = (session: string) => ({
  Id: `id-${session}`,
  Name: `/berth-${session}`,
  Image: 'sha256:1',
  Config: { Labels: entry(session).Labels },
  State: { Status: 'created', StartedAt: '0001-01-01T00:00:00Z', ExitCode: 0, OOMKilled: false },
  HostConfig: {},
  NetworkSettings: { Networks: {} },
})

function answer(path: string, res: ServerResponse): void {
  if (path.endsWith('/version')) return void res.end('{"ApiVersion":"1.47"}')
  if (path.endsWith('/containers/json')) return void res.end(JSON.stringify(listed))
  const session = /containers\/(?:id|berth)-(\w+)\/json$/.exec(path)?.[1] ?? ''
  inspected.push(session)
  const said = says.get(session)
  if (said === 'nothing') held.push(res)
  else if (said === 'broken') res.writeHead(500).end('{"message":"RWLayer of container is unexpectedly nil"}')
  else res.end(JSON.stringify(whole(session)))
}

beforeEach(async () => {
  listed = ['a', 'b', 'c'].map(entry)
  says = new Map()
  inspected = []
  held = []
  folder = mkdtempSync(join(tmpdir(), 'berth-engine-'))
  server = createServer((req, res) => answer((req.url ?? '').split('?')[0] ?? '', res))
  await new Promise<void>((resolve) => server.listen(join(folder, 'engine.sock'), resolve))
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
})

afterEach(() => {
  vi.useRealTimers()
  server.closeAllConnections()
  server.close()
  rmSync(folder, { recursive: true, force: true })
})

const open = () => openDockerHost({ kind: 'socket', socketPath: join(folder, 'engine.sock') }, installId)

/** Until the engine keeps so many calls waiting. */
async function untilHeld(count: number): Promise<void> {
  while (held.length < count) await new Promise((resolve) => setImmediate(resolve))
}

const sessionsIn = ({ seen, unknown }: Awaited<ReturnType<ReturnType<typeof open>['list']>>) => ({
  seen: seen.map(({ sessionId }) => sessionId).sort(),
  unknown: unknown.map(({ sessionId }) => sessionId).sort(),
})

test('a container about which the engine says nothing is unknown, and keeps nobody from the others', async () => {
  says.set('b', 'nothing')
  const host = open()
  const listing = host.list(signal)
  await untilHeld(1)
  await vi.advanceTimersByTimeAsync(5_000)
  expect(sessionsIn(await listing)).toEqual({ seen: ['a', 'c'], unknown: ['b'] })
})

test('several that hang are waited for together', async () => {
  listed = ['a', 'b', 'c', 'd', 'e'].map(entry)
  for (const session of ['a', 'b', 'c', 'd']) says.set(session, 'nothing')
  const listing = open().list(signal)
  await untilHeld(4)
  await vi.advanceTimersByTimeAsync(5_000)
  expect(sessionsIn(await listing)).toEqual({ seen: ['e'], unknown: ['a', 'b', 'c', 'd'] })
})

test('one that hung is not asked about again for a while, and then found again', async () => {
  says.set('b', 'nothing')
  const host = open()
  const first = host.list(signal)
  await untilHeld(1)
  await vi.advanceTimersByTimeAsync(5_000)
  await first
  says.clear()
  inspected = []
  expect(sessionsIn(await host.list(signal)).unknown).toEqual(['b'])
  expect(inspected).not.toContain('b')
  await vi.advanceTimersByTimeAsync(60_000)
  expect(sessionsIn(await host.list(signal))).toEqual({ seen: ['a', 'b', 'c'], unknown: [] })
})

test('one that was asked for by name and told of itself is known to the next list', async () => {
  says.set('b', 'nothing')
  const host = open()
  const first = host.list(signal)
  await untilHeld(1)
  await vi.advanceTimersByTimeAsync(5_000)
  await first
  says.clear()
  await host.find('b', signal)
  expect(sessionsIn(await host.list(signal)).unknown).toEqual([])
})

test('one that was seen before does not count as it was where it may have changed', async () => {
  const host = open()
  await host.list(signal)
  says.set('b', 'nothing')
  const listing = host.list(signal)
  await untilHeld(1)
  await vi.advanceTimersByTimeAsync(5_000)
  expect(sessionsIn(await listing).unknown).toEqual(['b'])
  expect(sessionsIn(await host.list(signal)).unknown).toEqual(['b'])
})

test('one that the engine finds broken is unknown as well', async () => {
  says.set('b', 'broken')
  expect(sessionsIn(await open().list(signal))).toEqual({ seen: ['a', 'c'], unknown: ['b'] })
})

test('one that only bears the labels of ours is nobody’s, whether it answers or not', async () => {
  says.set('b', 'nothing')
  listed = [entry('a'), { ...entry('b'), Names: ['/another'] }]
  const listing = open().list(signal)
  await untilHeld(1)
  await vi.advanceTimersByTimeAsync(5_000)
  expect(sessionsIn(await listing)).toEqual({ seen: ['a'], unknown: [] })
})
