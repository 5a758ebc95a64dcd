// What an administrator reads when a connection does not work: each word from a real server that is wrong in that way.
import { once } from 'node:events'
import { createServer as createHttp } from 'node:http'
import { createServer as createHttps, get, type ServerOptions } from 'node:https'
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from 'node:net'
import selfsigned from 'selfsigned'
import { afterEach, beforeAll, expect, test } from 'vitest'
import type { AgentConnection } from '@/lib/domain/container-host'
import { openDockerHost } from './open-docker-host'
import { newWatchingAgent } from './watching-agent'

type Pair = { cert: string; key: string }
type Validity = { from?: Date; to?: Date }

const hourMs = 3_600_000
const inHours = (hours: number) => new Date(Date.now() + hours * hourMs)
const servers: Server[] = []
const sockets = new Set<Socket>()
let ca: Pair
let other: Pair
let client: Pair
let good: Pair

async function issue(name: string, by?: Pair, { from, to }: Validity = {}): Promise<Pair> {
  const made = await selfsigned.generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    extensions: by
      ? [
          {
            name: 'subjectAltName',
            altNames: [
              { type: 2, value: 'engine.test' },
              { type: 7, ip: '127.0.0.1' },
            ],
          },
        ]
      : [{ name: 'basicConstraints', cA: true }],
    ...(by ? { ca: by } : {}),
    ...(from ? { notBeforeDate: from } : {}),
    ...(to ? { notAfterDate: to } : {}),
  })
  return { cert: made.cert, key: made.private }
}

beforeAll(async () => {
  ;[ca, other] = await Promise.all([issue('The CA'), issue('Another CA')])
  ;[client, good] = await Promise.all([issue('portal', ca), issue('engine', ca)])
})

afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve))
})

async function listen(server: Server): Promise<number> {
  servers.push(server)
  server.on('connection', (socket: Socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

type Engine = { pair?: Pair; apiVersion?: string; hostTime?: Date }

/** As much of an engine as is asked first. */
function engine({ pair = good, apiVersion = '1.45', hostTime = new Date() }: Engine = {}): Promise<number> {
  const options: ServerOptions = { cert: pair.cert, key: pair.key }
  const server = createHttps(options, (_request, response) => {
    response.setHeader('date', hostTime.toUTCString())
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ ApiVersion: apiVersion, NCPU: 2, SystemTime: hostTime.toISOString() }))
  })
  return listen(server)
}

function facts(port: number, over: Partial<Extract<AgentConnection, { kind: 'tcp' }>> = {}) {
  const connection = { kind: 'tcp' as const, host: '127.0.0.1', port, caPem: ca.cert, certPem: client.cert, keyPem: client.key }
  return openDockerHost({ ...connection, serverName: null, ...over }, 'test').facts(new AbortController().signal)
}

test('refused', async () => {
  await expect(facts(1)).rejects.toMatchObject({ code: 'agent_unreachable', message: 'The agent refused the connection.' })
})

test('a name that has no address', async () => {
  await expect(facts(2376, { host: 'no-such-host.invalid' })).rejects.toMatchObject({
    code: 'agent_unreachable',
    message: expect.stringMatching(/has no address|could not be looked up/),
  })
})

test('a CA that did not sign the engine’s certificate', async () => {
  await expect(facts(await engine(), { caPem: other.cert })).rejects.toMatchObject({
    code: 'agent_tls',
    message: 'The agent’s certificate was not signed by the given CA.',
  })
})

test('another name, with those that stand in the certificate', async () => {
  await expect(facts(await engine(), { serverName: 'gpu-1.test' })).rejects.toMatchObject({
    code: 'agent_tls',
    message: 'The agent’s certificate is for another name: engine.test, 127.0.0.1.',
  })
})

test('a certificate that has ended, where the clocks agree', async () => {
  const port = await engine({ pair: await issue('engine', ca, { from: inHours(-48), to: inHours(-24) }) })
  await expect(facts(port)).rejects.toMatchObject({
    code: 'agent_tls',
    message: expect.stringMatching(/^The agent’s certificate ended on \d{4}-\d\d-\d\d \d\d:\d\d UTC; here it is /),
    hint: 'The clocks of both machines agree: make a new certificate.',
  })
})

test('a certificate that is not valid yet, by a host whose clock is ahead', async () => {
  const pair = await issue('engine', ca, { from: inHours(4), to: inHours(400) })
  await expect(facts(await engine({ pair, hostTime: inHours(5) }))).rejects.toMatchObject({
    code: 'agent_tls',
    message: expect.stringMatching(/^The agent’s certificate is not valid before /),
    hint: expect.stringContaining('The clock of the host is 5 hours ahead of the portal’s.'),
  })
})

test('a clock that is wrong is told also where the connection works', async () => {
  expect((await facts(await engine())).warnings).toEqual([])
  expect((await facts(await engine({ hostTime: inHours(-3) }))).warnings).toEqual([
    'The clock of the host is 3 hours behind the portal’s.',
  ])
})

test('an engine that is too old', async () => {
  await expect(facts(await engine({ apiVersion: '1.40' }))).rejects.toMatchObject({
    code: 'agent_api_too_old',
    message: expect.stringContaining('speaks API 1.40; Berth needs 1.41'),
  })
})

test('an engine without TLS', async () => {
  const port = await listen(createHttp((_request, response) => response.end('{}')))
  await expect(facts(port)).rejects.toMatchObject({ code: 'agent_tls', message: 'The agent’s port does not speak TLS.' })
})

test('a server that is no engine', async () => {
  const server = createHttps({ cert: good.cert, key: good.key }, (_request, response) => response.end('hello'))
  await expect(facts(await listen(server))).rejects.toMatchObject({
    message: 'What answers at this address is not a Docker Engine.',
  })
})

test('a key that belongs to another certificate', async () => {
  await expect(facts(await engine(), { keyPem: other.key })).rejects.toMatchObject({
    code: 'agent_tls',
    message: 'The certificates cannot be used.',
  })
})

test('a port that is open and says nothing', async () => {
  const port = await listen(createTcp())
  const agent = newWatchingAgent({ ca: ca.cert }, 50)
  const asked = once(get({ host: '127.0.0.1', port, path: '/_ping', agent }), 'response')
  await expect(asked).rejects.toMatchObject({
    code: 'agent_timeout',
    message: 'The agent’s port is open, but nothing answers there as TLS does.',
  })
})

test('ssh on a port that speaks something else', async () => {
  const connection = { kind: 'ssh' as const, user: 'berth', host: '127.0.0.1', socketPath: '/s', hostKey: null, privateKey: '' }
  const ask = (port: number) => openDockerHost({ ...connection, port }, 'test').facts(new AbortController().signal)
  const port = await listen(createTcp((socket) => socket.on('error', () => undefined).end('HTTP/1.1 400 Bad Request\r\n\r\n')))
  await expect(ask(port)).rejects.toMatchObject({ message: 'What answers at this port is not an ssh server.' })
  await expect(ask(1)).rejects.toMatchObject({ code: 'agent_unreachable', hint: 'Does sshd run there, and is the port right?' })
})
