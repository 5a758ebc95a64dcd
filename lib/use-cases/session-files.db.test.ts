// Files through the whole line: use-case, encrypted door of a real controller, an engine in memory.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { FakeHost } from '@/lib/docker/fake-host'
import type { Actor } from '@/lib/domain/actor'
import { newId } from '@/lib/domain/ids'
import { deriveKeys } from '@/lib/secrets/keys'
import type { Deps } from './deps'
import { downloadFile } from './download-file'
import { listFiles } from './list-files'
import { type TestFilesLine, testFilesLine, whole } from './test-files-line'
import type { TestInstallation } from './test-installation'
import { uploadFile } from './upload-file'

let line: TestFilesLine
let installation: TestInstallation
let deps: Deps
let alice: Actor
let mallory: Actor
let root: Actor
let fake: FakeHost
let sessionId: string
let imageId: string
const signal = new AbortController().signal
const setSession = (data: object) => line.setSession(data)

beforeAll(async () => {
  line = await testFilesLine()
  ;({ installation, deps, alice, fake, sessionId, imageId } = line)
  mallory = await installation.person('mallory')
  root = await installation.person('root', 'admin')
})

afterAll(() => line?.close())

beforeEach(async () => {
  fake.files.clear()
  await setSession({ state: 'running', wanted: 'running' })
  await installation.db.workspaceImage.update({ where: { id: imageId }, data: { filePolicy: 'both' } })
  await installation.db.sessionEvent.deleteMany()
})

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
