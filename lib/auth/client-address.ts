// Where a request really comes from. X-Forwarded-For counts only as far as trusted proxies wrote it, read from the right.
import { BlockList, isIP, isIPv4 } from 'node:net'

type Incoming = { remoteAddress: string | undefined; forwardedFor: string | string[] | undefined }

export function clientAddress({ remoteAddress, forwardedFor }: Incoming, trustedProxies: readonly string[]): string {
  const trusted = trustedList(trustedProxies)
  const hops = [forwardedFor ?? []].flat().join(',').split(',').map(plainAddress)
  let address = plainAddress(remoteAddress ?? '')
  while (isTrusted(trusted, address)) {
    const previous = hops.pop()
    if (previous === undefined || isIP(previous) === 0) break
    address = previous
  }
  return address
}

function trustedList(entries: readonly string[]): BlockList {
  const list = new BlockList()
  for (const entry of entries) {
    const [address = '', bits] = entry.split('/')
    const family = isIPv4(address) ? 'ipv4' : 'ipv6'
    if (isIP(address) === 0) continue
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return list
}

function isTrusted(list: BlockList, address: string): boolean {
  return isIP(address) !== 0 && list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6')
}

/** `::ffff:10.0.0.1` is how a dual-stack socket writes an IPv4 address. */
function plainAddress(text: string): string {
  return text.trim().replace(/^::ffff:(?=\d+\.)/i, '')
}
