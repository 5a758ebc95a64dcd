// The addresses behind the names of agents, for hosts whose filters take addresses only. A name that cannot be resolved now keeps those that
// it had: a silent name server must not open filters.
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { withinMs } from '@/lib/domain/within-ms'

export type Lookup = (name: string) => Promise<string[]>

const keptMs = 60_000
const waitMs = 2_000
const mostNames = 2_000
const known = new Map<string, { addresses: string[]; atMs: number }>()

const silent = () => new Error('The name server does not answer')

const systemLookup: Lookup = async (name) => (await lookup(name, { all: true })).map(({ address }) => address)

export async function resolveHosts(hosts: readonly string[], ask: Lookup = systemLookup): Promise<string[]> {
  const found = await Promise.all([...new Set(hosts)].map((host) => (isIP(host) ? [host] : resolved(host, ask))))
  return [...new Set(found.flat())].sort()
}

async function resolved(name: string, ask: Lookup): Promise<string[]> {
  const last = known.get(name)
  if (last && performance.now() - last.atMs < keptMs) return last.addresses
  const addresses = await withinMs(waitMs, ask(name), silent).catch(() => last?.addresses ?? [])
  if (known.size >= mostNames) known.clear()
  known.set(name, { addresses, atMs: performance.now() })
  return addresses
}
