// Files where web and controller are processes of their own: over the private line between them, with a real engine at its end.
import { createHash, randomBytes } from 'node:crypto'
import { connect } from 'node:tls'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { eventCodes } from '@/lib/controller/test-world'
import { MiB } from '@/lib/domain/workspace-image'
import type { Part } from './portal-parts'
import { SplitPortal } from './split-portal'

let portal: SplitPortal
let web: Part
let acting: Part
let id: string

beforeAll(async () => {
  portal = await SplitPortal.open()
  ;[web, acting] = await Promise.all([portal.start('web'), portal.start('controller')])
  await vi.waitFor(async () => expect(await portal.leaseHolder(), acting.said()).not.toBeNull(), { timeout: 20_000 })
  id = (await portal.api<{ id: string }>(web, 'POST', '/sessions', { imageId: portal.imageId })).id
  await portal.reach(id, 'running')
})
afterAll(() => portal?.close())

const path = (name: string, query = '') => `/api/v1/sessions/${id}/files/Uploads/${encodeURIComponent(name)}${query}`
const put = (name: string, body: Uint8Array<ArrayBuffer>) => portal.ask(web, path(name), { method: 'PUT', body })
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const wordsOf = async (answer: Response) => ((await answer.json()) as { error: { code: string } }).error.code

test('a file goes from one process through the other into the container and back, and its session says so', async () => {
  for (const size of [0, 1, 20 * MiB + 3]) {
    const bytes = new Uint8Array(randomBytes(size))
    const sent = await put(`f${size}.bin`, bytes)
    expect([sent.status, await sent.json()]).toEqual([201, { name: `f${size}.bin`, sizeBytes: size }])
    const back = await portal.ask(web, path(`f${size}.bin`))
    expect(digest(new Uint8Array(await back.arrayBuffer()))).toBe(digest(bytes))
  }
  const taken = await put('f1.bin', new Uint8Array(2))
  expect([taken.status, await wordsOf(taken)]).toEqual([409, 'file_exists'])
  expect((await eventCodes(portal.db, id)).filter((code) => code.startsWith('file_'))).toEqual(
    [0, 1, 2].flatMap(() => ['file_in', 'file_out']),
  )
})

test('whoever does not know the secret gets nothing out of the private line, not even a greeting [attack 19]', async () => {
  const { address } = await portal.db.controllerAddress.findFirstOrThrow()
  const port = Number(address.split(':').at(-1))
  const strangers = [
    {},
    { minVersion: 'TLSv1.3' as const },
    // As one that knows the name of the key, and not the key.
    {
      maxVersion: 'TLSv1.2' as const,
      ciphers: 'PSK',
      pskCallback: () => ({ psk: randomBytes(32), identity: 'berth' }),
      checkServerIdentity: () => undefined,
    },
  ]
  for (const stranger of strangers) {
    const heard = await new Promise<string>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...stranger }, () => resolve('let in'))
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
      socket.once('close', () => resolve('closed'))
    })
    expect(heard).not.toBe('let in')
  }
})

test('when the controller dies in the middle the upload ends in words and leaves nothing, and the next controller takes files', async () => {
  const waiting = await portal.start('controller')
  const content = async function* () {
    for (let sent = 0; sent < 64; sent++) {
      yield new Uint8Array(MiB)
      if (sent === 8) await acting.end('SIGKILL')
    }
  }
  const failed = await portal.ask(web, path('half.bin'), {
    method: 'PUT',
    body: content(),
    duplex: 'half',
    headers: { 'content-length': String(64 * MiB) },
  })
  expect([failed.status, await wordsOf(failed)]).toEqual([502, 'transfer_broken'])
  const without = await put('early.bin', new Uint8Array(1))
  if (without.status !== 201) expect(['no_controller', 'no_way_to_controller']).toContain(await wordsOf(without))
  await vi.waitFor(async () => expect((await put(`later-${Date.now()}.bin`, new Uint8Array(5))).status).toBe(201), {
    timeout: 40_000,
    interval: 500,
  })
  const listed = await (await portal.ask(web, `/api/v1/sessions/${id}/files`)).text()
  expect(listed).not.toContain('half.bin')
  await waiting.end('SIGTERM')
  const nobody = await put('nobody.bin', new Uint8Array(1))
  expect([nobody.status >= 500, await wordsOf(nobody)]).toEqual([
    true,
    expect.stringMatching(/^no_(controller|way_to_controller)$/),
  ])
})
