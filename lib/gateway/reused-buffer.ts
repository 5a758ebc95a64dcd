// Reading a stream into one buffer over and over, instead of a new one for each piece: that is most of what a proxy in Node costs.
import type { OnReadOpts } from 'node:net'

export type StreamReader = {
  /** Returns whether the chunk is still needed afterwards; if not, the next one takes its place. */
  take(chunk: Buffer): boolean
}

// A desktop that nobody watches says little, and a thousand of them should not hold whole buffers.
const firstBytes = 2_048

/** Most connections carry one small answer: what they read it into is the next one's. */
const spare: Buffer[] = []
const mostSpare = 256

export type ReusedBuffer = {
  /** As a socket's option of that name. */
  onread: OnReadOpts
  /** The socket has closed and reads nothing any more. */
  release(): void
}

/** `mostBytes`: what is read at once from a stream that has much to say. */
export function reusedBuffer(reader: StreamReader, mostBytes: number): ReusedBuffer {
  let size = firstBytes
  let buffer = spare.pop() ?? Buffer.allocUnsafeSlow(size)
  return {
    onread: {
      buffer: () => buffer,
      callback(count) {
        const isFull = count === size
        const isKept = reader.take(buffer.subarray(0, count))
        if (isFull) size = mostBytes
        if (isKept || buffer.length !== size) buffer = Buffer.allocUnsafeSlow(size)
        return true
      },
    },
    release() {
      if (buffer.length === firstBytes && spare.length < mostSpare) spare.push(buffer)
    },
  }
}
