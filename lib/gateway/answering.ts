// Turns whatever went wrong at the door into the page for it; the log alone learns why.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Clock } from '@/lib/domain/clock'
import { currentRequestId, type Log } from '@/lib/log'
import { UpstreamFailure } from './connection'
import { rarely } from './rarely'
import { Refusal, type RefusalCode } from './refusal'
import { refusalPages } from './refusal-page'
import { sayLast } from './say-last'

/** What is known about the request by the time it fails. */
export type Failing = { sessionId?: string; agentUnreachable?: boolean }

export type Answering = {
  answerRequest(req: IncomingMessage, res: ServerResponse, error: unknown, failing: Failing): void
  answerUpgrade(socket: Duplex, error: unknown, failing: Failing): void
}

export function answering(options: { portalOrigin: string; log: Log; clock: Clock }): Answering {
  const { log, clock } = options
  const pageOf = refusalPages(options.portalOrigin)
  const mayLog = rarely(10_000, clock)

  function codeOf(error: unknown, failing: Failing): RefusalCode {
    if (error instanceof Refusal) return ofRefusal(error)
    if (error instanceof UpstreamFailure) return ofUpstream(error, failing)
    if (mayLog('unexpected')) log.error({ err: error, session: failing.sessionId }, 'The gateway failed unexpectedly')
    return 'unexpected'
  }

  function ofRefusal({ code, cause, message }: Refusal): RefusalCode {
    if (cause && mayLog(code)) log.warn({ err: cause }, `The gateway refused: ${message}`)
    return code
  }

  function ofUpstream({ reason, cause }: UpstreamFailure, { sessionId, agentUnreachable }: Failing): RefusalCode {
    if (mayLog(`${sessionId} ${reason}`)) log.warn({ err: cause, session: sessionId, reason }, 'A desktop could not be reached')
    if (reason === 'wrong_certificate') return 'wrong_certificate'
    return agentUnreachable ? 'agent_unreachable' : 'no_answer'
  }

  return {
    answerRequest(req, res, error, failing) {
      // The browser has gone, or has half an answer that only a broken connection can tell from a whole one.
      if (res.headersSent || res.destroyed) return void res.destroy()
      const { status, headers, body } = pageOf(codeOf(error, failing), currentRequestId())
      const isPlain = status !== 400 && (req.method === 'GET' || req.method === 'HEAD')
      // What may still come in on this connection is not worth reading.
      res.writeHead(status, isPlain ? headers : { ...headers, Connection: 'close' })
      res.end(body)
    },
    answerUpgrade(socket, error, failing) {
      if (socket.destroyed || (error instanceof UpstreamFailure && error.reason === 'gone')) return void socket.destroy()
      const { status, headers, body } = pageOf(codeOf(error, failing), currentRequestId())
      const lines = Object.entries({ ...headers, Connection: 'close' }).map(([name, value]) => `${name}: ${value}\r\n`)
      sayLast(socket, Buffer.concat([Buffer.from(`HTTP/1.1 ${status} Refused\r\n${lines.join('')}\r\n`), body]))
    },
  }
}
