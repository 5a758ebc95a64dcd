// Addresses that may be asked because somebody typed them: the public internet, and what the installation allows by name. Everything
// else — this machine, private networks, link-local and metadata addresses — is where the portal could be used as a hand inside.
import { BlockList, isIP } from 'node:net'

const special = new BlockList()
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  special.addSubnet(network, bits, 'ipv4')

// Of IPv6 only what is handed out to the public, less what carries an IPv4 address inside or is for documents.
const publicIpv6 = new BlockList()
publicIpv6.addSubnet('2000::', 3, 'ipv6')
const specialIpv6 = new BlockList()
specialIpv6.addSubnet('2001::', 23, 'ipv6')
specialIpv6.addSubnet('2001:db8::', 32, 'ipv6')
specialIpv6.addSubnet('2002::', 16, 'ipv6')
specialIpv6.addSubnet('3fff::', 20, 'ipv6')

export function isPublicAddress(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return !special.check(address, 'ipv4')
  if (family === 6) return publicIpv6.check(address, 'ipv6') && !specialIpv6.check(address, 'ipv6')
  return false
}

export type Allowed = { allowsHost(host: string): boolean; allowsAddress(address: string): boolean }

/** From host names, addresses and CIDR ranges. A name allows whatever it leads to. */
export function allowedTargets(entries: readonly string[]): Allowed {
  const addresses = new BlockList()
  const hosts = new Set<string>()
  for (const entry of entries) {
    const [base = '', bits] = entry.split('/')
    const family = isIP(base)
    if (family === 0) hosts.add(entry.toLowerCase())
    else {
      const kind = family === 4 ? 'ipv4' : 'ipv6'
      addresses.addSubnet(base, bits === undefined ? (family === 4 ? 32 : 128) : Number(bits), kind)
    }
  }
  return {
    allowsHost: (host) => hosts.has(host.toLowerCase().replace(/\.$/, '')),
    allowsAddress: (address) => {
      const family = isIP(address)
      return family !== 0 && addresses.check(address, family === 4 ? 'ipv4' : 'ipv6')
    },
  }
}
