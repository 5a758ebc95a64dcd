// The server's side of RFB 3.8, just enough that a viewer gets a picture: a small screen of two colours.

const width = 64
const height = 48
const desktopName = 'strict stand-in'

/** Message types from the client and their length; some depend on a count inside. */
const messageLengths: Record<number, (bytes: Buffer) => number | null> = {
  0: () => 20,
  2: (bytes) => (bytes.length < 4 ? null : 4 + 4 * bytes.readUInt16BE(2)),
  3: () => 10,
  4: () => 8,
  5: () => 6,
  6: (bytes) => (bytes.length < 8 ? null : 8 + Math.abs(bytes.readInt32BE(4))),
  150: () => 10,
  185: () => 1,
  248: (bytes) => (bytes.length < 9 ? null : 9 + bytes.readUInt8(8)),
  251: (bytes) => (bytes.length < 8 ? null : 8 + 16 * bytes.readUInt8(6)),
  255: () => 12,
}

type Phase = 'version' | 'security' | 'response' | 'init' | 'messages'

export class RfbViolation extends Error {}

export class RfbServer {
  private phase: Phase = 'version'
  private pending = Buffer.alloc(0)
  /** Types of the messages received after the handshake, in order. */
  readonly messageTypes: number[] = []

  constructor(private readonly send: (bytes: Buffer) => void) {}

  greet(): void {
    this.send(Buffer.from('RFB 003.008\n', 'latin1'))
  }

  receive(bytes: Buffer): void {
    this.pending = Buffer.concat([this.pending, bytes])
    while (this.step()) {
      // One message at a time, until the rest is incomplete.
    }
  }

  private step(): boolean {
    switch (this.phase) {
      case 'version':
        return this.after(12, 'security', (version) => {
          if (version.toString('latin1') !== 'RFB 003.008\n') throw new RfbViolation('an unknown protocol version')
          // One type: the VNC password, whose check lets everything pass.
          this.send(Buffer.from([1, 2]))
        })
      case 'security':
        return this.after(1, 'response', (choice) => {
          if (choice.readUInt8(0) !== 2) throw new RfbViolation('a security type that was not offered')
          this.send(Buffer.alloc(16, 7))
        })
      case 'response':
        return this.after(16, 'init', () => this.send(Buffer.alloc(4)))
      case 'init':
        return this.after(1, 'messages', () => this.send(serverInit()))
      case 'messages':
        return this.message()
    }
  }

  private after(count: number, next: Phase, act: (bytes: Buffer) => void): boolean {
    if (this.pending.length < count) return false
    const bytes = this.pending.subarray(0, count)
    this.pending = this.pending.subarray(count)
    this.phase = next
    act(bytes)
    return true
  }

  private message(): boolean {
    if (this.pending.length === 0) return false
    const type = this.pending.readUInt8(0)
    const lengthOf = messageLengths[type]
    if (lengthOf === undefined) throw new RfbViolation(`an unknown message type ${type}`)
    const length = lengthOf(this.pending)
    if (length === null || this.pending.length < length) return false
    const bytes = this.pending.subarray(0, length)
    this.pending = this.pending.subarray(length)
    this.messageTypes.push(type)
    // Nothing ever changes on this screen, so an incremental request is never answered.
    if (type === 3 && bytes.readUInt8(1) === 0) this.send(framebufferUpdate())
    return true
  }
}

function serverInit(): Buffer {
  const name = Buffer.from(desktopName)
  const init = Buffer.alloc(24)
  init.writeUInt16BE(width, 0)
  init.writeUInt16BE(height, 2)
  // 32 bits per pixel, depth 24, little-endian true colour.
  init.set([32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0], 4)
  init.writeUInt32BE(name.length, 20)
  return Buffer.concat([init, name])
}

function framebufferUpdate(): Buffer {
  const head = Buffer.alloc(16)
  head.writeUInt16BE(1, 2)
  head.writeUInt16BE(width, 8)
  head.writeUInt16BE(height, 10)
  const pixels = Buffer.alloc(width * height * 4)
  for (let index = 0; index < width * height; index += 1) {
    pixels.writeUInt32LE((index >> 3) % 2 === 0 ? 0x00_33_66_99 : 0x00_cc_dd_ee, index * 4)
  }
  return Buffer.concat([head, pixels])
}
