// The whole request that a desktop sees: made here from nothing. Of what the browser sent only path, key and sub-protocol remain.
// KasmVNC reads at most 4,096 bytes of headers, copies some of them into 1,024 bytes unchecked, and takes `/api/` anywhere in them,
// even in a Referer, for a call to its owner's API. It counts failures by the one X-Forwarded-For.
import type { Target } from './upstream-connection'

export type UpstreamRequest = { path: string; target: Target; clientAddress: string }
export type UpgradeRequest = UpstreamRequest & { key: string; protocol: string }

export function requestText({ path, target, clientAddress }: UpstreamRequest): string {
  return headText(path, [
    'Host: session',
    'Connection: close',
    `Authorization: ${target.authorization}`,
    `X-Forwarded-For: ${clientAddress}`,
  ])
}

/** Without Origin and Sec-WebSocket-Protocol KasmVNC answers an upgrade with 404. */
export function upgradeText({ path, target, clientAddress, key, protocol }: UpgradeRequest): string {
  return headText(path, [
    'Host: session',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Origin: https://session',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${key}`,
    `Sec-WebSocket-Protocol: ${protocol}`,
    `Authorization: ${target.authorization}`,
    `X-Forwarded-For: ${clientAddress}`,
  ])
}

/** In one piece: KasmVNC gives up after ten reads. */
function headText(path: string, lines: string[]): string {
  // All of it was checked where it came in. A line break that got through all the same must not become a second header.
  if (/[^\x21-\x7e]/.test(path) || lines.some((line) => /[^\x20-\x7e]/.test(line)))
    throw new Error('an upstream header holds a control character')
  return `GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`
}
