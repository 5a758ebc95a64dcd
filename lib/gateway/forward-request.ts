// One GET to the desktop and its answer back, streamed. KasmVNC closes after every answer, so each request dials anew.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { type BodyReader, readBody } from './answer-body'
import { type AnswerHead, readHead } from './answer-head'
import { Refusal } from './refusal'
import { type Downstream, downstreamHeaders, safeLocation } from './response-headers'
import { type DialUpstream, type Target, UpstreamFailure } from './upstream-connection'
import { requestText } from './upstream-headers'

/** Of a download: nothing moved for this long, because the desktop froze or the browser stopped reading. */
const stalledMs = 60_000
/** A whole answer of this size goes out as one text with its headers, which costs one call of the kernel instead of two buffers. */
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
  const { socket, secured } = dial(target)
  // The browser has gone: no desktop works for nobody.
  const leave = () => void socket.destroy()
  res.once('close', leave)
  if (res.destroyed) leave()
  try {
    await secured
    const answered = passAnswer(socket, asked)
    socket.write(requestText({ path, target, clientAddress }), 'latin1')
    await answered
  } finally {
    res.off('close', leave)
    socket.destroy()
  }
}

type Asked = Pick<ForwardedRequest, 'req' | 'res' | 'downstream' | 'firstAnswerMs'>

/** Settles when the browser has the answer's last byte. Rejects when none begins in time, when what comes is not HTTP, and when it breaks off. */
function passAnswer(socket: Socket, { req, res, downstream, firstAnswerMs }: Asked): Promise<void> {
  return new Promise((resolve, reject) => {
    const head = readHead()
    let body: BodyReader | null = null
    const timer = setTimeout(() => fail(new UpstreamFailure('timeout')), firstAnswerMs)
    socket.on('data', (chunk: Buffer) => {
      try {
        if (body) pass(body, chunk)
        else begin(head.take(chunk))
      } catch (error) {
        fail(error)
      }
    })
    socket.once('close', () => {
      if (body?.endsHere()) end()
      else fail(new UpstreamFailure('bad_answer'))
    })

    function begin(answer: AnswerHead | null): void {
      if (!answer) return
      clearTimeout(timer)
      socket.setTimeout(stalledMs, () => socket.destroy())
      const headers = headersOf(answer, downstream)
      const reader = readBody(answer)
      res.writeHead(answer.status, headers)
      body = reader
      if (req.method === 'HEAD') end()
      else pass(reader, head.rest())
    }

    function pass(reader: BodyReader, bytes: Buffer): void {
      reader.take(bytes, (part) => {
        if (reader.isOver() && part.length <= smallBytes) res.write(part.toString('latin1'), 'latin1')
        else if (!res.write(part)) holdUntilDrained(socket, res)
      })
      if (reader.isOver()) end()
    }

    function end(): void {
      if (res.writableEnded) return
      res.end()
      socket.destroy()
      resolve(taken(res))
    }

    function fail(error: unknown): void {
      clearTimeout(timer)
      reject(error)
    }
  })
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
