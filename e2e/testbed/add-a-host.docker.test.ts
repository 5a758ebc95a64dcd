// A machine with a plain Docker becomes an agent by the line that the console shows, and is given back. The script runs as it is served.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type Docker from 'dockerode'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { toConnection } from '@/lib/db/agents-observed'
import { ensureHostAuthority, renewHostAuthority } from '@/lib/db/host-authority'
import { notePortalAddresses } from '@/lib/db/portal-addresses'
import { bridgeName } from '@/lib/docker/create-container'
import { openDockerHost } from '@/lib/docker/open-docker-host'
import { containerName, desktopPort } from '@/lib/domain/container-spec'
import { HostEnrolmentCreate } from '@/lib/domain/host-enrolment'
import { issueHostCertificate } from '@/lib/secrets/host-certificates'
import { createHostEnrolment } from '@/lib/use-cases/create-host-enrolment'
import { deleteAgent } from '@/lib/use-cases/delete-agent'
import { TestHost } from '@/lib/use-cases/test-host'
import { defaultDesktopTag } from '@/scripts/images/build-desktop-image'
import { openHostDoor } from './host-door'
import { HostedPortal, run } from './hosted-portal'
import { PlainHost } from './plain-host'
import { openRun, type Run } from './start-testbed'

vi.mock('server-only', () => ({}))

const daemonJson = '{ "log-level": "info",\n  "labels": ["rack=7"] }\n'
let claimed: Run
let host: PlainHost
let portal: HostedPortal
let doors: Server[]
let dataDir: string
/** The portal's address as the host sees it, and another one on the same cable. */
let own: string
let stranger: string
/** Something of the owner's that ran before and has nothing to do with Berth. */
let neighbour: Docker.Container
let session: Docker.Container

beforeAll(async () => {
  claimed = await openRun()
  host = await PlainHost.start(claimed, daemonJson)
  const { link, namespace, address } = host.network
  own = address.replace(/\d+$/, '1')
  stranger = own.replace(/^10\.89/, '10.88')
  const ip = (...args: string[]) => execFileSync('ip', args)
  for (const extra of [stranger, '169.254.169.254']) ip('addr', 'add', `${extra}/32`, 'dev', link)
  ip('-n', namespace, 'route', 'add', 'default', 'via', own)
  dataDir = mkdtempSync(join(tmpdir(), 'berth-host-'))
  portal = await HostedPortal.open([], {
    environment: {
      BERTH_PUBLIC_URL: `https://${own}:7443`,
      BERTH_HOST: own,
      BERTH_PORT: '7443',
      BERTH_SESSION_PORTS: '7500-7510',
      BERTH_DATA_DIR: dataDir,
    },
  })
  const metadata = createServer((_, response) => response.end('secret of the cloud'))
  await new Promise<void>((resolve) => metadata.listen(80, '169.254.169.254', resolve))
  doors = [await openHostDoor(portal.deps), metadata]
  await notePortalAddresses(portal.db, [own], new Date())
  await portal.startController()
  const serve = ['python3', '-m', 'http.server', '--directory', '/etc', '8080']
  neighbour = await host.docker.createContainer({
    Image: defaultDesktopTag,
    Entrypoint: serve,
    Cmd: [],
    name: 'neighbour',
    ExposedPorts: { '8080/tcp': {} },
    HostConfig: { PortBindings: { '8080/tcp': [{ HostPort: '8080' }] } },
  })
  await neighbour.start()
})

afterAll(async () => {
  await portal?.close()
  for (const door of doors ?? []) door.close()
  await claimed?.remove()
  if (dataDir) rmSync(dataDir, { recursive: true, force: true })
})

async function line(over: object = {}): Promise<string> {
  const input = HostEnrolmentCreate.parse({ name: 'lab-1', groups: ['lab'], ...over })
  const { command } = await createHostEnrolment(portal.deps, portal.admin, input)
  // The tests are root, and need not have sudo.
  return command.replace('| sudo sh', '| sh')
}

const withOptions = (command: string, options: string) => command.replace(/(--token \S+)/, `$1 ${options}`)
const restart = () => `--restart-command ${host.restartCommand}`
const file = (path: string) => readFileSync(join(host.folder, path), 'utf8')
const isRunning = async () => (await neighbour.inspect()).State.Running

/** Which of these a container reaches, all tried at once. */
async function reached(from: Docker.Container, addresses: string[]): Promise<string[]> {
  const tries = addresses.map(
    (to) => `(timeout 2 bash -c 'exec 3<>/dev/tcp/${to.replace(':', '/')}' 2>/dev/null && echo ${to}) &`,
  )
  return (await run(from, 'bash', '-c', `${tries.join(' ')} wait`)).split('\n').filter(Boolean)
}

