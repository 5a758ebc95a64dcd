// The whole request that a desktop sees: made here from nothing. Of what the browser sent only path, key and sub-protocol remain.
// KasmVNC reads at most 4,096 bytes of headers, copies some of them into 1,024 bytes unchecked, and takes `/api/` anywhere in them,
// even in a Referer, for a call to its owner's API. It counts failures by the one X-Forwarded-For.
import type { TLSSocket } from 'node:tls'
import type { Target } from './upstream-connection'

export type UpstreamRequest = { target: Target; clientAddress: string }
export type UpgradeRequest = UpstreamRequest & { key: string; protocol: string }

/** What is asked over a connection whose certificate was seen to be the right one. */
export type UpstreamQuestion = { socket: TLSSocket; path: string; headers: Record<string, string>; firstAnswerMs: number }

export function requestHeaders({ target, clientAddress }: UpstreamRequest): Record<string, string> {
  return {
    Host: 'session',
    Connection: 'close',
    Authorization: target.authorization,
    'X-Forwarded-For': clientAddress,
  }
}

/** Without Origin and Sec-WebSocket-Protocol KasmVNC answers an upgrade with 404. */
export function upgradeHeaders({ target, clientAddress, key, protocol }: UpgradeRequest): Record<string, string> {
  return {
    Host: 'session',
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    Origin: 'https://session',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': key,
    'Sec-WebSocket-Protocol': protocol,
    Authorization: target.authorization,
    'X-Forwarded-For': clientAddress,
  }
}
