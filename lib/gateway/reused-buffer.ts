// Reading a stream into one buffer over and over, instead of a new one for each piece: that is most of what a proxy in Node costs.
import type { OnReadOpts } from 'node:net'

export type StreamReader = {
  /** Returns whether the chunk is still needed afterwards; if not, the next one takes its place. */
  take(chunk: Buffer): boolean
}

// Most answers and most of what a quiet desktop says fit in here. It belongs to all: what is in it is copied before anything else is read, which costs
// less than a buffer for each of a thousand quiet desktops, or for each request.
const firstBytes = 2_048
const first = Buffer.allocUnsafeSlow(firstBytes)

/** As a socket's `onread`. `mostBytes`: what is read at once from a stream that has much to say. */
export function reusedBuffer(reader: StreamReader, mostBytes: number): OnReadOpts {
  let buffer = first
  return {
    buffer: () => buffer,
    callback(count) {
      const chunk = buffer.subarray(0, count)
      const isFull = count === buffer.length
      if (buffer === first) {
        reader.take(Buffer.from(chunk))
        if (isFull) buffer = Buffer.allocUnsafeSlow(mostBytes)
      } else if (reader.take(chunk)) buffer = Buffer.allocUnsafeSlow(mostBytes)
      return true
    },
  }
}
