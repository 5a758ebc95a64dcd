// Adding a host by a line: what a token, a key and a certificate are good for, and what they are not (attack 38).
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { answerOpenQuestions } from '@/lib/controller/answer-questions'
import type { ControllerDeps } from '@/lib/controller/controller-deps'
import { renewCertificates } from '@/lib/controller/keep-house'
import { silentLog } from '@/lib/controller/test-world'
import { toConnection } from '@/lib/db/agents-observed'
import { readHostAuthority } from '@/lib/db/host-authority'
import { notePortalAddresses } from '@/lib/db/portal-addresses'
import { openDockerHost } from '@/lib/docker/open-docker-host'
import type { Actor } from '@/lib/domain/actor'
import type { AgentConnection, EngineFacts, OpenHost } from '@/lib/domain/container-host'
import { DomainError } from '@/lib/domain/errors'
import { HostClaim, HostEnrolmentCreate, HostRenewal } from '@/lib/domain/host-enrolment'
import { ensureGeneratedCertificate } from '@/lib/gateway/generated-certificate'
import { claimHostCertificate } from './claim-host-certificate'
import { createHostEnrolment } from './create-host-enrolment'
import { deleteAgent } from './delete-agent'
import { getHostEnrolment } from './list-host-enrolments'
import { readHostAddresses } from './read-host-addresses'
import { registerHost } from './register-host'
import { renewHostCertificate } from './renew-host-certificate'
import { resolveHosts } from './resolve-hosts'
import { revokeHostEnrolment } from './revoke-host-enrolment'
import { TestHost } from './test-host'
import { type TestInstallation, testInstallation } from './test-installation'
import { updateAgent } from './update-agent'

let it: TestInstallation
let root: Actor
let caller: { address: string }
let callers = 0
/** What the portal finds when it connects back. */
let engine: OpenHost
let connected: AgentConnection[]

beforeAll(async () => {
  it = await testInstallation({ BERTH_PUBLIC_URL: 'https://berth.example.org', BERTH_SESSION_DOMAIN: 'desk.example.org' })
  root = await it.person('root', 'admin')
})
afterAll(() => it.close())

beforeEach(async () => {
  await it.db.hostEnrolment.deleteMany()
  await it.db.agent.deleteMany()
  await it.db.portalAddress.deleteMany()
  // Each test asks from a network of its own: one must not slow another down.
  caller = { address: `198.51.${++callers}.7` }
  connected = []
  engine = (connection) => {
    connected.push(connection)
    const facts = async () => ({ name: 'gpu-1' }) as EngineFacts
    return { facts, hostVolumes: async () => [] } as unknown as ReturnType<OpenHost>
  }
})

const now = () => it.deps.clock.now()

async function invite(over: object = {}): Promise<{ token: string; id: string; command: string }> {
  const input = HostEnrolmentCreate.parse({ name: 'gpu-1', groups: ['lab'], address: '10.0.0.5', ...over })
  const { command, enrolment } = await createHostEnrolment(it.deps, root, input)
  return { token: /--token (\S+)/.exec(command)?.[1] ?? '', id: enrolment.id, command }
}

async function claim(host: TestHost, token: string, request?: string) {
  return claimHostCertificate(it.deps, caller, HostClaim.parse({ token, request: request ?? (await host.request()) }))
}

async function claimed(over: object = {}) {
  const host = await TestHost.make()
  const { token, id } = await invite(over)
  const answer = await claim(host, token)
  return { host, id, token, answer }
}

