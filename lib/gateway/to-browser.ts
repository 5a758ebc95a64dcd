// How bytes of an answer are given to the browser: at once, so that what they lie in can be used again, and not waited for beyond reason.
import type { ServerResponse } from 'node:http'
import type { BodyReader } from './answer-body'

/** Of a download: nothing moved for this long, because the desktop froze or the browser stopped reading. */
export const stalledMs = 60_000
const smallBytes = 8 * 1024

/** An answer that is small and already whole: one text with its headers in one call of the kernel. Nothing of it waits here. */
export function sendWhole(res: ServerResponse, reading: BodyReader, bytes: Buffer): boolean {
  if (bytes.length === 0 || bytes.length > smallBytes || !reading.isWholeIn(bytes)) return false
  res.socket?.cork()
  res.write(bytes.toString('latin1'), 'latin1')
  res.socket?.uncork()
  res.end()
  return true
}

/** Node would hold it until the end of the turn; sent at once, its buffer can be read into again. False: `drain` will tell when there is room. */
export function isTakenAtOnce(res: ServerResponse, part: Buffer): boolean {
  const { socket } = res
  socket?.cork()
  const isRoomLeft = res.write(part)
  socket?.uncork()
  return isRoomLeft || res.writableLength === 0
}

/** The last bytes may wait for a browser that reads slowly, but not for one that does not read at all. */
export function giveUpUnlessTaken(res: ServerResponse): void {
  const timer = setTimeout(() => res.destroy(), stalledMs)
  res.once('close', () => clearTimeout(timer))
}
