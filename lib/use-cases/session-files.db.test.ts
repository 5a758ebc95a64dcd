// Files through the whole line: use-case, encrypted door of a real controller, an engine in memory.
import { setTimeout as sleep } from 'node:timers/promises'
import pino from 'pino'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { type Controller, startController } from '@/lib/controller/start-controller'
import { FakeHost } from '@/lib/docker/fake-host'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import { newId } from '@/lib/domain/ids'
import { deriveKeys } from '@/lib/secrets/keys'
import type { Deps } from './deps'
import { downloadFile } from './download-file'
import { listFiles } from './list-files'
import { type TestInstallation, testInstallation } from './test-installation'
import { uploadFile } from './upload-file'

let installation: TestInstallation
let deps: Deps
let alice: Actor
let mallory: Actor
let root: Actor
let controller: Controller
let sessionId: string
let imageId: string
const stop = new AbortController()
const fake = new FakeHost('test')
const signal = new AbortController().signal

beforeAll(async () => {
  installation = await testInstallation()
  // The controller and the leases go by real time.
  deps = { ...installation.deps, clock: { now: () => new Date() } }
  alice = await installation.person('alice')
  mallory = await installation.person('mallory')
  root = await installation.person('root', 'admin')
  const agentId = await installation.agent()
  // Whatever else it wants to know of the agent: silence changes no session.
  fake.before = (verb) => {
    if (!verb.endsWith('File') && !verb.endsWith('Files')) throw new DomainError('agent_unreachable')
  }
  controller = startController({
    ...deps,
    databaseUrl: installation.url,
    log: pino({ level: 'silent' }),
    installId: 'test',
    openHost: () => fake,
    signal: stop.signal,
    transfers: { listen: { host: '127.0.0.1', port: 0 }, advertised: null },
  })
  await controller.ready
  await vi.waitFor(async () =>
    expect((await installation.db.agent.findUniqueOrThrow({ where: { id: agentId } })).leaseHolder).not.toBeNull(),
  )
  imageId = await installation.image()
  sessionId = newId()
  const row = {
    imageName: 'Desktop',
    spec: {},
    cpuMillis: 1,
    memoryBytes: 1,
    state: 'running' as const,
    containerId: 'c',
    containerStartedAt: 'now',
  }
  await installation.db.session.create({ data: { ...row, id: sessionId, userId: alice.id, imageId, agentId } })
})

afterAll(async () => {
  stop.abort()
  await controller?.done
  await installation?.close()
})

beforeEach(async () => {
  fake.files.clear()
  await setSession({ state: 'running', wanted: 'running' })
  await installation.db.workspaceImage.update({ where: { id: imageId }, data: { filePolicy: 'both' } })
  await installation.db.sessionEvent.deleteMany()
})

async function setSession(data: object): Promise<void> {
  await installation.db.session.update({ where: { id: sessionId }, data: { containerId: 'c', ...data } })
}

async function* pieces(...parts: string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part)
}

type Over = {
  name?: string
  replace?: boolean
  sizeBytes?: number | null
  content?: AsyncIterable<Uint8Array>
  actor?: Actor
  sessionId?: string
  signal?: AbortSignal
  deps?: Deps
}

function put(text: string, over: Over = {}) {
  const { actor = alice, signal: given = signal, deps: with_ = deps, ...rest } = over
  const upload = { sessionId, name: 'a.txt', replace: false, sizeBytes: Buffer.byteLength(text), content: pieces(text), ...rest }
  return uploadFile(with_, actor, upload, given)
}

async function get(name: string, actor = alice, id = sessionId): Promise<string> {
  const { content } = await downloadFile(deps, actor, { sessionId: id, folder: 'Uploads', name }, signal)
  return whole(content)
}

async function whole(content: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const part of content) parts.push(part)
  return Buffer.concat(parts).toString()
}

const events = async () =>
  (await installation.db.sessionEvent.findMany({ where: { code: { in: ['file_in', 'file_out'] } }, orderBy: { id: 'asc' } })).map(
    ({ code, params }) => [code, params],
  )

