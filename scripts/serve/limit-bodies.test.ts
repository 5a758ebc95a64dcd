import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { afterEach, expect, test } from 'vitest'
import { limitBodies } from './limit-bodies'

let server: Server | undefined

afterEach(async () => {
  server?.closeAllConnections()
  await new Promise((resolve) => server?.close(resolve))
})

type Times = Parameters<typeof limitBodies>[1] & { keepAliveTimeout?: number }

const takesAll: RequestListener = (req, res) => void req.resume().on('end', () => res.end('all of it'))
const refuses: RequestListener = (_req, res) => void res.writeHead(401).end('all of it')

async function send({ keepAliveTimeout = 60_000, ...times }: Times, start: string, answer = takesAll): Promise<Socket> {
  // As the portal's own: but for these limits there is none.
  server = createServer({ requestTimeout: 0, keepAliveTimeout }, limitBodies(answer, times))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write(`${start} HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\n`)
  return socket
}

async function answerOf(socket: Socket): Promise<string> {
  let text = ''
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    text += String(chunk)
    if (text.includes('all of it')) break
  }
  return text
}

/** Resolves when the portal ended the connection. */
async function ended(socket: Socket): Promise<void> {
  socket.resume()
  if (!socket.closed) await once(socket, 'close')
}

async function* endless(): AsyncGenerator<Uint8Array> {
  for (;;) yield Buffer.alloc(64 * 1024)
}

const path = 'PUT /api/v1/sessions/abc/files/Uploads/a.txt'

test('a request that does not arrive in time is ended', async () => {
  const socket = await send({ wholeMs: 50 }, 'POST /api/v1/sessions')
  socket.write('abc')
  expect(await answerOf(socket)).toMatch(/^HTTP\/1.1 408/)
})

test('a file that moves has longer, and one that does not move is ended', async () => {
  const moving = await send({ wholeMs: 1 }, path)
  for (const part of ['ab', 'cd', 'ef']) {
    moving.write(part)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  expect(await answerOf(moving)).toContain('all of it')
  server?.closeAllConnections()
  const silent = await send({ silenceMs: 50 }, path)
  silent.write('abc')
  expect(await answerOf(silent)).toBe('')
})

test('a connection that waits after a file was taken is ended like every other', async () => {
  const socket = await send({ keepAliveTimeout: 1 }, path)
  socket.write('abcdef')
  expect(await answerOf(socket)).toContain('all of it')
  await ended(socket)
})

test.each([path, 'POST /api/v1/sessions'])(
  'of a refused request the rest has a limit, and its answer is heard: %s',
  async (start) => {
    const silent = await send({ restMs: 100 }, start, refuses)
    silent.write('abc')
    expect(await answerOf(silent)).toMatch(/^HTTP\/1.1 401/)
    await ended(silent)
    server?.close()
    const late = await send({ restMs: 100 }, start, refuses)
    expect(await answerOf(late)).toMatch(/^HTTP\/1.1 401/)
    late.write('abcdef')
    await ended(late)
  },
)

test('a file that nobody takes is ended, with what writes it', async () => {
  let why: unknown = null
  const writes: RequestListener = (_req, res) => void pipeline(endless, res).catch((error: unknown) => (why = error))
  const socket = await send({ takeMs: 60 }, 'GET /api/v1/sessions/abc/files/Uploads/a.txt', writes)
  await once(socket, 'readable')
  await expect.poll(() => why).toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' })
  await ended(socket)
})

test.runIf(process.platform === 'linux')(
  'a file that somebody takes slowly, though steadily, is not ended',
  async () => {
    const writes: RequestListener = (_req, res) => void pipeline(endless, res).catch(() => undefined)
    const socket = await send({ takeMs: 450 }, 'GET /api/v1/sessions/abc/files/Uploads/a.txt', writes)
    socket.pause()
    let takenBytes = 0
    const take = setInterval(() => (takenBytes += socket.read(40_000)?.length ?? 0), 20)
    // The kernel has taken megabytes of it at once, and takes no more before there is room for one or two again.
    await expect.poll(() => socket.closed || takenBytes > 8_000_000, { timeout: 30_000 }).toBe(true)
    clearInterval(take)
    expect(socket.closed).toBe(false)
  },
  40_000,
)

test('a file that is slow itself is not ended', async () => {
  const slow: RequestListener = async (_req, res) => {
    for (let part = 0; part < 5; part++) {
      res.write('x')
      await new Promise((resolve) => setTimeout(resolve, 40))
    }
    res.end('all of it')
  }
  const socket = await send({ takeMs: 30 }, 'GET /api/v1/sessions/abc/files/Uploads/a.txt', slow)
  expect(await answerOf(socket)).toContain('all of it')
})

test('whoever was answered before all was sent may ask again on the same connection, and is not ended for the first', async () => {
  const socket = await send({ restMs: 200 }, 'POST /api/v1/sessions', (req, res) =>
    req.method === 'POST' ? refuses(req, res) : void setTimeout(() => res.end('all of it'), 400),
  )
  socket.write('abc')
  expect(await answerOf(socket)).toMatch(/^HTTP\/1.1 401/)
  socket.write('defGET /slow HTTP/1.1\r\nHost: x\r\n\r\n')
  expect(await answerOf(socket)).toMatch(/^HTTP\/1.1 200/)
})