/** While it waits for a controller to connect back, one does. */
async function withController<T>(work: Promise<T>): Promise<T> {
  let done = false
  const ended = work.finally(() => {
    done = true
  })
  const deps = {
    db: it.db,
    keys: it.deps.keys,
    clock: it.deps.clock,
    openHost: engine,
    installId: 'test',
  } as unknown as ControllerDeps
  const answering = (async () => {
    while (!done) {
      await answerOpenQuestions(deps)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })()
  try {
    return await ended
  } finally {
    await answering
  }
}

const register = async (host: TestHost, hostId: string) =>
  withController(registerHost(it.deps, caller, await host.message('registration', hostId, now())))

async function registered() {
  const made = await claimed()
  expect(await register(made.host, made.id)).toEqual({ registered: true, name: 'gpu-1' })
  return { ...made, agent: await it.db.agent.findFirstOrThrow() }
}

const derOf = (base64: string) => new X509Certificate(Buffer.from(base64, 'base64'))

describe('a line', () => {
  test('makes a host an agent with the name, groups and address that were chosen, over mutual TLS', async () => {
    const { agent, answer, id } = await registered()
    expect(agent).toMatchObject({ name: 'gpu-1', groups: ['lab'], kind: 'tcp', host: '10.0.0.5', port: 2376, enabled: true })
    expect(connected).toHaveLength(1)
    expect(toConnection(agent, it.deps.keys)).toEqual(connected[0])
    const [own, ca] = [derOf(answer.certificate), derOf(answer.ca)]
    expect(own.verify(ca.publicKey)).toBe(true)
    expect(own.subjectAltName).toBe('IP Address:10.0.0.5')
    expect(own.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
    const shown = new X509Certificate(agent.certPem ?? '')
    expect(shown.verify(ca.publicKey)).toBe(true)
    expect(shown.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2'])
    expect(await getHostEnrolment(it.deps, root, { enrolmentId: id })).toMatchObject({ state: 'registered', agentId: agent.id })
  })

  test('leaves no token and no private key readable in the database, and is in the audit log [attack 36, 38]', async () => {
    const { token } = await registered()
    const authority = await readHostAuthority(it.db, it.deps.keys)
    const keyText = (authority?.ca.keyPem ?? '').split('\n')[1] ?? ''
    expect(createPrivateKey(authority?.ca.keyPem ?? '').asymmetricKeyType).toBe('ec')
    const rows = JSON.stringify([
      await it.db.hostAuthority.findMany(),
      await it.db.hostEnrolment.findMany(),
      await it.db.agent.findMany(),
      (await it.db.auditEntry.findMany()).map((entry) => entry.detail),
    ])
    expect(rows).not.toContain(token)
    expect(rows).not.toContain(keyText)
    expect(rows).not.toContain('PRIVATE KEY')
    const verbs = (await it.db.auditEntry.findMany({ orderBy: { id: 'asc' } })).map((entry) => entry.verb)
    expect(verbs.slice(-3)).toEqual(['host.invite', 'host.certificate', 'host.register'])
  })

  test('without an address takes the one that the host asks from', async () => {
    const { answer } = await claimed({ address: null })
    expect(derOf(answer.certificate).subjectAltName).toBe(`IP Address:${caller.address}`)
  })

  test('is refused for a name or an address that an agent has', async () => {
    await registered()
    await expect(invite()).rejects.toMatchObject({ code: 'name_taken' })
    await expect(invite({ name: 'gpu-2' })).rejects.toMatchObject({ code: 'conflict', fields: { address: expect.anything() } })
  })

  test('is for administrators only', async () => {
    const user = await it.person('mallory')
    const input = HostEnrolmentCreate.parse({ name: 'gpu-1' })
    await expect(createHostEnrolment(it.deps, user, input)).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('a token', () => {
  const refusal = (why: string) => ({ code: 'host_refused', message: expect.stringContaining(why) })

  test('that was used is refused, to the same host and to another [attack 38]', async () => {
    const { host, token } = await claimed()
    await expect(claim(host, token)).rejects.toMatchObject(refusal('used already'))
    await expect(claim(await TestHost.make(), token)).rejects.toMatchObject(refusal('used already'))
  })

  test('sent ten times at once gives one certificate [attack 38]', async () => {
    const { token } = await invite()
    const hosts = await Promise.all(Array.from({ length: 10 }, () => TestHost.make()))
    const results = await Promise.allSettled(hosts.map((host) => claim(host, token)))
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
  })

  test('is refused after half an hour [attack 38]', async () => {
    const { token } = await invite()
    it.advance(30 * 60 + 1)
    await expect(claim(await TestHost.make(), token)).rejects.toMatchObject(refusal('has expired'))
  })

  test('is refused once withdrawn, and so is the host that used it before [attack 38]', async () => {
    const first = await invite()
    await revokeHostEnrolment(it.deps, root, { enrolmentId: first.id })
    await expect(claim(await TestHost.make(), first.token)).rejects.toMatchObject(refusal('withdrawn'))
    const { host, id } = await claimed()
    await revokeHostEnrolment(it.deps, root, { enrolmentId: id })
    await expect(register(host, id)).rejects.toMatchObject(refusal('withdrawn'))
    expect(await it.db.agent.count()).toBe(0)
  })

  test('that nobody made is refused, and many of them are slowed down for that address alone [attack 38]', async () => {
    const host = await TestHost.make()
    const request = await host.request()
    const tries = []
    for (let at = 0; at < 32; at++) {
      const token = `bht_${String(at).padStart(43, 'x')}`
      tries.push(await claim(host, token, request).catch((error: DomainError) => error.code))
    }
    expect(tries.slice(0, 30)).toEqual(Array(30).fill('host_refused'))
    expect(tries.at(-1)).toBe('host_slowed')
    const { token } = await invite()
    caller = { address: '203.0.113.9' }
    await expect(claim(host, token)).resolves.toBeDefined()
  })

  test('of an administrator who is none any more is refused', async () => {
    const former = await it.person('former', 'admin')
    const actor: Actor = { ...former, by: { kind: 'signIn', id: 'x' } }
    const { command } = await createHostEnrolment(it.deps, actor, HostEnrolmentCreate.parse({ name: 'gpu-9' }))
    await it.db.user.update({ where: { id: former.id }, data: { role: 'user' } })
    const token = /--token (\S+)/.exec(command)?.[1] ?? ''
    await expect(claim(await TestHost.make(), token)).rejects.toMatchObject(refusal('not an administrator'))
  })

  test.each([
    [301, 'ahead'],
    [-301, 'behind'],
  ])('survives a clock that is %d seconds off, which is named', async (offSeconds, side) => {
    const { token } = await invite()
    const host = await TestHost.make()
    const request = await host.request()
    const at = Math.floor(now().getTime() / 1000)
    const by = (moment: number) => claimHostCertificate(it.deps, caller, HostClaim.parse({ token, request, at: moment }))
    const message = `The clock of the host is 301 seconds ${side}.`
    await expect(by(at + offSeconds)).rejects.toMatchObject({ code: 'host_clock', message })
    await expect(by(at)).resolves.toBeDefined()
  })

  test('survives a request that could not be read', async () => {
    const { token } = await invite()
    await expect(claim(await TestHost.make(), token, 'AAAA')).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(claim(await TestHost.make(), token)).resolves.toBeDefined()
  })
})

describe('a certificate request', () => {
  test('decides neither subject nor names: those of the line are signed [attack 38]', async () => {
    const host = await TestHost.make()
    const { token } = await invite()
    const forged = await host.request(
      [{ CN: ['Berth portal'] }, { O: ['Berth'] }],
      [
        { type: 'dns', value: 'berth.example.org' },
        { type: 'ip', value: '10.0.0.1' },
      ],
    )
    const certificate = derOf((await claim(host, token, forged)).certificate)
    expect(certificate.subject).toBe('CN=gpu-1')
    expect(certificate.subjectAltName).toBe('IP Address:10.0.0.5')
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
    expect(certificate.ca).toBe(false)
  })

  test('whose signature is not by its own key is refused: nobody gets a certificate for a key that he does not have [attack 38]', async () => {
    const { token } = await invite()
    const bytes = Buffer.from(await (await TestHost.make()).request(), 'base64')
    // The last bytes are the signature.
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1)
    await expect(claim(await TestHost.make(), token, bytes.toString('base64'))).rejects.toMatchObject({ code: 'invalid_input' })
  })

  test.each(['10.0.0.5:22', 'a b', '-x', '10.0.0.5,IP:10.0.0.1', '*.example.org', 'DNS:evil', '10.0.0.5\n', "a'; id; '"])(
    'an address that is none cannot be chosen: %j',
    (address) => {
      expect(HostEnrolmentCreate.safeParse({ name: 'gpu-1', address }).success).toBe(address === '10.0.0.5\n')
    },
  )
})

describe('a host', () => {
  test('that is not asked back by TLS does not become an agent: plain TCP is refused [attack 38]', async () => {
    const plain = createServer((_, response) => response.end('{"ApiVersion":"1.41"}')).listen(0, '127.0.0.1')
    await new Promise((resolve) => plain.once('listening', resolve))
    const { port } = plain.address() as AddressInfo
    engine = openDockerHost
    const { host, id } = await claimed({ address: '127.0.0.1', port })
    expect(await register(host, id)).toMatchObject({ registered: false })
    plain.close()
    expect(await it.db.agent.count()).toBe(0)
    expect(await getHostEnrolment(it.deps, root, { enrolmentId: id })).toMatchObject({ state: 'failed' })
    expect(HostEnrolmentCreate.safeParse({ name: 'gpu-1', port: 2375 }).success).toBe(false)
  })

  test('that could not be reached may try again, and saying twice that it is ready makes one agent', async () => {
    const { host, id } = await claimed()
    const works = engine
    engine = () => {
      throw new DomainError('agent_unreachable', { message: 'The agent refused the connection.' })
    }
    expect(await register(host, id)).toEqual({ registered: false, problem: 'The agent refused the connection.', hint: null })
    engine = works
    await register(host, id)
    await register(host, id)
    expect(await it.db.agent.count()).toBe(1)
  })

  test('cannot speak for another: a signature by another key, for another purpose or of another moment is refused [attack 38]', async () => {
    const { host, id, agent } = await registered()
    const other = await TestHost.make()
    const refused = { code: 'host_refused' }
    await expect(register(other, id)).rejects.toMatchObject(refused)
    const addresses = await host.message('addresses', id, now())
    await expect(registerHost(it.deps, caller, addresses)).rejects.toMatchObject(refused)
    const request = await other.request()
    await expect(renewHostCertificate(it.deps, caller, await other.renewal(id, now(), request))).rejects.toMatchObject(refused)
    const swapped = { ...(await host.renewal(id, now(), await host.request())), request }
    await expect(renewHostCertificate(it.deps, caller, swapped)).rejects.toMatchObject(refused)
    const old = await host.message('addresses', id, new Date(now().getTime() - 301_000))
    await expect(readHostAddresses(it.deps, caller, old)).rejects.toMatchObject({ code: 'host_clock' })
    expect((await it.db.agent.findUniqueOrThrow({ where: { id: agent.id } })).version).toBe(agent.version)
  })

  test('renews its certificate with its present key, for the same name and address', async () => {
    const { host, id, answer } = await registered()
    it.advance(300 * 86_400)
    const request = await host.request([{ CN: ['other'] }], [{ type: 'dns', value: 'other.example' }])
    const renewed = await renewHostCertificate(it.deps, caller, HostRenewal.parse(await host.renewal(id, now(), request)))
    const [before, after] = [derOf(answer.certificate), derOf(renewed.certificate)]
    expect([after.subject, after.subjectAltName]).toEqual([before.subject, before.subjectAltName])
    expect(after.publicKey.equals(before.publicKey)).toBe(true)
    expect(Date.parse(after.validTo) - Date.parse(before.validTo)).toBe(300 * 86_400_000)
    expect(renewed.ca).toBe(answer.ca)
  })

  test('publishes the ports of its sessions on IPv4, which is what it filters', async () => {
    const { agent } = await registered()
    const change = (publishAddress: string) => updateAgent(it.deps, root, { agentId: agent.id, changes: { publishAddress } })
    for (const address of ['::', '2001:db8::5'])
      await expect(change(address)).rejects.toMatchObject({ fields: { publishAddress: expect.stringContaining('IPv4') } })
    expect(await change('10.0.0.6')).toMatchObject({ publishAddress: '10.0.0.6' })
    const byHand = await it.agent({ name: 'hand', kind: 'tcp', host: '10.0.0.9', caPem: 'a', certPem: 'b', keySealed: 'c' })
    await updateAgent(it.deps, root, { agentId: byHand, changes: { publishAddress: '2001:db8::5' } })
  })

  test('that was removed renews nothing', async () => {
    const { host, id, agent } = await registered()
    await deleteAgent(it.deps, root, { agentId: agent.id })
    const renewal = await host.renewal(id, now(), await host.request())
    await expect(renewHostCertificate(it.deps, caller, renewal)).rejects.toMatchObject({ code: 'host_refused' })
  })

  test('learns where gateways and controllers come from and which other agents there are', async () => {
    await notePortalAddresses(it.db, ['10.0.0.1', '10.0.0.2'], now())
    const { host, id } = await registered()
    const ask = async () => readHostAddresses(it.deps, caller, await host.message('addresses', id, now()))
    expect(await ask()).toEqual({ portals: '10.0.0.1 10.0.0.2', agents: '10.0.0.5', trust: '' })
    it.advance(8 * 86_400)
    await notePortalAddresses(it.db, ['10.0.0.2'], now())
    expect(await ask()).toEqual({ portals: '10.0.0.2', agents: '10.0.0.5', trust: '' })
  })

  test('learns the addresses behind other agents’ names, and those where they publish sessions', async () => {
    const { host, id } = await registered()
    const other = { kind: 'tcp', caPem: 'a', certPem: 'b', keySealed: 'c' } as const
    await it.agent({ name: 'named', host: 'gpu-2.test', publishAddress: '10.0.0.22', ...other })
    await it.agent({ name: 'here', host: 'localhost', publishAddress: '0.0.0.0', ...other })
    const names = vi.fn(async () => ['10.0.0.20', '10.0.0.21'])
    await resolveHosts(['gpu-2.test'], names)
    const { agents } = await readHostAddresses(it.deps, caller, await host.message('addresses', id, now()))
    expect(agents).toBe('10.0.0.20 10.0.0.21 10.0.0.22 10.0.0.5')
  })

  test('that was removed is not told where others are any more', async () => {
    const { host, id, agent } = await registered()
    await deleteAgent(it.deps, root, { agentId: agent.id })
    const message = await host.message('addresses', id, now())
    await expect(readHostAddresses(it.deps, caller, message)).rejects.toMatchObject({ code: 'host_refused' })
  })

  test('hears of the portal’s next certificate while the present one is shown, and of none where a known authority signed it', async () => {
    const { host, id } = await registered()
    const dataDir = await mkdtemp(join(tmpdir(), 'berth-tls-'))
    const { config } = it.deps
    const publicHost = config.publicUrl.hostname
    const asked = async (tls: typeof config.tls) => {
      const deps = { ...it.deps, config: { ...config, dataDir, tls } }
      const { trust } = await readHostAddresses(deps, caller, await host.message('addresses', id, now()))
      return trust
        .split(' ')
        .filter(Boolean)
        .map((one) => derOf(one).fingerprint256)
    }
    const made = () => ensureGeneratedCertificate({ dataDir, publicHost, clock: it.deps.clock })
    const first = (await made()).fingerprint
    expect(await asked({ kind: 'generated' })).toEqual([first])
    it.advance(300 * 86_400)
    await made()
    const announced = await asked({ kind: 'generated' })
    expect(announced).toEqual([first, expect.any(String)])
    it.advance(40 * 86_400)
    expect((await made()).fingerprint).toBe(announced[1])
    expect(await asked({ kind: 'generated' })).toEqual([announced[1]])
    expect(await asked({ kind: 'none' })).toEqual([])
    await rm(dataDir, { recursive: true })
  })
})

describe('what the portal shows to engines', () => {
  const house = () => ({ db: it.db, keys: it.deps.keys, clock: it.deps.clock, log: silentLog }) as unknown as ControllerDeps

  test('is renewed by the house-keeping sixty days before it ends, for every agent that was added by a line', async () => {
    const { agent, answer } = await registered()
    const byHand = await it.agent({
      name: 'by-hand',
      kind: 'tcp',
      host: '10.0.0.9',
      caPem: 'ca',
      certPem: 'cert',
      keySealed: 'key',
    })
    const ends = () => it.db.agent.findUniqueOrThrow({ where: { id: agent.id } }).then((row) => row.certPem ?? '')
    // What was made long ago, by the clock of the tests before this one, is due as well.
    await renewCertificates(house())
    const before = await ends()
    await renewCertificates(house())
    expect(await ends()).toBe(before)
    const left = Date.parse(new X509Certificate(before).validTo) - now().getTime()
    it.advance(left / 1000 - 59 * 86_400)
    await renewCertificates(house())
    const after = await it.db.agent.findUniqueOrThrow({ where: { id: agent.id } })
    const certificate = new X509Certificate(after.certPem ?? '')
    expect(certificate.verify(derOf(answer.ca).publicKey)).toBe(true)
    expect(
      certificate.checkPrivateKey(createPrivateKey(toConnection(after, it.deps.keys).kind === 'tcp' ? keyOf(after) : '')),
    ).toBe(true)
    expect(Date.parse(certificate.validTo)).toBeGreaterThan(Date.parse(new X509Certificate(before).validTo))
    expect(await it.db.agent.findUniqueOrThrow({ where: { id: byHand } })).toMatchObject({ certPem: 'cert', keySealed: 'key' })
  })

  test('comes from a CA that is renewed with its key: hosts that know only the former one go on, and those that ask get the new one', async () => {
    const { host, id, agent, answer } = await registered()
    const byHand = await it.agent({
      name: 'own-ca',
      kind: 'tcp',
      host: '10.0.0.9',
      caPem: 'ca',
      certPem: 'cert',
      keySealed: 'key',
    })
    const former = derOf(answer.ca)
    const caOf = async (agentId: string) => (await it.db.agent.findUniqueOrThrow({ where: { id: agentId } })).caPem ?? ''
    const left = () => Date.parse(former.validTo) - now().getTime()
    it.advance(left() / 1000 - 801 * 86_400)
    await renewCertificates(house())
    expect(await caOf(agent.id)).toBe(former.toString())
    it.advance(2 * 86_400)
    await renewCertificates(house())
    const renewed = new X509Certificate(await caOf(agent.id))
    expect(Date.parse(renewed.validTo) - now().getTime()).toBe(3650 * 86_400_000)
    expect(await caOf(byHand)).toBe('ca')
    const request = HostRenewal.parse(await host.renewal(id, now(), await host.request()))
    const next = await renewHostCertificate(it.deps, caller, request)
    expect(derOf(next.ca).fingerprint256).toBe(renewed.fingerprint256)
    const portal = new X509Certificate((await readHostAuthority(it.db, it.deps.keys))?.portal.certPem ?? '')
    for (const certificate of [derOf(answer.certificate), derOf(next.certificate), portal])
      for (const ca of [former, renewed])
        expect([certificate.checkIssued(ca), certificate.verify(ca.publicKey)]).toEqual([true, true])
    await renewCertificates(house())
    expect(await caOf(agent.id)).toBe(renewed.toString())
  })

  const keyOf = (row: Parameters<typeof toConnection>[0]) => {
    const connection = toConnection(row, it.deps.keys)
    return connection.kind === 'tcp' ? connection.keyPem : ''
  }
})