test('a file goes in, is listed, comes out, and its name and size are in the history, its content nowhere', async () => {
  expect(await put('hello', { name: 'ü ".txt' })).toEqual({ name: 'ü ".txt', sizeBytes: 5 })
  const listed = await listFiles(deps, alice, { sessionId }, signal)
  expect(listed).toMatchObject({
    mayUpload: true,
    mayDownload: true,
    maxBytes: 5 * 1024 ** 3,
    folders: [{ entries: [{ name: 'ü ".txt', sizeBytes: 5 }] }],
  })
  expect(await get('ü ".txt')).toBe('hello')
  const named = { name: 'ü ".txt', bytes: 5 }
  expect(await events()).toEqual([
    ['file_in', named],
    ['file_out', named],
  ])
})

test('nobody but its owner gets a file in or out, and a foreign session is like none: for users and for administrators', async () => {
  await put('mine')
  for (const actor of [mallory, root]) {
    for (const id of [sessionId, newId()]) {
      const refused = { code: 'not_found', message: 'There is no such session, or it is not yours.' }
      await expect(put('x', { actor, sessionId: id, name: 'b' })).rejects.toMatchObject(refused)
      await expect(get('a.txt', actor, id)).rejects.toMatchObject(refused)
      await expect(listFiles(deps, actor, { sessionId: id }, signal)).rejects.toMatchObject(refused)
    }
  }
  expect([...fake.files.keys()]).toEqual(['a.txt'])
})

test('what the workspace does not let through is refused, at once', async () => {
  await put('x')
  const set = (filePolicy: 'both' | 'up' | 'down' | 'off') =>
    installation.db.workspaceImage.update({ where: { id: imageId }, data: { filePolicy } })
  const refused = { code: 'files_not_allowed' }
  await set('up')
  await put('x', { replace: true })
  await expect(get('a.txt')).rejects.toMatchObject(refused)
  await set('down')
  expect(await get('a.txt')).toBe('x')
  await expect(put('x', { replace: true })).rejects.toMatchObject(refused)
  await set('off')
  await expect(get('a.txt')).rejects.toMatchObject(refused)
  await expect(put('x', { replace: true })).rejects.toMatchObject(refused)
  expect(await listFiles(deps, alice, { sessionId }, signal)).toMatchObject({ mayUpload: false, mayDownload: false, folders: [] })
})

test('a name that is a path or has control characters, a size that is not known or too large: refused before anybody is asked', async () => {
  const before = fake.calls.length
  for (const name of [
    '',
    '.',
    '..',
    'a/b',
    '/etc/passwd',
    '../x',
    'a\nb',
    'a\0b',
    '\x1b[1m',
    '\ud800',
    'n'.repeat(256),
    '.berth-upload-x',
  ])
    await expect(put('x', { name })).rejects.toMatchObject({ code: 'invalid_input', fields: { name: expect.any(String) } })
  await expect(put('x', { sizeBytes: null })).rejects.toMatchObject({ code: 'length_required' })
  await expect(put('x', { sizeBytes: 5 * 1024 ** 3 + 1 })).rejects.toMatchObject({ code: 'too_large' })
  expect(fake.calls.slice(before)).not.toContain('writeFile')
})

test('what the container refuses beforehand is told before the file is sent', async () => {
  await put('one')
  let asked = 0
  async function* watched(): AsyncGenerator<Uint8Array> {
    asked++
    yield Buffer.from('two')
  }
  await expect(put('two', { content: watched() })).rejects.toMatchObject({ code: 'file_exists' })
  expect(asked).toBe(0)
  await put('two', { content: watched(), replace: true })
  expect(await get('a.txt')).toBe('two')
})

