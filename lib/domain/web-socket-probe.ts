// The one exchange by which the portal finds out whether WebSockets reach its gateway: a text goes there and comes back (RFC 6455).

export const probePath = '/.berth/health'
/** What the handshake's answer is made from: SHA-1 of the key and this. */
export const handshakeSuffix = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const longest = 125

/** One short text frame; a client masks it, a server does not. */
export function textFrame(text: string, mask: Uint8Array | null): Uint8Array {
  const payload = new TextEncoder().encode(text)
  if (payload.length > longest) throw new RangeError('a probe says little')
  const head = [0x81, payload.length | (mask ? 0x80 : 0), ...(mask ?? [])]
  return Uint8Array.from([...head, ...payload.map((byte, index) => (mask ? byte ^ (mask[index % 4] ?? 0) : byte))])
}

/** `more`: the frame is not whole yet. Null: this is no such frame. */
export function readTextFrame(bytes: Uint8Array): string | 'more' | null {
  const [first, second] = bytes
  if (first === undefined || second === undefined) return first === undefined || first === 0x81 ? 'more' : null
  const length = second & 0x7f
  if (first !== 0x81 || length > longest) return null
  const from = (second & 0x80 ? 4 : 0) + 2
  if (bytes.length < from + length) return 'more'
  const mask = second & 0x80 ? bytes.subarray(2, 6) : null
  const payload = bytes.subarray(from, from + length).map((byte, index) => byte ^ (mask?.[index % 4] ?? 0))
  return new TextDecoder().decode(payload)
}