function reachesFrom(localAddress: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: host.network.address, port, localAddress, timeout: 2_000 })
    const end = (result: boolean) => {
      socket.destroy()
      resolve(result)
    }
    socket
      .once('connect', () => end(true))
      .once('error', () => end(false))
      .once('timeout', () => end(false))
  })
}

/** Files with their content, filters, and the engine: whatever the script could have changed. */
async function everything(): Promise<unknown> {
  const filesBelow = (folder: string): [string, string][] =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((path) => statSync(path).isFile())
      .map((path) => [path, readFileSync(path, 'utf8')])
  const { output } = await host.shell("iptables-save -t filter | grep -v '^#' | sed 's/\\[.*\\]//'")
  const { LiveRestoreEnabled } = (await host.docker.info()) as { LiveRestoreEnabled: boolean }
  const files = ['etc-docker', 'sbin', 'cron'].flatMap((name) => filesBelow(join(host.folder, name)))
  return { files, output, LiveRestoreEnabled, pid: host.enginePid, running: await isRunning() }
}

test('--dry-run says every change and makes none, and leaves the token good', async () => {
  const before = await everything()
  const command = await line()
  const { code, output } = await host.shell(withOptions(command, `--dry-run ${restart()}`))
  expect(output).toMatch(/would: Make a key here.*\n(.*\n)*would: Turn live-restore on(.*\n)*would: Put hosts and TLS into/)
  for (const change of ['would: Restart Docker', 'would: Set filters', 'would: Keep this script', 'would: Register'])
    expect(output).toContain(change)
  expect(code).toBe(0)
  expect(await everything()).toEqual(before)
  expect(await portal.db.hostEnrolment.count({ where: { claimedAt: { not: null } } })).toBe(0)
  await portal.db.hostEnrolment.deleteMany()
})

test('the line makes a plain engine an agent over mutual TLS, and what ran there runs on', async () => {
  const startedAt = (await neighbour.inspect()).State.StartedAt
  const { code, output } = await host.shell(withOptions(await line(), restart()))
  expect(output).toContain('Done: this host is the agent "lab-1"')
  expect(code).toBe(0)
  const agent = await portal.db.agent.findFirstOrThrow()
  expect(agent).toMatchObject({ name: 'lab-1', groups: ['lab'], kind: 'tcp', host: host.network.address, port: 2376 })
  expect((await neighbour.inspect()).State).toMatchObject({ Running: true, StartedAt: startedAt })
  expect(JSON.parse(file('etc-docker/daemon.json'))).toMatchObject({ 'log-level': 'info', labels: ['rack=7'], tlsverify: true })
  for (const name of ['ca', 'cert', 'key'])
    expect(statSync(join(host.folder, `etc-docker/berth/${name}.pem`)).mode & 0o777).toBe(0o600)
  await vi.waitFor(async () => expect((await portal.db.agent.findFirstOrThrow()).status).toBe('up'), { timeout: 20_000 })
  expect((await portal.db.agent.findFirstOrThrow()).serverCertEndsAt).not.toBeNull()
})

test('the engine answers the portal alone: not without a certificate, and not to another host with its own [attack 19, 38]', async () => {
  const { ca } = await ensureHostAuthority(portal.db, portal.deps.keys, new Date())
  const write = (name: string, text: string) => writeFileSync(join(dataDir, name), text, { mode: 0o600 })
  write('ca.pem', ca.certPem)
  const curl = (...options: string[]) => {
    const url = `https://${host.network.address}:2376/version`
    return execFileSync(
      'sh',
      ['-c', 'curl -s -m 5 -w "%{http_code}" "$@" || true', 'sh', '--cacert', join(dataDir, 'ca.pem'), ...options, url],
      { encoding: 'utf8' },
    )
  }
  const key = execFileSync('openssl', ['ecparam', '-name', 'prime256v1', '-genkey', '-noout'], { encoding: 'utf8' })
  const spki = execFileSync('openssl', ['ec', '-pubout', '-outform', 'DER'], { input: key, stdio: ['pipe', 'pipe', 'ignore'] })
  const other = { publicKey: spki.toString('base64'), name: 'other', address: '10.0.0.9', now: new Date() }
  write('cert.pem', await issueHostCertificate(ca, other))
  write('key.pem', key)
  expect(curl()).toBe('000')
  expect(curl('--cert', join(dataDir, 'cert.pem'), '--key', join(dataDir, 'key.pem'))).toBe('000')
})

