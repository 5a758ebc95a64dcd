// One question to a desktop and its answer on to the browser: streamed, framed anew, no faster than the browser takes it.
// An object with methods, and one promise for all of it, because closures and awaits of its own for each request cost more than what they did.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { type BodyReader, readBody } from './answer-body'
import { type AnswerHead, HeadReader } from './answer-head'
import { type Connection, type ConnectionUser, UpstreamFailure } from './connection'
import { closeOnceHungUp } from './hung-up'
import type { KeptConnections } from './kept-connections'
import { Refusal } from './refusal'
import { type Downstream, downstreamHeaders, safeLocation } from './response-headers'
import { giveUpUnlessTaken, isTakenAtOnce, sendWhole, stalledMs } from './to-browser'
import type { AtClose } from './unanswered'
import type { DialUpstream, Target } from './upstream-connection'
import { requestText } from './upstream-headers'

export type Asked = {
  req: IncomingMessage
  res: ServerResponse
  atClose: AtClose
  target: Target
  path: string
  clientAddress: string
  downstream: Downstream
  firstAnswerMs: number
  dial: DialUpstream
  kept: KeptConnections
}

export class Exchange implements ConnectionUser {
  private connection: Connection | null = null
  private isReused = false
  private readonly head = new HeadReader()
  private body: BodyReader | null = null
  private isSilent = true
  private isLeftOpen = false
  private isHeld = false
  private timer: NodeJS.Timeout | undefined

  constructor(
    private readonly asked: Asked,
    private readonly resolve: () => void,
    private readonly reject: (error: unknown) => void,
  ) {}

  begin(): void {
    const { kept, target } = this.asked
    const known = kept.take(target.start)
    if (known) {
      this.isReused = true
      known.user = this
      this.use(known)
      this.onSecured()
    } else this.beginAnew()
  }

  /** The browser has gone: no desktop works for nobody. */
  leave(): void {
    this.connection?.socket.destroy()
  }

  take(chunk: Buffer): boolean {
    this.isSilent = false
    try {
      if (this.body) this.pass(this.body, chunk)
      else this.takeHead(chunk)
    } catch (error) {
      this.fail(error)
    }
    return this.asked.res.writableLength > 0
  }

  onClose(error: UpstreamFailure): void {
    const { res } = this.asked
    if (this.body?.endsHere()) this.end(this.body)
    else if (this.isSilent && this.isReused && !res.destroyed) {
      // It hung up just as it was asked. A GET may be asked again, over a connection that nobody used before.
      clearTimeout(this.timer)
      this.isReused = false
      this.beginAnew()
    } else this.fail(error)
  }

  private beginAnew(): void {
    const { dial, target } = this.asked
    this.use(dial(target, this))
  }

  private use(connection: Connection): void {
    const { atClose, res } = this.asked
    this.connection = connection
    atClose.exchange = this
    if (res.destroyed) this.leave()
  }

  onSecured(): void {
    try {
      const text = requestText(this.asked)
      this.timer = setTimeout(giveUp, this.asked.firstAnswerMs, this)
      this.connection?.socket.write(text, 'latin1')
    } catch (error) {
      this.fail(error)
    }
  }

  private takeHead(chunk: Buffer): void {
    const answer = this.head.take(chunk)
    if (!answer) return
    clearTimeout(this.timer)
    const { req, res, downstream } = this.asked
    const headers = headersOf(answer, downstream)
    const body = readBody(answer)
    const rest = this.head.rest()
    res.writeHead(answer.status, headers)
    this.body = body
    this.isLeftOpen = answer.isKept && req.method === 'GET'
    if (req.method === 'HEAD') this.end(body)
    else if (sendWhole(res, body, rest)) this.settle(this.isLeftOpen)
    else {
      this.connection?.socket.setTimeout(stalledMs, destroyStalled)
      this.pass(body, rest)
    }
  }

  private pass(body: BodyReader, bytes: Buffer): void {
    const { res } = this.asked
    body.take(bytes, (part) => {
      if (!isTakenAtOnce(res, part) && !this.isHeld) this.hold()
    })
    if (body.isOver()) this.end(body)
  }

  private hold(): void {
    const socket = this.connection?.socket
    if (!socket) return
    this.isHeld = true
    socket.pause()
    // A desktop closes after its answer, of which a slow browser has not taken all yet.
    const stopLooking = closeOnceHungUp(socket, { mayEnd: true })
    this.asked.res.once('drain', () => {
      this.isHeld = false
      stopLooking()
      socket.resume()
    })
  }

  private end(body: BodyReader): void {
    const { res } = this.asked
    if (res.writableEnded) return
    res.end()
    if (!res.writableFinished) giveUpUnlessTaken(res)
    this.settle(this.isLeftOpen && body.isOver() && !body.saidMore() && !this.isHeld)
  }

  private settle(isKept: boolean): void {
    this.release(isKept)
    this.resolve()
  }

  fail(error: unknown): void {
    this.release(false)
    this.reject(error)
  }

  /** From here on neither what the desktop says nor the browser going, which may be in this very turn, means anything to this exchange. */
  private release(isKept: boolean): void {
    const { atClose, kept, target } = this.asked
    const { connection } = this
    clearTimeout(this.timer)
    atClose.exchange = null
    this.connection = null
    if (!connection) return
    if (isKept) {
      connection.socket.setTimeout(0, destroyStalled)
      kept.keep(target.start, connection)
    } else connection.drop()
  }
}

function giveUp(exchange: Exchange): void {
  exchange.fail(new UpstreamFailure('timeout'))
}

function destroyStalled(this: Socket): void {
  this.destroy()
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
