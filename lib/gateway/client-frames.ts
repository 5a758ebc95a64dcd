// Follows the WebSocket frames that a viewer sends, without touching or copying them: only headers and the first payload byte are looked at.
// It must survive any split into chunks, because TCP knows no frames.
import { followHandshake } from './rfb-handshake'

// First bytes of the messages that a person causes: key, pointer, QEMU key, and KasmVNC's direct mouse and binary clipboard.
// Everything else (frame acknowledgements, statistics, keep-alives) is the machine's own chatter.
const human = new Set([4, 5, 255, 188, 180])
const pictureRequests = new Set([3, 150])
// Cut text is a person's only in its plain form. With a negative length it is the extended clipboard, which noVNC speaks by itself:
// when it connects, and whenever the desktop asks.
const cutText = 6
const cutTextLengthAt = 4

export type FrameEvents = { onHumanInput(): void; onPictureRequest(): void }

export function followClientFrames(events: FrameEvents): (chunk: Buffer) => void {
  const header = Buffer.alloc(14)
  const mask = Buffer.alloc(4)
  const handshake = followHandshake()
  let have = 0
  let payloadLeft = 0
  let payloadSeen = 0
  /** A data frame whose message was not classified yet, and how much of that message was seen. */
  let isUnread = false
  let messageSeen = 0
  let type = 0
  let isLost = false

  return (chunk) => {
    for (let index = 0; index < chunk.length && !isLost; ) {
      index += payloadLeft > 0 ? takePayload(chunk, index) : takeHeader(chunk, index)
    }
  }

  function takePayload(chunk: Buffer, from: number): number {
    const taken = Math.min(payloadLeft, chunk.length - from)
    if (isUnread) inspect(chunk, from, taken)
    payloadLeft -= taken
    payloadSeen += taken
    return taken
  }

  function takeHeader(chunk: Buffer, from: number): number {
    header[have++] = byteAt(chunk, from)
    if (have >= 2 && have === headerLength(header)) startFrame()
    return 1
  }

  function startFrame(): void {
    have = 0
    payloadSeen = 0
    messageSeen = 0
    payloadLeft = payloadLength(header)
    // No viewer sends petabytes; whoever claims to is passed on unread.
    if (payloadLeft > Number.MAX_SAFE_INTEGER) isLost = true
    const opcode = byteAt(header, 0) & 0x0f
    isUnread = opcode === 1 || opcode === 2
    const end = headerLength(header)
    if (isMasked(header)) header.copy(mask, 0, end - 4, end)
    else mask.fill(0)
  }

  function inspect(chunk: Buffer, from: number, length: number): void {
    for (let at = 0; at < length && isUnread; at++) {
      const byte = byteAt(chunk, from + at) ^ byteAt(mask, (payloadSeen + at) & 3)
      if (handshake.isOver()) classify(byte)
      else handshake.take(byte)
    }
  }

  /** One message, one frame: that is how noVNC and KasmVNC's client send them. */
  function classify(byte: number): void {
    if (messageSeen === 0) type = byte
    isUnread = type === cutText && messageSeen < cutTextLengthAt
    const isPerson = type === cutText ? messageSeen === cutTextLengthAt && byte < 0x80 : human.has(type)
    messageSeen++
    if (isPerson) events.onHumanInput()
    else if (pictureRequests.has(type)) events.onPictureRequest()
  }
}

function byteAt(buffer: Buffer, index: number): number {
  return buffer[index] ?? 0
}

function isMasked(header: Buffer): boolean {
  return (byteAt(header, 1) & 0x80) !== 0
}

function extendedBytes(header: Buffer): number {
  const length = byteAt(header, 1) & 0x7f
  return length === 127 ? 8 : length === 126 ? 2 : 0
}

function headerLength(header: Buffer): number {
  return 2 + extendedBytes(header) + (isMasked(header) ? 4 : 0)
}

function payloadLength(header: Buffer): number {
  const extended = extendedBytes(header)
  if (extended === 0) return byteAt(header, 1) & 0x7f
  return extended === 2 ? header.readUInt16BE(2) : Number(header.readBigUInt64BE(2))
}
