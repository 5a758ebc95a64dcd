// WebSocket frames as KasmVNC reads and writes them: no fragments, no compression, 65,535 bytes at most.

export type ClientFrame = { opcode: number; payload: Buffer }

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

export class FrameViolation extends Error {}

/** Takes the first frame off the bytes; null while it is not complete. Throws what makes KasmVNC close. */
export function readClientFrame(bytes: Buffer): { frame: ClientFrame; rest: Buffer } | null {
  if (bytes.length < 2) return null
  const [first, second] = [bytes.readUInt8(0), bytes.readUInt8(1)]
  const opcode = first & 0x0f
  if ((first & 0x80) === 0 || opcode === opcodes.continuation) throw new FrameViolation('a fragmented message')
  if ((first & 0x70) !== 0) throw new FrameViolation('a frame with an extension bit')
  if ((second & 0x80) === 0) throw new FrameViolation('an unmasked frame')
  const short = second & 0x7f
  if (short === 127) throw new FrameViolation('a frame of more than 65,535 bytes')
  const maskAt = short === 126 ? 4 : 2
  if (bytes.length < maskAt + 4) return null
  const length = short === 126 ? bytes.readUInt16BE(2) : short
  const end = maskAt + 4 + length
  if (bytes.length < end) return null
  const mask = bytes.subarray(maskAt, maskAt + 4)
  const payload = Buffer.from(bytes.subarray(maskAt + 4, end))
  for (let index = 0; index < payload.length; index += 1) payload[index] = payload.readUInt8(index) ^ mask.readUInt8(index % 4)
  return { frame: { opcode, payload }, rest: bytes.subarray(end) }
}

/** KasmVNC's own frames never carry more than this. */
const maxServerPayload = 49_132

/** Binary and final, as many as it takes. */
export function serverFrames(payload: Buffer): Buffer {
  const frames: Buffer[] = []
  for (let at = 0; at < payload.length; at += maxServerPayload) {
    const part = payload.subarray(at, at + maxServerPayload)
    const header =
      part.length < 126 ? Buffer.from([0x82, part.length]) : Buffer.from([0x82, 126, part.length >> 8, part.length & 0xff])
    frames.push(header, part)
  }
  return Buffer.concat(frames)
}
