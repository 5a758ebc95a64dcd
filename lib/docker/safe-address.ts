// Addresses that an agent may not have: whoever may type an address in a form must not reach cloud metadata or the unspecified address through it.
import { lookup as dnsLookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { DomainError } from '@/lib/domain/errors'

const refused = new BlockList()
refused.addSubnet('0.0.0.0', 8, 'ipv4')
refused.addSubnet('169.254.0.0', 16, 'ipv4')
refused.addAddress('100.100.100.200', 'ipv4')
refused.addAddress('192.0.0.192', 'ipv4')
refused.addSubnet('224.0.0.0', 3, 'ipv4')
refused.addAddress('::', 'ipv6')
refused.addSubnet('fe80::', 10, 'ipv6')
refused.addSubnet('ff00::', 8, 'ipv6')
refused.addAddress('fd00:ec2::254', 'ipv6')

/** BlockList also matches IPv4 addresses that are written as IPv6 (::ffff:169.254.169.254). */
export function isRefusedAddress(address: string): boolean {
  const family = isIP(address)
  if (family === 0) return true
  return refused.check(address, family === 4 ? 'ipv4' : 'ipv6')
}

export function assertAllowedHost(host: string): void {
  const literal = host.replace(/^\[|\]$/g, '')
  if (isIP(literal) && isRefusedAddress(literal)) throw refusal(host)
}

/** For `net.connect`: the address that was checked is the one that is connected to, so a second DNS answer changes nothing. */
export const safeLookup: LookupFunction = (hostname, options, callback) => {
  dnsLookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '')
    const [first] = addresses
    if (!first) return callback(new Error(`${hostname} has no address`), '')
    if (addresses.some(({ address }) => isRefusedAddress(address))) return callback(refusal(hostname), '')
    if (options.all) return callback(null, addresses)
    callback(null, first.address, first.family)
  })
}

function refusal(host: string): DomainError {
  return new DomainError('agent_refused', {
    message: `${host} is not an address that an agent may have.`,
    hint: 'Link-local, metadata, multicast and unspecified addresses are refused. Give the address of the Docker host itself.',
  })
}