test('a session starts there; it reaches neither the host nor metadata, and only the gateway reaches it [attack 19, 47]', async () => {
  const image = await portal.image()
  const [{ id }, { id: otherId }] = [
    await portal.launch(await portal.person('ann'), image),
    await portal.launch(await portal.person('bob'), image),
  ]
  for (const one of [id, otherId]) await portal.reach(one, 'running', 60_000)
  const row = await portal.row(id)
  const { address } = host.network
  session = host.docker.getContainer(containerName(id))
  const port = row.reachPort ?? 0
  const gateway = '172.31.0.1'
  const bridge = Object.values((await session.inspect()).NetworkSettings.Networks)[0]?.Gateway ?? ''
  const other = Object.values((await host.docker.getContainer(containerName(otherId)).inspect()).NetworkSettings.Networks)[0]
  const published = `${address}:${(await portal.row(otherId)).reachPort}`
  // Each is there to be reached: the owner's container reaches all of them.
  const forbidden = [...[address, gateway, bridge].flatMap((to) => [`${to}:2376`, `${to}:8080`]), '169.254.169.254:80']
  expect(await reached(neighbour, [`${address}:2376`, `${gateway}:2376`, '169.254.169.254:80'])).toHaveLength(3)
  expect(await reachesFrom(own, 8080)).toBe(true)
  expect(await reached(session, forbidden)).toEqual([])
  expect(await reached(neighbour, [published])).toHaveLength(1)
  expect(await reached(session, [published, `${other?.IPAddress}:${desktopPort}`])).toEqual([])
  // The world is not the host: the portal's own address stands for it.
  expect(await reached(session, [`${own}:7443`])).toHaveLength(1)
  expect(await reachesFrom(own, port)).toBe(true)
  expect(await reachesFrom(stranger, port)).toBe(false)
  expect(await reachesFrom(stranger, 8080)).toBe(true)
  expect(existsSync(`/sys/class/net/${bridgeName(portal.installId)}`)).toBe(false)
})

test('the filters follow the gateways, and stand after a restart of Docker', async () => {
  const port = (await portal.db.session.findFirstOrThrow()).reachPort ?? 0
  await notePortalAddresses(portal.db, [stranger], new Date())
  expect(await host.shell('/usr/local/sbin/berth-host refresh')).toMatchObject({ code: 0, output: '' })
  expect(await reachesFrom(stranger, port)).toBe(true)
  await portal.db.portalAddress.delete({ where: { address: stranger } })
  await host.shell('/usr/local/sbin/berth-host refresh')
  expect(await reachesFrom(stranger, port)).toBe(false)
  await host.shell(host.restartCommand)
  await host.untilAnswers()
  expect(await reachesFrom(stranger, port)).toBe(false)
  expect(await reachesFrom(own, port)).toBe(true)
  expect(await reached(session, [`${host.network.address}:2376`])).toEqual([])
})

test('run again it changes nothing of Docker, with the line that was used up or without any', async () => {
  const pid = host.enginePid
  const before = [file('etc-docker/daemon.json'), file('etc-docker/berth/cert.pem'), file('etc-docker/berth/key.pem')]
  const { code, output } = await host.shell('/usr/local/sbin/berth-host')
  expect(output).toContain('Done: this host is the agent "lab-1"')
  expect(output).not.toContain('Restart Docker')
  expect(code).toBe(0)
  expect([file('etc-docker/daemon.json'), file('etc-docker/berth/cert.pem'), file('etc-docker/berth/key.pem')]).toEqual(before)
  expect(host.enginePid).toBe(pid)
  expect(await portal.db.agent.count()).toBe(1)
})

test('the portal’s CA is renewed with the host knowing only the former one, and each believes the other all the same', async () => {
  const former = file('etc-docker/berth/ca.pem')
  await renewHostAuthority(portal.db, portal.deps.keys, new Date(), 4_000)
  const agent = await portal.db.agent.findFirstOrThrow()
  expect(agent.caPem).not.toBe(former)
  const connection = toConnection(agent, portal.deps.keys)
  await openDockerHost(connection, portal.installId).facts(AbortSignal.timeout(10_000))
  expect(file('etc-docker/berth/ca.pem')).toBe(former)
})

