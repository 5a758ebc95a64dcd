// One question over a connection to a desktop, and its answer on to the browser: streamed, framed anew, no faster than the browser takes it.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { type BodyReader, readBody } from './answer-body'
import { type AnswerHead, readHead } from './answer-head'
import type { Connection } from './kept-connections'
import { Refusal } from './refusal'
import { type Downstream, downstreamHeaders, safeLocation } from './response-headers'
import type { AtClose } from './unanswered'
import { UpstreamFailure } from './upstream-connection'

/** Of a download: nothing moved for this long, because the desktop froze or the browser stopped reading. */
const stalledMs = 60_000
const smallBytes = 8 * 1024

export type Asked = {
  req: IncomingMessage
  res: ServerResponse
  atClose: AtClose
  downstream: Downstream
  firstAnswerMs: number
}

/** `kept`: the connection may carry another question. `silent`: it closed before a byte of an answer. */
export type Outcome = 'kept' | 'over' | 'silent'

/** Settles when the desktop has said its answer. Rejects when none begins in time, when what comes is not HTTP, and when it breaks off. */
export function passAnswer(
  connection: Connection,
  text: string,
  { req, res, atClose, downstream, firstAnswerMs }: Asked,
): Promise<Outcome> {
  const { socket, reader } = connection
  return new Promise((resolve, reject) => {
    const head = readHead()
    let isSilent = true
    let body: BodyReader | null = null
    let isLeftOpen = false
    let isHeld = false
    const timer = setTimeout(() => fail(new UpstreamFailure('timeout')), firstAnswerMs)
    reader.take = (chunk) => {
      isSilent = false
      try {
        if (body) return isStillNeeded(body, chunk)
        begin(head.take(chunk))
      } catch (error) {
        fail(error)
      }
      // What comes with the head is copied with it.
      return false
    }
    connection.onClose = () => {
      if (body?.endsHere()) end(body)
      else if (isSilent) settle('silent')
      else fail(new UpstreamFailure('bad_answer'))
    }
    socket.resume()
    socket.write(text, 'latin1')

    function begin(answer: AnswerHead | null): void {
      if (!answer) return
      clearTimeout(timer)
      const headers = headersOf(answer, downstream)
      const reading = readBody(answer)
      const rest = head.rest()
      res.writeHead(answer.status, headers)
      body = reading
      isLeftOpen = answer.isKept && req.method === 'GET'
      if (req.method === 'HEAD') return void end(reading)
      if (sendWhole(res, reading, rest)) return void settle(isLeftOpen ? 'kept' : 'over')
      socket.setTimeout(stalledMs, destroyStalled)
      pass(reading, rest)
    }

    function isStillNeeded(reading: BodyReader, bytes: Buffer): boolean {
      pass(reading, bytes)
      return res.writableLength > 0
    }

    function pass(reading: BodyReader, bytes: Buffer): void {
      reading.take(bytes, (part) => {
        if (isTakenAtOnce(res, part) || isHeld) return
        isHeld = true
        socket.pause()
        res.once('drain', () => {
          isHeld = false
          socket.resume()
        })
      })
      if (reading.isOver()) end(reading)
    }

    function end(reading: BodyReader): void {
      if (res.writableEnded) return
      res.end()
      if (!res.writableFinished) giveUpUnlessTaken(res)
      settle(isLeftOpen && reading.isOver() && !reading.saidMore() && !isHeld ? 'kept' : 'over')
    }

    function settle(outcome: Outcome): void {
      clearTimeout(timer)
      // The browser closing after the answer, which may be in this very turn, ends nothing any more.
      atClose.leave = null
      if (outcome === 'kept') socket.setTimeout(0, destroyStalled)
      else socket.destroy()
      resolve(outcome)
    }

    function fail(error: unknown): void {
      clearTimeout(timer)
      reject(error)
    }
  })
}

function destroyStalled(this: Socket): void {
  this.destroy()
}

/** An answer that is small and already whole: one text with its headers in one call of the kernel. Nothing of it waits here. */
function sendWhole(res: ServerResponse, reading: BodyReader, bytes: Buffer): boolean {
  if (bytes.length === 0 || bytes.length > smallBytes || !reading.isWholeIn(bytes)) return false
  res.socket?.cork()
  res.write(bytes.toString('latin1'), 'latin1')
  res.socket?.uncork()
  res.end()
  return true
}

/** Node would hold it until the end of the turn; sent at once, its buffer can be read into again. False: `drain` will tell when there is room. */
function isTakenAtOnce(res: ServerResponse, part: Buffer): boolean {
  const { socket } = res
  socket?.cork()
  const isRoomLeft = res.write(part)
  socket?.uncork()
  return isRoomLeft || res.writableLength === 0
}

/** The last bytes may wait for a browser that reads slowly, but not for one that does not read at all. */
function giveUpUnlessTaken(res: ServerResponse): void {
  const timer = setTimeout(() => res.destroy(), stalledMs)
  res.once('close', () => clearTimeout(timer))
}

function headersOf({ status, headers }: AnswerHead, downstream: Downstream): string[] {
  if (status < 200 || status > 599) throw new UpstreamFailure('bad_answer')
  if (status === 401) throw new UpstreamFailure('credentials_refused')
  const down = downstreamHeaders(headers, downstream)
  if (status >= 300 && status < 400 && status !== 304) {
    const location = safeLocation(headers.get('location'))
    if (location === null) throw new Refusal('no_such_page')
    down.push('location', location)
  }
  return down
}
