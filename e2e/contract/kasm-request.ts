// A request as KasmVNC reads it: one block of headers, matched by plain string search.
import { isIP } from 'node:net'

export type KasmRequest = {
  method: string
  /** As sent, query included. */
  target: string
  path: string
  headers: Map<string, string>
  /** The whole header block, for the searches that KasmVNC does over all of it. */
  block: string
  /** Whom the brute-force lock counts. */
  client: string
}

export function parseKasmRequest(block: string, peer: string): KasmRequest | null {
  const [first = '', ...lines] = block.split('\r\n')
  const match = /^([A-Z]+) (\S+) HTTP\/1\.[01]$/.exec(first)
  if (match === null) return null
  const headers = new Map<string, string>()
  for (const line of lines.filter((text) => text !== '')) {
    const colon = line.indexOf(':')
    if (colon <= 0) return null
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim())
  }
  const [, method = '', target = ''] = match
  return { method, target, path: target.split('?')[0] ?? '', headers, block, client: forwardedFor(block) ?? peer }
}

/** The leftmost address wins, and only this spelling with one space is seen. */
function forwardedFor(block: string): string | null {
  const value = /\r\nX-Forwarded-For: ([^\r\n]*)/.exec(block)?.[1]
  const first = value?.split(',')[0]?.trim() ?? ''
  return isIP(first) === 0 ? null : first
}

/** Parts that every release up to 1.5.1 copies into 1,024 bytes without looking: longer ones overflow its stack. */
export function oversizedPart(request: KasmRequest): string | null {
  if (request.target.length >= 1024) return 'path'
  for (const [name, value] of request.headers) {
    if (/^(host|origin|connection|sec-websocket-.*)$/.test(name) && value.length >= 1024) return name
  }
  return null
}

/** What a proxy in front of it must never do. */
export function rudeness({ block, headers }: KasmRequest): string[] {
  const forwarded = block.match(/\r\nx-forwarded-for:[^\r\n]*/gi) ?? []
  const isOne = forwarded.length === 1 && isIP(/^\r\nX-Forwarded-For: (\S+)$/.exec(forwarded[0] ?? '')?.[1] ?? '') !== 0
  const isUpgrade = headers.get('upgrade')?.toLowerCase() === 'websocket'
  return [
    ...(headers.has('authorization') ? [] : ['a request without credentials']),
    ...(isOne ? [] : ['not exactly one address in one X-Forwarded-For']),
    ...(isUpgrade && !headers.has('origin') ? ['an upgrade without Origin'] : []),
    ...(isUpgrade && !headers.has('sec-websocket-protocol') ? ['an upgrade without Sec-WebSocket-Protocol'] : []),
    ...['cookie', 'referer'].filter((name) => headers.has(name)).map((name) => `a ${name} of a browser`),
  ]
}
