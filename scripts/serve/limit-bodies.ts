// How long a request may take to arrive: a minute, but for a file on its way into a session, which has as long as it moves. A file on its way out has
// as long as somebody takes it.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { readConnections, unsentBytesIn } from '@/lib/gateway/kernel-connections'

type Times = { wholeMs: number; silenceMs: number; restMs: number; takeMs: number }

const usual: Times = { wholeMs: 60_000, silenceMs: 120_000, restMs: 10_000, takeMs: 60_000 }
const file = /^\/api\/v1\/sessions\/[^/?]+\/files\//

export function limitBodies(next: RequestListener, given: Partial<Times> = {}): RequestListener {
  const times = { ...usual, ...given }
  return (req, res) => {
    const isFile = file.test(req.url ?? '')
    if (isFile && req.method === 'PUT') limitSilence(req, res, times.silenceMs)
    else limitWhole(req, res, times.wholeMs)
    if (isFile && req.method === 'GET') limitTaking(req, res, times.takeMs)
    limitRest(req, res, times.restMs)
    return next(req, res)
  }
}

function limitWhole(req: IncomingMessage, res: ServerResponse, ms: number): void {
  // Most requests have no body.
  if (!hasBody(req)) return
  const timer = setTimeout(() => {
    if (req.complete) return
    if (!res.headersSent) res.writeHead(408, { connection: 'close' }).end()
    req.destroy()
  }, ms)
  timer.unref()
  req.once('close', () => clearTimeout(timer))
  req.once('end', () => clearTimeout(timer))
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined
}

function limitSilence({ socket }: IncomingMessage, res: ServerResponse, ms: number): void {
  const end = () => socket.destroy()
  socket.setTimeout(ms, end)
  // From then on Node's own limit for a connection that waits for the next request holds.
  res.once('close', () => socket.off('timeout', end))
}

/** Connections whose last request was answered before all of it had come. */
const resting = new WeakMap<Socket, NodeJS.Timeout>()

/**
 * An answer may come before all of the request did, and Node then waits for the rest for as long as a byte of it comes now and then, and for ever once
 * all of it is there. At once would take the answer away from whoever is still sending, and the connection from whoever uses it again.
 */
function limitRest(req: IncomingMessage, res: ServerResponse, ms: number): void {
  const { socket } = req
  clearTimeout(resting.get(socket))
  if (!hasBody(req)) return
  res.once('close', () => {
    if (req.complete || socket.destroyed) return
    const timer = setTimeout(() => socket.destroy(), ms)
    timer.unref()
    resting.set(socket, timer)
    socket.once('close', () => clearTimeout(timer))
  })
}

/**
 * Nobody hears of a browser that stops to read: what was written for it just stays. What stays in the kernel counts as well, where that says it, because
 * it takes more only in steps of megabytes: those who are slow would look silent.
 */
function limitTaking({ socket }: IncomingMessage, res: ServerResponse, ms: number): void {
  let takenBytes = -1
  let quietLooks = 0
  const look = async () => {
    const givenBytes = socket.bytesWritten - socket.writableLength
    const now = res.writableLength === 0 ? -1 : givenBytes - unsentBytesIn(await readConnections(), socket)
    quietLooks = now !== -1 && now === takenBytes ? quietLooks + 1 : 0
    takenBytes = now
    if (quietLooks >= looksAtTaking) socket.destroy()
  }
  const timer = setInterval(look, ms / looksAtTaking)
  timer.unref()
  res.once('close', () => clearInterval(timer))
}

const looksAtTaking = 6
