// A connection to one start of one container. Who gets its bytes, and learns of its end, changes with each request that it carries.
import type { Socket } from 'node:net'
import { type ReusedBuffer, reusedBuffer } from './reused-buffer'

export type ConnectionUser = {
  /** It is certain who answers: from now on it may be written to. */
  onSecured(): void
  /** Returns whether the chunk is still needed afterwards. */
  take(chunk: Buffer): boolean
  /** Once, also where it was destroyed on this side. */
  onClose(error: UpstreamFailure): void
}

export type UpstreamFailureReason =
  | 'timeout'
  | 'unreachable'
  | 'wrong_certificate'
  | 'credentials_refused'
  | 'bad_answer'
  | 'gone'

export class UpstreamFailure extends Error {
  readonly reason: UpstreamFailureReason
  constructor(reason: UpstreamFailureReason, cause?: unknown) {
    super(`upstream: ${reason}`, { cause })
    this.name = 'UpstreamFailure'
    this.reason = reason
  }
}

const nobody: ConnectionUser = { onSecured() {}, take: () => false, onClose() {} }

export class Connection {
  readonly socket: Socket
  private isSecured = false
  private failure: UpstreamFailureReason = 'unreachable'
  private cause: unknown
  private readonly buffer: ReusedBuffer

  /** `open` makes the socket with what it must read into. `mostBytes`: how much it hands out at once. */
  constructor(
    public user: ConnectionUser,
    mostBytes: number,
    open: (onread: ReusedBuffer['onread']) => Socket,
  ) {
    this.buffer = reusedBuffer({ take: (chunk) => this.user.take(chunk) }, mostBytes)
    this.socket = open(this.buffer.onread)
    // For good: an error without a listener would end the process.
    this.socket.on('error', (error) => {
      this.cause ??= error
    })
    this.socket.on('close', () => {
      this.buffer.release()
      // Making an error costs more than all the rest of this, and a connection that did its work ends without one.
      if (this.user !== nobody) this.user.onClose(new UpstreamFailure(this.isSecured ? 'bad_answer' : this.failure, this.cause))
    })
  }

  secured(): void {
    this.isSecured = true
    this.user.onSecured()
  }

  /** Before it is secured: ends it, for this reason. */
  fail(reason: UpstreamFailureReason): void {
    this.failure = reason
    this.socket.destroy()
  }

  /** Whatever it still says means nothing to anybody. */
  drop(): void {
    this.user = nobody
    this.socket.destroy()
  }
}
