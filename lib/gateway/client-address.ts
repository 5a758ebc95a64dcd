// Who the browser is: the peer, or what trusted proxies in front say. KasmVNC counts failures by this address.
import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'

export type ClientAddressReader = (req: IncomingMessage) => string

export function clientAddressReader(trustedProxies: readonly string[]): ClientAddressReader {
  const trusted = new BlockList()
  for (const proxy of trustedProxies) {
    const [address = '', bits] = proxy.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (bits === undefined) trusted.addAddress(address, family)
    else trusted.addSubnet(address, Number(bits), family)
  }
  const isTrusted = (address: string) => trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
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
