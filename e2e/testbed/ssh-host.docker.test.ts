// A host behind ssh: a real engine in a network of its own, and the OpenSSH server of Debian before it.
import { setMaxListeners } from 'node:events'
import selfsigned from 'selfsigned'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openDockerHost } from '@/lib/docker/open-docker-host'
import { AgentCreate } from '@/lib/domain/agent'
import type { AgentConnection, ContainerHost } from '@/lib/domain/container-host'
import { makeSshKey } from '@/lib/secrets/ssh-keys'
import { checkAgent } from '@/lib/use-cases/check-agent'
import { createAgent } from '@/lib/use-cases/create-agent'
import { readSshKey } from '@/lib/use-cases/read-ssh-key'
import { HostedPortal } from './hosted-portal'
import { SshServer } from './ssh-server'
import { startTestbed, type Testbed } from './start-testbed'

const signal = new AbortController().signal
setMaxListeners(0, signal)
const own = makeSshKey('test')
let testbed: Testbed
let server: SshServer
let portal: HostedPortal

beforeAll(async () => {
  testbed = await startTestbed({ hosts: [{ name: 'behind', gpus: 'none' }] })
  const host = testbed.host('behind')
  server = await SshServer.start(testbed.folder, host.network, host.socketPath)
  portal = await HostedPortal.open([])
  await portal.startController()
})

afterAll(async () => {
  await portal?.close()
  await server?.stop()
  await testbed?.stop()
})

async function open(over: Partial<Extract<AgentConnection, { kind: 'ssh' }>> = {}): Promise<ContainerHost> {
  const hostKey = await server.fingerprint()
  return openDockerHost({ ...server.endpoint, hostKey, privateKey: own.privateKey, ...over }, portal.installId)
}

test('the host key is told in the words of OpenSSH, and nobody is let in before it was confirmed', async () => {
  const seen = await checkAgent(portal.deps, portal.admin, {
    endpoint: { ...server.endpoint, hostKey: null, privateKey: null },
    publishAddress: null,
  })
  expect(seen).toMatchObject({ ok: false, hostKey: { type: 'ssh-ed25519', fingerprint: await server.fingerprint() } })
  expect(server.log).not.toMatch(/Accepted|Failed publickey|Postponed/)
})

test('a key that the host does not know is said in words', async () => {
  await expect((await open()).facts(signal)).rejects.toMatchObject({
    code: 'agent_ssh',
    message: expect.stringMatching(/does not accept the ssh key for the user root/),
  })
})

test('many calls and a stream of events share one connection', async () => {
  server.accept([own.publicKey])
  const before = server.admissions
  const host = await open()
  const stop = new AbortController()
  const nudges = host.watch(stop.signal)[Symbol.asyncIterator]()
  expect((await nudges.next()).value).toMatchObject({ what: 'subscribed' })
  const [facts, ...lists] = await Promise.all([host.facts(signal), ...Array.from({ length: 12 }, () => host.list(signal))])
  expect(facts).toMatchObject({ name: expect.any(String), serverCertEndsAt: null })
  expect(lists).toHaveLength(12)
  expect(server.admissions - before).toBe(1)
  stop.abort()
  await nudges.next().catch(() => undefined)
})

test('a socket that is not there is said in words', async () => {
  await expect((await open({ socketPath: '/nowhere/docker.sock' })).facts(signal)).rejects.toMatchObject({
    message: expect.stringContaining('There is no Docker socket /nowhere/docker.sock'),
  })
})

test('a connection that is cut is given up on in time, and is there again when the cable is', async () => {
  const host = await open()
  await host.list(signal)
  await server.cut()
  await expect(host.list(AbortSignal.timeout(1_000))).rejects.toThrow()
  await server.heal()
  await vi.waitFor(() => host.list(AbortSignal.timeout(2_000)), { timeout: 20_000 })
})

test('a server that was killed ends what hangs on it, and the next call connects anew', async () => {
  const host = await open()
  const nudges = host.watch(signal)[Symbol.asyncIterator]()
  await nudges.next()
  const broken = expect(nudges.next()).rejects.toThrow()
  await server.kill()
  await broken
  await expect(host.list(signal)).rejects.toMatchObject({ message: expect.stringMatching(/refused the connection to port 22/) })
  await server.start()
  await vi.waitFor(() => host.list(signal), { timeout: 20_000, interval: 200 })
})

test('a host key of another kind that came since is no change; another key of the host is, and nothing is said to it', async () => {
  const confirmed = await server.fingerprint()
  server.newHostKey('ecdsa')
  const ecdsa = await server.fingerprint('ecdsa')
  await server.kill()
  await server.start()
  await (await open({ hostKey: ecdsa })).list(signal)
  server.newHostKey()
  await server.kill()
  await server.start()
  const before = server.log.length
  const refused = (await open({ hostKey: confirmed })).list(signal)
  await expect(refused).rejects.toMatchObject({
    code: 'agent_host_key',
    message: expect.stringContaining(`shows another host key than the one that was confirmed: ${await server.fingerprint()}`),
  })
  expect(server.log.slice(before)).not.toMatch(/Accepted|publickey/)
})

test('the engine’s own port says in words that it does not accept a client certificate', async () => {
  const stranger = await selfsigned.generate([{ name: 'commonName', value: 'stranger' }], { keyType: 'ec', curve: 'P-256' })
  const { endpoint } = testbed.host('behind')
  const connection = { ...endpoint, certPem: stranger.cert, keyPem: stranger.private }
  await expect(openDockerHost(connection, portal.installId).facts(signal)).rejects.toMatchObject({
    code: 'agent_tls',
    message: 'The agent does not accept the client certificate, and the CA that was given did not sign it.',
  })
})

test('an agent by the portal’s own key runs a desktop, which is reached at its published port', async () => {
  const { publicKey } = await readSshKey(portal.deps, portal.admin)
  server.accept([publicKey])
  const endpoint = { ...server.endpoint, hostKey: await server.fingerprint() }
  await createAgent(portal.deps, portal.admin, AgentCreate.parse({ name: 'behind ssh', endpoint }))
  await vi.waitFor(async () => expect(await portal.db.agent.findFirst()).toMatchObject({ status: 'up' }), { timeout: 30_000 })
  const alice = await portal.person('alice')
  // On a busy machine a try may run out of its seconds, and then says that it does not know.
  const expectReach = async (publishAddress: string | null, expected: string) => {
    const tried = await checkAgent(portal.deps, portal.admin, { endpoint: { ...endpoint, privateKey: null }, publishAddress })
    expect(tried).toMatchObject({ ok: true, desktops: { reach: expected } })
  }
  await vi.waitFor(() => expectReach(null, 'reached'), { timeout: 40_000 })
  await vi.waitFor(() => expectReach('192.0.2.7', 'not_its_address'), { timeout: 40_000 })
  const session = await portal.launch(alice, await portal.image())
  await portal.reach(session.id, 'running')
  expect(await portal.row(session.id)).toMatchObject({ reachHost: server.network.address })
  expect(await portal.db.agent.findFirst()).toMatchObject({ reachedBy: 'published', sshUsesPortalKey: true })
  await portal.remove(alice, session.id)
})
