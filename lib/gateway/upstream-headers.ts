// The whole request that a desktop sees: made here from nothing, in one piece because KasmVNC gives up after ten reads. Of what the browser sent
// only path, key and sub-protocol remain. KasmVNC reads at most 4,096 bytes of headers, copies some of them into 1,024 bytes unchecked, and takes
// `/api/` anywhere in them, even in a Referer, for a call to its owner's API. It counts failures by the one X-Forwarded-For.
import type { Target } from './upstream-connection'

export type UpstreamRequest = { path: string; target: Target; clientAddress: string }
export type UpgradeRequest = UpstreamRequest & { key: string; protocol: string }

export function requestText({ path, target: { authorization }, clientAddress }: UpstreamRequest): string {
  assertPlain(path, authorization + clientAddress)
  return (
    `GET ${path} HTTP/1.1\r\nHost: session\r\nConnection: keep-alive\r\n` +
    `Authorization: ${authorization}\r\nX-Forwarded-For: ${clientAddress}\r\n\r\n`
  )
}

/** Without Origin and Sec-WebSocket-Protocol KasmVNC answers an upgrade with 404. */
export function upgradeText({ path, target: { authorization }, clientAddress, key, protocol }: UpgradeRequest): string {
  assertPlain(path, authorization + clientAddress + key + protocol)
  return (
    `GET ${path} HTTP/1.1\r\nHost: session\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nOrigin: https://session\r\n` +
    `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Protocol: ${protocol}\r\n` +
    `Authorization: ${authorization}\r\nX-Forwarded-For: ${clientAddress}\r\n\r\n`
  )
}

/** All of it was checked where it came in. A line break that got through all the same must not become a second header. */
function assertPlain(path: string, values: string): void {
  if (/[^\x21-\x7e]/.test(path) || /[^\x20-\x7e]/.test(values)) throw new Error('an upstream header holds a control character')
}
