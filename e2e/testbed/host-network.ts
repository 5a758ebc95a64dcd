// One network namespace per simulated host, tied to this machine by a veth pair of its own: no bridge and no firewall rule on this side.
// An engine in it has its own interfaces, its own iptables and its own published ports.
import { existsSync } from 'node:fs'
import { runCommand } from '@/scripts/up/run-command.mjs'

export type HostNetwork = { namespace: string; link: string; address: string }

/** The number of the run is the third part of its addresses, so runs side by side never meet. */
export function hostNetwork(run: number, host: number): HostNetwork {
  return { namespace: `berth-tb-${run}-${host}`, link: `tb${run}h${host}`, address: `10.89.${run}.${4 * host + 2}` }
}

/** This machine's end of the pair. */
export function ownAddress({ address }: HostNetwork): string {
  return address.replace(/\d+$/, (last) => String(Number(last) - 1))
}

/** Beside its own pair, a host reaches this machine's end of the first one, so that all know it under one address. */
export async function createNetwork(network: HostNetwork, first = network): Promise<void> {
  const { namespace, link, address } = network
  const own = ownAddress(network)
  await ip('netns', 'add', namespace)
  await ip('link', 'add', link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace)
  await ip('addr', 'add', `${own}/30`, 'dev', link)
  await ip('link', 'set', link, 'up')
  await ip('-n', namespace, 'addr', 'add', `${address}/30`, 'dev', 'eth0')
  await ip('-n', namespace, 'link', 'set', 'lo', 'up')
  await ip('-n', namespace, 'link', 'set', 'eth0', 'up')
  if (network.link !== first.link) await ip('-n', namespace, 'route', 'add', `${ownAddress(first)}/32`, 'via', own)
}

/** As if somebody pulled the cable: what is under way hangs. */
export async function setLink({ link }: HostNetwork, state: 'up' | 'down'): Promise<void> {
  await ip('link', 'set', link, state)
}

/** Also when it was made in part only. The veth pair goes with its namespace. */
export async function removeNetwork({ namespace, link }: HostNetwork): Promise<void> {
  if (existsSync(`/run/netns/${namespace}`)) await ip('netns', 'del', namespace)
  // It may go with its namespace between the two words.
  if (existsSync(`/sys/class/net/${link}`)) await ip('link', 'del', link).catch(() => undefined)
}

export async function processesIn({ namespace }: HostNetwork): Promise<number[]> {
  if (!existsSync(`/run/netns/${namespace}`)) return []
  return (await ip('netns', 'pids', namespace)).split('\n').filter(Boolean).map(Number)
}

function ip(...args: string[]): Promise<string> {
  return runCommand('ip', args, { timeoutMs: 10_000 })
}
