// The filters that berth-host sets, by the functions of the script itself in the kernel's own tables: a host, a session behind one of Berth's
// bridges, and two machines beside the host, of which one is a gateway. In IPv4 and in IPv6.
import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hostScript } from '@/lib/domain/host-script/host-script'
import { runCommand } from '@/scripts/up/run-command.mjs'
import { createNetwork, type HostNetwork, hostNetwork } from './host-network'
import { openRun, type Run } from './start-testbed'

const families = ['IPv4', 'IPv6'] as const
type Family = (typeof families)[number]
type Addresses = { gateway: string; stranger: string; host: string; bridge: string; session: string; other: string; bits: number }

let claimed: Run
let host: HostNetwork
let session: HostNetwork
let own: Record<Family, Addresses>
const listeners: { kill(): void }[] = []

beforeAll(async () => {
  claimed = await openRun()
  host = hostNetwork(claimed.number, 0)
  session = hostNetwork(claimed.number, 1)
  own = { IPv4: addressesOf(`10.87.${claimed.number}.`, 32), IPv6: addressesOf(`fd00:87:${claimed.number}::`, 128) }
  await createNetwork(host)
  await ip('netns', 'add', session.namespace)
  const pair = ['link', 'add', 'berthsix', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', session.namespace]
  await ip('-n', host.namespace, ...pair)
  await ip('-n', host.namespace, 'link', 'set', 'berthsix', 'up')
  for (const device of ['lo', 'eth0']) await ip('-n', session.namespace, 'link', 'set', device, 'up')
  for (const family of families) await connect(own[family])
  await onHost('sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1')
  // As Docker leaves it: for IPv4 with a chain of its own, for IPv6 without.
  await onHost('iptables -N DOCKER-USER && iptables -A FORWARD -j DOCKER-USER')
  mkdirSync(join(claimed.folder, 'state'), { recursive: true })
  write('portals', (of) => of.gateway)
  write('agents', (of) => of.other)
  await Promise.all([listen(host), listen(session)])
})

afterAll(async () => {
  for (const listener of listeners) listener.kill()
  await claimed?.remove()
})

function addressesOf(net: string, bits: number): Addresses {
  const at = (number: number) => `${net}${number}`
  return { gateway: at(1), stranger: at(2), other: at(3), host: at(4), bridge: at(5), session: at(6), bits }
}

const ip = (...args: string[]) => runCommand('ip', args)
const write = (name: string, choose: (of: Addresses) => string) =>
  writeFileSync(join(claimed.folder, 'state', name), families.map((family) => choose(own[family])).join(' '))

/** Each address alone, with a route to it: nobody is a neighbour by chance. */
async function connect({ gateway, stranger, other, host: ofHost, bridge, session: ofSession, bits }: Addresses): Promise<void> {
  const nodad = bits === 128 ? ['nodad'] : []
  const add = (at: string[], address: string, device: string) =>
    ip(...at, 'addr', 'add', `${address}/${bits}`, 'dev', device, ...nodad)
  const [onHostSide, onSessionSide] = [
    ['-n', host.namespace],
    ['-n', session.namespace],
  ]
  for (const address of [gateway, stranger, other]) await add([], address, host.link)
  await add(onHostSide, ofHost, 'eth0')
  await add(onHostSide, bridge, 'berthsix')
  await add(onSessionSide, ofSession, 'eth0')
  const route = (at: string[], to: string, ...way: string[]) => ip(...at, 'route', 'add', `${to}/${bits}`, ...way)
  await route([], ofHost, 'dev', host.link)
  await route([], ofSession, 'via', ofHost, 'dev', host.link)
  for (const address of [gateway, stranger, other]) await route(onHostSide, address, 'dev', 'eth0')
  await route(onHostSide, ofSession, 'dev', 'berthsix')
  await route(onSessionSide, bridge, 'dev', 'eth0')
  const all = bits === 128 ? '::/0' : '0.0.0.0/0'
  await ip(...onSessionSide, 'route', 'add', all, 'via', bridge, 'dev', 'eth0')
}

async function onHost(command: string): Promise<string> {
  return runCommand('nsenter', [`--net=/run/netns/${host.namespace}`, 'sh', '-euc', command])
}

/** A function of the script as it is served, on that host. There is no engine: the bridge has Berth's own name. */
function script(call: string): Promise<string> {
  const text = hostScript({ origin: 'https://berth.example.org', certificate: null })
  const state = `STATE=${join(claimed.folder, 'state')}\ndocker_() { :; }`
  return onHost(`${text.slice(0, text.lastIndexOf('main "$@"'))}\n${state}\n${call}`)
}

const program = (code: string, ...args: string[]) => [process.execPath, '-e', code, ...args]

async function listen({ namespace }: HostNetwork): Promise<void> {
  const code = `require('net').createServer((s) => s.end()).listen(8080, '::', () => console.log('on'))`
  const child = spawn('nsenter', [`--net=/run/netns/${namespace}`, ...program(code)], { stdio: ['ignore', 'pipe', 'inherit'] })
  listeners.push(child)
  await new Promise((resolve) => child.stdout.once('data', resolve))
}

/** From this machine, or from the session. */
async function reaches(from: { address: string } | 'session', to: string): Promise<boolean> {
  const code = `const [host, localAddress] = process.argv.slice(1)
    const end = (said) => { console.log(said); process.exit(0) }
    require('net').connect({ host, port: 8080, ...(localAddress ? { localAddress } : {}) }).on('connect', () => end('yes')).on('error', () => end('no'))
    setTimeout(() => end('no'), 1500)`
  const [first = '', ...rest] =
    from === 'session'
      ? ['nsenter', `--net=/run/netns/${session.namespace}`, ...program(code, to)]
      : program(code, to, from.address)
  return (await runCommand(first, rest)).trim() === 'yes'
}

async function everyWay(of: Addresses): Promise<boolean[]> {
  return Promise.all([
    reaches({ address: of.gateway }, of.session),
    reaches({ address: of.stranger }, of.session),
    reaches('session', of.host),
    reaches('session', of.bridge),
    reaches('session', of.other),
    reaches({ address: of.stranger }, of.host),
  ])
}

describe.each(families)('over %s', (family) => {
  test('everything is reached before there are filters', async () => {
    const here = await listenHere(own[family].other)
    expect(await everyWay(own[family])).toEqual([true, true, true, true, true, true])
    here.close()
  })

  test('only a gateway reaches a session, and a session reaches neither its host nor another agent', async () => {
    await script('apply_filters')
    const here = await listenHere(own[family].other)
    expect(await everyWay(own[family])).toEqual([true, false, false, false, false, true])
    here.close()
    await script('remove_filters')
  })
})

test('set twice they stand once, and removed nothing of them is left', async () => {
  await script('apply_filters; apply_filters')
  const jumps = (text: string) => text.split('\n').filter((line) => /-j BERTH/.test(line)).length
  expect([jumps(await onHost('iptables-save')), jumps(await onHost('ip6tables-save'))]).toEqual([2, 2])
  await script('has_filters && remove_filters')
  expect(`${await onHost('iptables-save')}${await onHost('ip6tables-save')}`).not.toContain('BERTH')
  await expect(script('has_filters')).rejects.toThrow()
})

async function listenHere(address: string): Promise<{ close(): void }> {
  const { createServer } = await import('node:net')
  const server = createServer((socket) => socket.end())
  await new Promise<void>((resolve) => server.listen(8080, address, resolve))
  return server
}