test('a certificate that ends soon is renewed by the timer, and Docker shows the new one with everything running on', async () => {
  const { ca } = await ensureHostAuthority(portal.db, portal.deps.keys, new Date())
  const { publicKey, address, name } = await portal.db.hostEnrolment.findFirstOrThrow()
  const longAgo = new Date(Date.now() - 350 * 86_400_000)
  const old = await issueHostCertificate(ca, { publicKey: publicKey ?? '', address: address ?? '', name, now: longAgo })
  writeFileSync(join(host.folder, 'etc-docker/berth/cert.pem'), old)
  const { code, output } = await host.shell('/usr/local/sbin/berth-host refresh')
  expect(output).toBe('Renew the certificate\nRestart Docker, so that it shows the new certificate\n')
  expect(code).toBe(0)
  expect(file('etc-docker/berth/ca.pem')).toBe(ca.certPem)
  expect(await isRunning()).toBe(true)
  expect((await session.inspect()).State.Running).toBe(true)
  expect(await reachesFrom(own, (await portal.db.session.findFirstOrThrow()).reachPort ?? 0)).toBe(true)
})

test('--uninstall gives everything back, and what runs runs on', async () => {
  await portal.removeAll()
  const { code, output } = await host.shell('/usr/local/sbin/berth-host --uninstall')
  expect(output).toContain('Done. Remove the agent')
  expect(code).toBe(0)
  expect(file('etc-docker/daemon.json')).toBe(daemonJson)
  expect(readdirSync(join(host.folder, 'etc-docker')).filter((name) => name === 'berth')).toEqual([])
  expect([readdirSync(join(host.folder, 'sbin')), readdirSync(join(host.folder, 'cron'))]).toEqual([[], []])
  expect((await host.shell('iptables-save')).output).not.toContain('BERTH')
  expect(await reachesFrom(own, 2376)).toBe(false)
  expect(await isRunning()).toBe(true)
  await vi.waitFor(async () =>
    expect(((await host.docker.info()) as { LiveRestoreEnabled: boolean }).LiveRestoreEnabled).toBe(false),
  )
  const { id } = await portal.db.agent.findFirstOrThrow()
  await deleteAgent(portal.deps, portal.admin, { agentId: id })
})

test('without live-restore nobody’s containers are stopped unless somebody agrees', async () => {
  // A swarm cannot have live-restore.
  await host.docker.swarmInit({ ListenAddr: host.network.address, AdvertiseAddr: host.network.address })
  const { code, output } = await host.shell(withOptions(await line({ name: 'lab-2' }), restart()))
  expect(output).toMatch(/these containers would be stopped by that:\n {2}neighbour \(/)
  expect(output).toContain('Run it again with --yes')
  expect(code).toBe(1)
  expect(await isRunning()).toBe(true)
  expect(file('etc-docker/daemon.json')).toBe(daemonJson)
  await host.docker.swarmLeave({ force: true })
  await host.shell('/usr/local/sbin/berth-host --uninstall; rm -rf /etc/docker/berth')
})

test('when Docker does not start with the new settings it runs again with the former ones, and nothing was stopped', async () => {
  await portal.db.hostEnrolment.deleteMany()
  const nowhere = withOptions(await line({ name: 'lab-3' }), `--listen 203.0.113.1 ${restart()}`)
  const { code, output } = await host.shell(nowhere)
  expect(output).toContain('The former ones are put back.')
  expect(output).toContain('Docker runs again as it did before; this host was not added.')
  expect(code).toBe(1)
  expect(JSON.parse(file('etc-docker/daemon.json'))).toEqual({ 'log-level': 'info', labels: ['rack=7'], 'live-restore': true })
  expect(await isRunning()).toBe(true)
  expect(await portal.db.agent.count({ where: { removedAt: null } })).toBe(0)
})

test('a settings file that Docker would not take is found before anything is restarted', async () => {
  await portal.db.hostEnrolment.deleteMany()
  const pid = host.enginePid
  writeFileSync(join(host.folder, 'etc-docker/daemon.json'), '{ "live-restore": true, "no-such-setting": 1 }\n')
  const { code, output } = await host.shell(withOptions(await line({ name: 'lab-4' }), restart()))
  expect(output).toContain('Docker would not take /etc/docker/daemon.json')
  expect(code).toBe(1)
  expect(host.enginePid).toBe(pid)
  expect(await isRunning()).toBe(true)
})

test('a stranger with the line of another portal, a wrong CA or a used token gets nothing [attack 38]', async () => {
  const command = await line({ name: 'lab-5' })
  const other = await TestHost.make()
  expect(other).toBeDefined()
  const forged = command.replace(
    /-----BEGIN[\s\S]*-----END CERTIFICATE-----\n/,
    `${readFileSync(join(dataDir, 'cert.pem'), 'utf8')}`,
  )
  const { output } = await host.shell(forged.replace('| sh', '| cat'))
  expect(output).toMatch(/certificate/i)
  expect(output).not.toContain('#!/bin/sh')
})
