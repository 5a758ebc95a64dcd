import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { limitBodies } from './limit-bodies'

let server: Server | undefined

afterEach(async () => {
  server?.closeAllConnections()
  await new Promise((resolve) => server?.close(resolve))
})

async function send(times: { wholeMs: number; silenceMs: number }, start: string): Promise<Socket> {
  server = createServer(limitBodies((req, res) => void req.resume().on('end', () => res.end('all of it')), times))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write(`${start} HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\n`)
  return socket
}

async function answerOf(socket: Socket): Promise<string> {
  let text = ''
  for await (const chunk of socket) {
    text += String(chunk)
    if (text.endsWith('all of it')) break
  }
  return text
}

test('a request that does not arrive in time is ended', async () => {
  const socket = await send({ wholeMs: 50, silenceMs: 60_000 }, 'POST /api/v1/sessions')
  socket.write('abc')
  expect(await answerOf(socket)).toMatch(/^HTTP\/1.1 408/)
})

test('a file that moves has longer, and one that does not move is ended', async () => {
  const path = 'PUT /api/v1/sessions/abc/files/Uploads/a.txt'
  const moving = await send({ wholeMs: 1, silenceMs: 60_000 }, path)
  for (const part of ['ab', 'cd', 'ef']) {
    moving.write(part)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  expect(await answerOf(moving)).toContain('all of it')
  server?.closeAllConnections()
  const silent = await send({ wholeMs: 60_000, silenceMs: 50 }, path)
  silent.write('abc')
  expect(await answerOf(silent)).toBe('')
})
