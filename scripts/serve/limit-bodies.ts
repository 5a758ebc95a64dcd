// How long a request may take to arrive: a minute, but for a file on its way into a session, which has as long as it moves.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'

const wholeMs = 60_000
const silenceMs = 120_000
const upload = /^\/api\/v1\/sessions\/[^/?]+\/files\//

export function limitBodies(next: RequestListener, times = { wholeMs, silenceMs }): RequestListener {
  return (req, res) => {
    if (req.method === 'PUT' && upload.test(req.url ?? '')) limitSilence(req, res, times.silenceMs)
    else limitWhole(req, res, times.wholeMs)
    return next(req, res)
  }
}

function limitWhole(req: IncomingMessage, res: ServerResponse, ms: number): void {
  // Most requests have no body.
  if (req.headers['content-length'] === undefined && req.headers['transfer-encoding'] === undefined) return
  const timer = setTimeout(() => {
    if (req.complete) return
    if (!res.headersSent) res.writeHead(408, { connection: 'close' }).end()
    req.destroy()
  }, ms)
  timer.unref()
  req.once('close', () => clearTimeout(timer))
  req.once('end', () => clearTimeout(timer))
}

function limitSilence({ socket }: IncomingMessage, res: ServerResponse, ms: number): void {
  const end = () => socket.destroy()
  socket.setTimeout(ms, end)
  res.once('close', () => {
    socket.setTimeout(0)
    socket.off('timeout', end)
  })
}
