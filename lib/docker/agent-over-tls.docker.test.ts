// An agent over tcp with mutual TLS: a TLS door in front of the test engine's socket, as dockerd itself has one with --tlsverify.
import { randomBytes, X509Certificate } from 'node:crypto'
import { type AddressInfo, connect as connectPlain, createServer as createPlain, type Server, type Socket } from 'node:net'
import { createServer } from 'node:tls'
import selfsigned from 'selfsigned'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AgentConnection } from '@/lib/domain/container-host'
import { openDockerHost } from './open-docker-host'
import { testSocketPath } from './test-engine'

const socketPath = testSocketPath(process.env.DOCKER_HOST)
const signal = new AbortController().signal
const sockets = new Set<Socket>()
let pki: { ca: Pair; server: Pair; client: Pair; stranger: Pair }
let door: Server
let silent: Server

type Pair = { cert: string; key: string }

async function issue(name: string, ca?: Pair): Promise<Pair> {
  const extensions = ca
    ? [
        {
          name: 'subjectAltName' as const,
          altNames: [
            { type: 2 as const, value: 'engine.test' },
            { type: 7 as const, ip: '127.0.0.1' },
          ],
        },
        { name: 'extKeyUsage' as const, serverAuth: true, clientAuth: true },
      ]
    : [{ name: 'basicConstraints' as const, cA: true }]
  const made = await selfsigned.generate([{ name: 'commonName', value: name }], {
    keySize: 2048,
    algorithm: 'sha256',
    extensions,
    ...(ca ? { ca } : {}),
  })
  return { cert: made.cert, key: made.private }
}

beforeAll(async () => {
  const ca = await issue('Test CA')
  pki = { ca, server: await issue('engine', ca), client: await issue('portal', ca), stranger: await issue('Another CA') }
  door = createServer({ ...pki.server, ca: pki.ca.cert, requestCert: true, rejectUnauthorized: true }, (client) => {
    const engine = connectPlain(socketPath)
    for (const socket of [client, engine]) socket.on('error', () => undefined)
    client.pipe(engine).pipe(client)
  })
  silent = createPlain((socket) => void sockets.add(socket))
  for (const server of [door, silent]) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})

afterAll(async () => {
  for (const socket of sockets) socket.destroy()
  for (const server of [door, silent]) await new Promise((resolve) => server.close(resolve))
})

function open(overrides: Partial<Extract<AgentConnection, { kind: 'tcp' }>> = {}) {
  const { port } = door.address() as AddressInfo
  const connection = {
    kind: 'tcp' as const,
    host: '127.0.0.1',
    port,
    caPem: pki.ca.cert,
    certPem: pki.client.cert,
    keyPem: pki.client.key,
    serverName: null,
    ...overrides,
  }
  return openDockerHost(connection, `test-${randomBytes(4).toString('hex')}`)
}

test('an engine behind mutual TLS answers as one behind a socket does, and tells when its certificate ends', async () => {
  expect(await open().list(signal)).toEqual({ seen: [], unknown: [] })
  const bySocket = await openDockerHost({ kind: 'socket', socketPath }, 'x').facts(signal)
  const serverCertEndsAt = new Date(new X509Certificate(pki.server.cert).validTo).toISOString()
  expect(await open().facts(signal)).toEqual({ ...bySocket, serverCertEndsAt, clockAheadMs: expect.any(Number) })
})

test('events arrive over TLS too', async () => {
  const stop = new AbortController()
  const nudges = open().watch(stop.signal)[Symbol.asyncIterator]()
  expect((await nudges.next()).value).toMatchObject({ what: 'subscribed' })
  stop.abort()
  await nudges.next().catch(() => undefined)
})

test('a name from the certificate is accepted where the address is another one', async () => {
  expect((await open({ serverName: 'engine.test' }).facts(signal)).cpuCount).toBeGreaterThan(0)
})

test.each([
  ['the wrong CA', () => ({ caPem: pki.stranger.cert }), 'agent_tls', /not signed by the given CA/],
  [
    'a client certificate of another CA',
    () => ({ certPem: pki.stranger.cert, keyPem: pki.stranger.key }),
    // An engine that sends its alert is told apart from this; Node's TLS server just closes.
    'agent_unreachable',
    /closed the connection/,
  ],
  ['another name', () => ({ serverName: 'other.test' }), 'agent_tls', /another name/],
  ['a key that does not belong to the certificate', () => ({ keyPem: pki.stranger.key }), 'agent_tls', /cannot be used/],
  ['a port where nobody listens', () => ({ port: 1 }), 'agent_unreachable', /refused the connection/],
  ['a metadata address', () => ({ host: '169.254.169.254' }), 'agent_refused', /not an address that an agent may have/],
])('%s is said in words', async (_name, overrides, code, words) => {
  const attempt = async () => open(overrides()).facts(signal)
  await expect(attempt()).rejects.toMatchObject({ code, message: expect.stringMatching(words) })
})

test('who accepts and then says nothing is given up on when the caller gives up', async () => {
  const { port } = silent.address() as AddressInfo
  const caller = new AbortController()
  const call = open({ port }).facts(caller.signal)
  silent.once('connection', () => caller.abort(new Error('enough')))
  await expect(call).rejects.toThrow('enough')
})
