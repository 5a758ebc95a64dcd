// One GET to the desktop and its answer back, streamed. KasmVNC closes after every answer, so each request dials anew.
import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { Refusal } from './refusal'
import { type Downstream, downstreamHeaders, safeLocation } from './response-headers'
import { dialUpstream, type Target, UpstreamFailure } from './upstream-connection'
import { requestHeaders, type UpstreamQuestion } from './upstream-headers'

/** Of a download: nothing moved for this long, because the desktop froze or the browser stopped reading. */
const stalledMs = 60_000

export type ForwardedRequest = {
  req: IncomingMessage
  res: ServerResponse
  target: Target
  path: string
  clientAddress: string
  downstream: Downstream
  firstAnswerMs: number
}

export async function forwardRequest({
  req,
  res,
  target,
  path,
  clientAddress,
  downstream,
  firstAnswerMs,
}: ForwardedRequest): Promise<void> {
  const { socket, secured } = dialUpstream(target)
  // The browser has gone: no desktop works for nobody.
  const leave = () => void socket.destroy()
  res.once('close', leave)
  if (res.destroyed) leave()
  try {
    await secured
    const answer = await ask({ socket, path, headers: requestHeaders({ target, clientAddress }), firstAnswerMs })
    const status = answer.statusCode ?? 0
    if (status < 200) throw new UpstreamFailure('bad_answer')
    if (status === 401) throw new UpstreamFailure('credentials_refused')
    const headers = downstreamHeaders(answer.headers, downstream)
    if (status >= 300 && status < 400 && status !== 304) {
      const location = safeLocation(answer.headers.location)
      if (location === null) throw new Refusal('no_such_page')
      headers.location = location
    }
    res.writeHead(status, headers)
    if (req.method === 'HEAD' || status === 304) res.end()
    else await pipeline(answer, res)
  } finally {
    res.off('close', leave)
    socket.destroy()
  }
}

/** Rejects when no answer begins in time or what comes is not HTTP. */
function ask({ socket, path, headers, firstAnswerMs }: UpstreamQuestion): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ createConnection: () => socket, method: 'GET', path, headers, setHost: false })
    const timer = setTimeout(() => request.destroy(new UpstreamFailure('timeout')), firstAnswerMs)
    request.on('response', (answer) => {
      clearTimeout(timer)
      socket.setTimeout(stalledMs, () => socket.destroy())
      resolve(answer)
    })
    // Nobody asked to switch protocols.
    request.on('upgrade', () => fail(new UpstreamFailure('bad_answer')))
    request.on('error', fail)
    function fail(error: Error) {
      clearTimeout(timer)
      reject(error instanceof UpstreamFailure ? error : new UpstreamFailure('bad_answer', error))
    }
    request.end()
  })
}
