// Reading a stream into one buffer over and over, instead of a new one for each piece: that is most of what a proxy in Node costs.
import type { OnReadOpts } from 'node:net'

export type StreamReader = {
  /** Returns whether the chunk is still needed afterwards; if not, the next one takes its place. */
  take(chunk: Buffer): boolean
}

// A desktop that nobody watches says little, and a thousand of them should not hold whole buffers.
const firstBytes = 2_048

/** As a socket's `onread`. `mostBytes`: what is read at once from a stream that has much to say. */
export function reusedBuffer(reader: StreamReader, mostBytes: number): OnReadOpts {
  let size = firstBytes
  let buffer = Buffer.allocUnsafeSlow(size)
  return {
    buffer: () => buffer,
    callback(count) {
      const isFull = count === size
      const isKept = reader.take(buffer.subarray(0, count))
      if (isFull) size = mostBytes
      if (isKept || buffer.length !== size) buffer = Buffer.allocUnsafeSlow(size)
      return true
    },
  }
}
