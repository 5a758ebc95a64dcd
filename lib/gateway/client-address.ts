// Who the browser is: the peer, or what trusted proxies in front say. KasmVNC counts failures by this address.
import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'
import { newId } from '@/lib/domain/ids'

export type ClientAddressReader = (req: IncomingMessage) => string

/** Whether an address is one of a proxy whose headers are believed. */
function trustedBy(trustedProxies: readonly string[]): (address: string) => boolean {
  const trusted = new BlockList()
  for (const proxy of trustedProxies) {
    const [address = '', bits] = proxy.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (bits === undefined) trusted.addAddress(address, family)
    else trusted.addSubnet(address, Number(bits), family)
  }
  return (address) => isIP(address) !== 0 && trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

/** Well-formed ones only: they go into logs and answers. */
const requestIdPattern = /^[A-Za-z0-9._-]{8,64}$/

/** The id that a trusted proxy gave a request, or else one of our own. */
export function requestIdReader(trustedProxies: readonly string[]): (req: IncomingMessage) => string {
  const isTrusted = trustedBy(trustedProxies)
  return (req) => {
    const given = req.headers['x-request-id']
    const isGiven = typeof given === 'string' && requestIdPattern.test(given) && isTrusted(plain(req.socket.remoteAddress ?? ''))
    return isGiven ? given : newId()
  }
}

export function clientAddressReader(trustedProxies: readonly string[]): ClientAddressReader {
  const isTrusted = trustedBy(trustedProxies)
  return (req) => {
    const peer = plain(req.socket.remoteAddress ?? '')
    if (trustedProxies.length === 0 || isIP(peer) === 0 || !isTrusted(peer)) return peer || '0.0.0.0'
    // From the right: each trusted proxy vouches for the one before it. What stands further left anyone can write.
    const hops = String(req.headers['x-forwarded-for'] ?? '').split(',')
    for (const hop of hops.reverse()) {
      const address = plain(hop.trim())
      if (isIP(address) === 0) return peer
      if (!isTrusted(address)) return address
    }
    return peer
  }
}

/** `::ffff:192.0.2.1` is 192.0.2.1 seen through a socket that listens on both families. */
function plain(address: string): string {
  return address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address
}
