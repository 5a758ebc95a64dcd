// What an address may turn out to be when somebody adds an agent: doors on this machine's loopback, each wrong in one way, and one that is right.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type Server, type ServerOptions } from 'node:https'
import { connect, type Server as PlainServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { issueHostCertificate, issuePortalCertificate, type KeyPair, makeAuthority } from '@/lib/secrets/host-certificates'
import { engineUrl, freePort } from './portal'

const dayMs = 86_400_000

export type DoorName = 'right' | 'strange' | 'elsewhere' | 'picky' | 'old' | 'ended' | 'early' | 'plain' | 'nobody'

/** Who opens them has the keys that a form wants. */
export type Doors = { at: Record<DoorName, number>; ca: KeyPair; client: KeyPair; close(): void }

export async function openDoors(): Promise<Doors> {
  const now = new Date()
  const folder = mkdtempSync(join(tmpdir(), 'berth-doors-'))
  const [ca, stranger] = [await makeAuthority(now), await makeAuthority(now)]
  const client = await issuePortalCertificate(ca, now)
  const servers: (Server | PlainServer | ReturnType<typeof createHttpServer>)[] = []
  const listen = async (server: (typeof servers)[number]) => {
    const port = await freePort()
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    return port
  }
  const keyOf = async (authority: KeyPair, over: { address?: string; madeAt?: Date } = {}): Promise<ServerOptions> => {
    const key = execFileSync('openssl', ['ecparam', '-name', 'prime256v1', '-genkey', '-noout'], { encoding: 'utf8' })
    const spki = execFileSync('openssl', ['ec', '-pubout', '-outform', 'DER'], { input: key, stdio: ['pipe', 'pipe', 'ignore'] })
    const { address = '127.0.0.1', madeAt = now } = over
    const cert = await issueHostCertificate(authority, { publicKey: spki.toString('base64'), name: 'door', address, now: madeAt })
    return { key, cert }
  }
  const answering = (own: ServerOptions, aheadMs = 0) =>
    createServer({ ...own, ca: ca.certPem, requestCert: true }, (_request, response) => {
      response.writeHead(400, { 'content-type': 'application/json', date: new Date(Date.now() + aheadMs).toUTCString() })
      response.end('{"message":"client version 1.41 is too new. Maximum supported API version is 1.24"}')
    })
  const right = await keyOf(ca)
  const toEngine = createTlsServer({ ...right, ca: ca.certPem, requestCert: true, rejectUnauthorized: true }, (socket) => {
    const engine = connect(engineUrl().replace('unix://', ''))
    for (const side of [socket, engine]) side.on('error', () => undefined)
    socket.pipe(engine).pipe(socket)
  })
  const picky = await openPicky(folder, right, stranger)
  const at = {
    right: await listen(toEngine),
    strange: await listen(answering(await keyOf(stranger))),
    elsewhere: await listen(answering(await keyOf(ca, { address: '192.0.2.77' }))),
    picky: picky.port,
    old: await listen(answering(right)),
    ended: await listen(answering(await keyOf(ca, { madeAt: new Date(now.getTime() - 500 * dayMs) }))),
    early: await listen(answering(await keyOf(ca, { madeAt: new Date(now.getTime() + 3 * dayMs) }), 3 * dayMs)),
    plain: await listen(createHttpServer((_request, response) => response.end('{}'))),
    nobody: await freePort(),
  }
  const close = () => {
    picky.child.kill()
    for (const server of servers) server.close()
    rmSync(folder, { recursive: true, force: true })
  }
  return { at, ca, client, close }
}

/** It says why it closes, as Docker does and Node does not: OpenSSL's own server, which believes another CA than the portal's certificate is from. */
async function openPicky(folder: string, own: ServerOptions, other: KeyPair): Promise<{ port: number; child: ChildProcess }> {
  const port = await freePort()
  const files = { key: String(own.key), cert: String(own.cert), ca: other.certPem }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { mode: 0o600 })
  const [key, cert, ca] = Object.keys(files).map((name) => join(folder, name))
  const asked = [
    '-accept',
    `127.0.0.1:${port}`,
    '-key',
    key,
    '-cert',
    cert,
    '-CAfile',
    ca,
    '-Verify',
    '2',
    '-verify_return_error',
  ]
  const child = spawn('openssl', ['s_server', '-quiet', '-naccept', '1000', ...asked.map(String)], {
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  return { port, child }
}
