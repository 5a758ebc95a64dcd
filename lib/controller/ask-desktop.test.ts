// Against real TLS servers on loopback, because what matters is what goes over the wire and in which order.
import { type AddressInfo, createServer as createPlain, type Server } from 'node:net'
import { createServer } from 'node:tls'
import selfsigned from 'selfsigned'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { askDesktop } from './ask-desktop'

const never = new AbortController().signal
let pair: { cert: string; key: string; pin: string }
const servers: Server[] = []

beforeAll(async () => {
  const { cert, private: key, fingerprint } = await selfsigned.generate([{ name: 'commonName', value: 'desktop' }])
  const { X509Certificate } = await import('node:crypto')
  pair = { cert, key, pin: new X509Certificate(cert).fingerprint256 }
  expect(fingerprint).toBeTruthy()
})

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))))
})

type Heard = { bytes: string; connections: number }

async function desktop(answer: string | null): Promise<{ port: number; heard: Heard }> {
  const heard: Heard = { bytes: '', connections: 0 }
  const server = createServer({ cert: pair.cert, key: pair.key }, (socket) => {
    heard.connections++
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => {
      heard.bytes += chunk.toString()
      if (answer !== null && heard.bytes.includes('\r\n\r\n')) socket.end(answer)
    })
  })
  return { port: await listen(server), heard }
}

async function listen(server: Server): Promise<number> {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

const ask = (port: number, pin = pair.pin, timeoutMs = 5_000) =>
  askDesktop({ host: '127.0.0.1', port, password: 'secret', pin, timeoutMs }, never)

test('a desktop that takes the password has answered, and its certificate is told', async () => {
  const { port, heard } = await desktop('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
  expect(await ask(port)).toEqual({ kind: 'answered', pin: pair.pin })
  expect(heard.bytes).toMatch(/^GET \/ HTTP\/1\.1\r\n/)
  expect(heard.bytes).toContain(`Authorization: Basic ${Buffer.from('kasm_user:secret').toString('base64')}\r\n`)
  expect(heard.bytes.match(/X-Forwarded-For:/gi)).toHaveLength(1)
})

test('nothing is sent to a desktop with another certificate than the known one [attack 20]', async () => {
  const { port, heard } = await desktop('HTTP/1.1 200 OK\r\n\r\n')
  expect(await ask(port, 'AA:BB')).toEqual({ kind: 'foreign_certificate' })
  expect(heard.bytes).toBe('')
})

test('the known certificate is accepted', async () => {
  const { port } = await desktop('HTTP/1.1 200 OK\r\n\r\n')
  expect(await ask(port, pair.pin)).toMatchObject({ kind: 'answered' })
})

test('who may not be trusted by its certificate gets nothing; who may gets the request [attack 20]', async () => {
  const { port, heard } = await desktop('HTTP/1.1 200 OK\r\n\r\n')
  const question = { host: '127.0.0.1', port, password: 'secret', timeoutMs: 5_000 }
  expect(await askDesktop({ ...question, pin: async () => false }, never)).toEqual({ kind: 'foreign_certificate' })
  expect(await askDesktop({ ...question, pin: async () => Promise.reject(new Error('away')) }, never)).toMatchObject({
    kind: 'silent',
  })
  expect(heard.bytes).toBe('')
  expect(await askDesktop({ ...question, pin: async (seen: string) => seen === pair.pin }, never)).toMatchObject({
    kind: 'answered',
  })
})

test.each([
  ['HTTP/1.1 401 Unauthorized\r\n\r\n', { kind: 'refused_password' }],
  ['HTTP/1.1 403 Forbidden\r\n\r\n', { kind: 'refused_password' }],
  ['HTTP/1.1 500 Oops\r\n\r\n', { kind: 'silent', why: 'wrong_answer' }],
  ['SSH-2.0-x\r\n', { kind: 'silent', why: 'wrong_answer' }],
])('%j is not taken for a desktop', async (answer, expected) => {
  const { port } = await desktop(answer)
  expect(await ask(port)).toEqual(expected)
})

test('a desktop that accepts and says nothing is given up on', async () => {
  const { port } = await desktop(null)
  expect(await ask(port, pair.pin, 200)).toEqual({ kind: 'silent', why: 'wrong_answer' })
})

test('a port where nobody listens says so', async () => {
  const port = await listen(createPlain())
  await new Promise((resolve) => servers.splice(0)[0]?.close(resolve))
  expect(await ask(port)).toEqual({ kind: 'silent', why: 'nothing_listens' })
})

test('a published port whose container does not listen yet closes at once, which is not another protocol', async () => {
  const port = await listen(createPlain((socket) => socket.destroy()))
  expect(await ask(port)).toEqual({ kind: 'silent', why: 'nothing_listens' })
})

test('what speaks no TLS is told apart', async () => {
  const port = await listen(
    createPlain((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    }),
  )
  expect(await ask(port)).toEqual({ kind: 'silent', why: 'not_https' })
})

test('who gives up waits for nothing', async () => {
  const { port } = await desktop(null)
  const caller = new AbortController()
  const asked = askDesktop({ host: '127.0.0.1', port, password: 'x', pin: pair.pin, timeoutMs: 60_000 }, caller.signal)
  caller.abort()
  expect(await asked).toMatchObject({ kind: 'silent' })
})
