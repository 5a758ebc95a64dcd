// One GET to the desktop and its answer back. KasmVNC closes after every answer, so each request dials anew; where a desktop leaves its connection
// open, the next request to it goes over the same one.
import type { Connection, KeptConnections } from './kept-connections'
import { type Asked, passAnswer } from './pass-answer'
import type { StreamReader } from './reused-buffer'
import { type DialUpstream, type Target, UpstreamFailure } from './upstream-connection'
import { requestText } from './upstream-headers'

export type ForwardedRequest = Asked & { target: Target; path: string; clientAddress: string }

export async function forwardRequest(asked: ForwardedRequest, dial: DialUpstream, kept: KeptConnections): Promise<void> {
  const { target } = asked
  const known = kept.take(target.start)
  // It may have hung up just as it was asked. A GET may be asked again, over a connection that nobody used before.
  if (known && ((await isAnswered(known, asked, kept)) || asked.res.destroyed)) return
  const reader: StreamReader = { take: () => false }
  const { socket, secured } = dial(target, reader)
  const fresh: Connection = { socket, reader, onClose: () => {} }
  socket.once('close', () => fresh.onClose())
  if (!(await isAnswered(fresh, asked, kept, secured))) throw new UpstreamFailure('bad_answer')
}

/** False: the connection closed without a byte of an answer. */
async function isAnswered(
  connection: Connection,
  asked: ForwardedRequest,
  kept: KeptConnections,
  secured?: Promise<void>,
): Promise<boolean> {
  const { atClose, res, target } = asked
  // The browser has gone: no desktop works for nobody.
  atClose.leave = () => void connection.socket.destroy()
  if (res.destroyed) atClose.leave()
  let isKept = false
  try {
    await secured
    const outcome = await passAnswer(connection, requestText(asked), asked)
    isKept = outcome === 'kept'
    return outcome !== 'silent'
  } finally {
    atClose.leave = null
    if (isKept) kept.keep(target.start, connection)
    else connection.socket.destroy()
  }
}
