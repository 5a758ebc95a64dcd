// The private door of a controller: web processes bring files for sessions and take them out. Nobody else has its key.
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { DomainError, errorTable, isDomainError } from '@/lib/domain/errors'
import { LetInBy, letInByHeader, TransferRequest, transferHeader } from '@/lib/domain/session-files'
import { formatTransferAddress, type TransferAddress } from '@/lib/domain/transfer-address'
import type { Log } from '@/lib/log'
import type { Keys } from '@/lib/secrets/keys'
import { transferServerTls } from '@/lib/secrets/transfer-line'
import type { ServeTransfer, ToServe, TransferAnswer } from './serve-transfer'

/**
 * A web process that takes nothing of a file for so long hangs. It cuts off browsers that do after a minute, by what it sees itself; from here a
 * slow one looks silent for longer, because the buffers between empty in large steps.
 */
const takeMs = 15 * 60_000

type Options = { address: TransferAddress; keys: Keys; serve: ServeTransfer; log: Log; times?: { takeMs: number } }

export type TransferListener = { port: number; close(): Promise<void> }

export async function openTransferListener({
  address,
  keys,
  serve,
  log,
  times = { takeMs },
}: Options): Promise<TransferListener> {
  const handler = (req: IncomingMessage, res: ServerResponse) => void handle(req, res, serve, log, times.takeMs)
  const server = createServer(
    {
      ...transferServerTls(keys),
      maxHeaderSize: 16 * 1024,
      headersTimeout: 10_000,
      // A file takes as long as it takes; silence has limits of its own.
      requestTimeout: 0,
      noDelay: true,
      keepAlive: true,
    },
    handler,
  )
  // A file is sent once the container takes it.
  server.on('checkContinue', handler)
  server.on('tlsClientError', (err) => log.warn({ err }, 'Somebody without the key called at the door for files'))
  server.listen(address.port, address.host)
  try {
    await once(server, 'listening')
  } catch (cause) {
    throw new DomainError('misconfigured', {
      message: `Cannot listen on ${formatTransferAddress(address)} for files: ${(cause as NodeJS.ErrnoException).code ?? 'unknown error'}.`,
      hint: 'Set BERTH_TRANSFER_LISTEN to an address of this machine and a free port.',
      cause,
    })
  }
  // For good: an error without a listener would end the process.
  server.on('error', (err) => log.warn({ err }, 'The door for files could not take a connection'))
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

async function handle(req: IncomingMessage, res: ServerResponse, serve: ServeTransfer, log: Log, takeMs: number): Promise<void> {
  const gone = new AbortController()
  // Also when everything was said; then nobody listens any more.
  res.on('close', () => gone.abort(new DomainError('transfer_broken', { message: 'Whoever asked for the file is gone.' })))
  try {
    const request = readRequest(req)
    const body = () => {
      res.writeContinue()
      return req.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>
    }
    await serve(request, body, gone.signal, (answer, signal) => send(res, answer, signal, takeMs))
  } catch (error) {
    fail(res, error, log)
    // Whoever still sends would not hear the answer of one that closes.
    req.resume()
  }
}

function readRequest(req: IncomingMessage): ToServe {
  const { [transferHeader]: given, [letInByHeader]: by } = req.headers
  if (req.method !== 'POST' || typeof given !== 'string') throw new DomainError('malformed_request')
  try {
    const read = (header: string) => JSON.parse(Buffer.from(header, 'base64url').toString('utf8'))
    return { ...TransferRequest.parse(read(given)), by: typeof by === 'string' ? LetInBy.parse(read(by)) : null }
  } catch (cause) {
    throw new DomainError('malformed_request', { cause })
  }
}

async function send(res: ServerResponse, answer: TransferAnswer, signal: AbortSignal, takeMs: number): Promise<void> {
  if (answer.kind === 'read') {
    res.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': String(answer.sizeBytes) })
    // Before a large file's first bytes are there, its size is.
    res.flushHeaders()
    await sendFile(res, answer.content, signal, takeMs)
    return
  }
  res.writeHead(200, { 'content-type': 'application/json' })
  res.end(JSON.stringify(answer.kind === 'list' ? answer.folders : {}))
}

/** While nobody takes the next piece, nobody asks for one either: silence of that side is noticed here. */
async function sendFile(
  res: ServerResponse,
  content: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
  takeMs: number,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const giveUp = () => res.destroy(new DomainError('transfer_broken', { message: 'Nobody took the file.' }))
  async function* watched(): AsyncGenerator<Uint8Array> {
    for await (const bytes of content) {
      timer = setTimeout(giveUp, takeMs)
      yield bytes
      clearTimeout(timer)
    }
    timer = setTimeout(giveUp, takeMs)
  }
  try {
    await pipeline(watched, res, { signal })
  } finally {
    clearTimeout(timer)
  }
}

function fail(res: ServerResponse, error: unknown, log: Log): void {
  if (res.headersSent || res.destroyed) {
    // Its size was said: who reads it sees that it is not whole.
    res.destroy()
    return
  }
  if (!isDomainError(error)) log.error({ err: error }, 'A file could not be transferred')
  else if (error.detail) log.warn({ code: error.code, detail: error.detail }, 'A file could not be transferred')
  const failure = isDomainError(error)
    ? { code: error.code, message: error.message, hint: error.hint }
    : { code: 'transfer_broken', message: errorTable.transfer_broken.message }
  res.writeHead(errorTable[failure.code as keyof typeof errorTable]?.status ?? 500, { 'content-type': 'application/json' })
  res.end(JSON.stringify(failure))
}
