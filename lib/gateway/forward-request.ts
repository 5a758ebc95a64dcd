// One GET to the desktop and its answer back, streamed. KasmVNC closes after every answer, so each request dials anew.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { type BodyReader, readBody } from './answer-body'
import { type AnswerHead, readHead } from './answer-head'
import { Refusal } from './refusal'
import { type Downstream, downstreamHeaders, safeLocation } from './response-headers'
import type { StreamReader } from './reused-buffer'
import { type DialUpstream, type Target, UpstreamFailure } from './upstream-connection'
import { requestText } from './upstream-headers'

/** Of a download: nothing moved for this long, because the desktop froze or the browser stopped reading. */
const stalledMs = 60_000
const smallBytes = 8 * 1024

export type ForwardedRequest = {
  req: IncomingMessage
  res: ServerResponse
  target: Target
  path: string
  clientAddress: string
  downstream: Downstream
  firstAnswerMs: number
  dial: DialUpstream
}

export async function forwardRequest({ target, dial, ...asked }: ForwardedRequest): Promise<void> {
  const { res, path, clientAddress } = asked
  const reader: StreamReader = { take: () => false }
  const { socket, secured } = dial(target, reader)
  // The browser has gone: no desktop works for nobody.
  const leave = () => void socket.destroy()
  res.once('close', leave)
  if (res.destroyed) leave()
  try {
    await secured
    const answered = passAnswer(socket, { ...asked, reader })
    socket.write(requestText({ path, target, clientAddress }), 'latin1')
    await answered
  } finally {
    res.off('close', leave)
    socket.destroy()
  }
}

type Asked = Pick<ForwardedRequest, 'req' | 'res' | 'downstream' | 'firstAnswerMs'> & { reader: StreamReader }

/** Settles when the browser has the answer's last byte. Rejects when none begins in time, when what comes is not HTTP, and when it breaks off. */
function passAnswer(socket: Socket, { req, res, downstream, firstAnswerMs, reader }: Asked): Promise<void> {
  return new Promise((resolve, reject) => {
    const head = readHead()
    let body: BodyReader | null = null
    const timer = setTimeout(() => fail(new UpstreamFailure('timeout')), firstAnswerMs)
    reader.take = (chunk) => {
      const isHead = body === null
      try {
        if (body) pass(body, chunk)
        else begin(head.take(chunk))
      } catch (error) {
        fail(error)
      }
      // What comes with the head is copied with it; later parts may wait for the browser.
      return !isHead
    }
    socket.resume()
    socket.once('close', () => {
      if (body?.endsHere()) end()
      else fail(new UpstreamFailure('bad_answer'))
    })

    function begin(answer: AnswerHead | null): void {
      if (!answer) return
      clearTimeout(timer)
      const headers = headersOf(answer, downstream)
      const reading = readBody(answer)
      const rest = head.rest()
      res.writeHead(answer.status, headers)
      body = reading
      if (req.method === 'HEAD') return void end()
      if (sendWhole(res, reading, rest)) return void finish()
      socket.setTimeout(stalledMs, () => socket.destroy())
      pass(reading, rest)
    }

    function pass(reading: BodyReader, bytes: Buffer): void {
      reading.take(bytes, (part) => {
        if (!res.write(part)) holdUntilDrained(socket, res)
      })
      if (reading.isOver()) end()
    }

    function end(): void {
      if (res.writableEnded) return
      res.end()
      socket.destroy()
      resolve(taken(res))
    }

    function finish(): void {
      socket.destroy()
      resolve()
    }

    function fail(error: unknown): void {
      clearTimeout(timer)
      reject(error)
    }
  })
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

function holdUntilDrained(socket: Socket, res: ServerResponse): void {
  socket.pause()
  res.once('drain', () => socket.resume())
}

/** The last bytes may wait for a browser that reads slowly, but not for one that does not read at all. */
function taken(res: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const giveUp = setTimeout(() => res.destroy(), stalledMs)
    const done = () => {
      clearTimeout(giveUp)
      resolve()
    }
    res.once('close', done)
    res.once('finish', done)
  })
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