test('a session that does not run takes nothing, and one that ends meanwhile ends the transfer, with a reason', async () => {
  for (const data of [{ state: 'paused' as const }, { state: 'stopped' as const }, { wanted: 'stopped' as const }]) {
    await setSession({ state: 'running', wanted: 'running', ...data })
    await expect(put('x')).rejects.toMatchObject({ code: 'wrong_state' })
  }
  await setSession({ state: 'running', wanted: 'running' })
  const ended = new AbortController()
  async function* slow(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('x')
    await setSession({ wanted: 'stopped' })
    while (!ended.signal.aborted) {
      await sleep(50)
      yield Buffer.from('x')
    }
  }
  await expect(put('x', { sizeBytes: 1_000_000, content: slow() })).rejects.toMatchObject({
    code: 'wrong_state',
    message: expect.stringContaining('stopped or paused'),
  })
  ended.abort()
  expect(fake.files.size).toBe(0)
  expect(await events()).toEqual([])
})

test('at most four of one session at once; whoever gives up makes room, and leaves nothing', async () => {
  const giveUp = new AbortController()
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) {
      yield Buffer.from('x')
      await sleep(20)
    }
  }
  const before = fake.calls.filter((verb) => verb === 'writeFile').length
  const open = Array.from({ length: 4 }, (_, index) =>
    put('', { name: `f${index}`, sizeBytes: 1_000_000, content: endless(), signal: giveUp.signal }).catch(
      (error: unknown) => error,
    ),
  )
  await vi.waitFor(() => expect(fake.calls.filter((verb) => verb === 'writeFile').length).toBe(before + 4))
  await expect(put('fifth', { name: 'fifth' })).rejects.toMatchObject({ code: 'too_many_transfers' })
  giveUp.abort()
  for (const error of await Promise.all(open)) expect(error).toBeInstanceOf(Error)
  await vi.waitFor(async () => void (await put('fifth', { name: 'fifth' })))
  expect([...fake.files.keys()]).toEqual(['fifth'])
})

const endless = (with_ = deps) => downloadFile(with_, alice, { sessionId, folder: 'Uploads', name: 'endless' }, signal)

test('a download that nobody reads ends with its session, and makes room', async () => {
  const opened = await Promise.all([endless(), endless(), endless(), endless()])
  await vi.waitFor(() => expect(fake.endlessReaders).toBe(4))
  await expect(listFiles(deps, alice, { sessionId }, signal)).rejects.toMatchObject({ code: 'too_many_transfers' })
  await setSession({ wanted: 'stopped' })
  await vi.waitFor(() => expect(fake.endlessReaders).toBe(0), { timeout: 10_000 })
  await setSession({ wanted: 'running' })
  await vi.waitFor(async () => void (await listFiles(deps, alice, { sessionId }, signal)))
  for (const { content } of opened) await expect(whole(content)).rejects.toThrow()
})

test('a download that cannot be written down is given back', async () => {
  const failing = deps.db.$extends({
    query: { sessionEvent: { create: () => Promise.reject(new Error('the database is away')) } },
  })
  await expect(endless({ ...deps, db: failing as unknown as Deps['db'] })).rejects.toThrow('the database is away')
  await vi.waitFor(() => expect(fake.endlessReaders).toBe(0))
  await expect(listFiles(deps, alice, { sessionId }, signal)).resolves.toBeDefined()
})

test('a process without a way to the controller says so; one with another secret learns nothing; without a controller it says that', async () => {
  await expect(put('x', { deps: { ...deps, keys: deriveKeys(Buffer.alloc(32, 8)) } })).rejects.toMatchObject({
    code: 'no_way_to_controller',
  })
  const { db } = installation
  const { holder, address } = await db.controllerAddress.findFirstOrThrow()
  await db.controllerAddress.update({ where: { holder }, data: { address: '127.0.0.1:1' } })
  await expect(put('x')).rejects.toMatchObject({
    code: 'no_way_to_controller',
    hint: expect.stringContaining('BERTH_TRANSFER_LISTEN'),
  })
  await db.controllerAddress.delete({ where: { holder } })
  await expect(put('x')).rejects.toMatchObject({
    code: 'no_way_to_controller',
    message: expect.stringContaining('earlier version'),
  })
  await db.controllerAddress.create({ data: { holder, address, seenAt: new Date() } })
  await put('x')
})
