// The line from a web process to the controller that acts on a session's agent. Files go over it and nothing else; they are never held whole.
import { once } from 'node:events'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { pipeline } from 'node:stream/promises'
import type { TLSSocket } from 'node:tls'
import { findActingController } from '@/lib/db/controller-addresses'
import { DomainError, type ErrorCode, errorTable } from '@/lib/domain/errors'
import { type LetInBy, letInByHeader, type TransferRequest, transferHeader } from '@/lib/domain/session-files'
import { parseTransferAddress, type TransferAddress } from '@/lib/domain/transfer-address'
import { transferClientTls } from '@/lib/secrets/transfer-line'
import type { Deps } from './deps'

const connectMs = 5_000
const longestAnswerBytes = 4 * 1024 * 1024

export type Asked = TransferRequest & { by: LetInBy }
type Upload = { sizeBytes: number; content: AsyncIterable<Uint8Array> }

/** What was answered, as a stream; throws what the controller refused it with. */
export async function callController(
  deps: Deps,
  agentId: string,
  request: Asked,
  { upload, signal }: { upload?: Upload; signal: AbortSignal },
): Promise<IncomingMessage> {
  const address = await addressOf(deps, agentId)
  const call = dial(deps, address, request, upload?.sizeBytes ?? null, signal)
  const answered = once(call, 'response').then(([response]) => response as IncomingMessage)
  answered.catch(() => undefined)
  let isThere = false
  try {
    await connected(call)
    isThere = true
    const response = await (upload ? sendUpload(call, upload, answered) : answered)
    if (response.statusCode !== 200) throw await refusal(response)
    return response
  } catch (error) {
    call.destroy()
    // Whoever asked is gone, and nothing here is wrong.
    if (signal.aborted) throw new DomainError('transfer_broken', { cause: error })
    if (!isNetwork(error)) throw error
    throw isThere ? new DomainError('transfer_broken', { cause: error }) : noWay(address, error)
  }
}

/** Nothing is sent before the container takes it, so that what is refused beforehand is refused in words. */
async function sendUpload(
  call: ClientRequest,
  { content }: Upload,
  answered: Promise<IncomingMessage>,
): Promise<IncomingMessage> {
  const wanted = once(call, 'continue').then(() => null)
  wanted.catch(() => undefined)
  const early = await Promise.race([wanted, answered])
  if (early) return early
  const sent = pipeline(content, call)
  // A refusal in the middle ends the sending as well, and says more.
  const failed = sent.then(
    () => answered,
    (error: unknown) => (isNetwork(error) ? answered : Promise.reject(error)),
  )
  return Promise.race([answered, failed])
}

/** All of a short answer. */
export async function readAnswer(response: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of response as AsyncIterable<Buffer>) {
    size += part.length
    if (size > longestAnswerBytes) throw new DomainError('transfer_broken')
    parts.push(part)
  }
  return JSON.parse(Buffer.concat(parts).toString('utf8'))
}

async function addressOf({ db }: Deps, agentId: string): Promise<TransferAddress> {
  const controller = await findActingController(db, agentId)
  if (!controller) throw new DomainError('no_controller')
  const address = controller.address === null ? null : parseTransferAddress(controller.address)
  if (!address)
    throw new DomainError('no_way_to_controller', {
      message: 'The controller that looks after this session takes no files: it is of an earlier version of Berth.',
      hint: 'Ask an administrator to replace it.',
    })
  return address
}

function dial(
  deps: Deps,
  { host, port }: TransferAddress,
  { by, ...request }: Asked,
  bytes: number | null,
  signal: AbortSignal,
): ClientRequest {
  const call = httpsRequest({
    ...transferClientTls(deps.keys),
    host,
    port,
    method: 'POST',
    path: '/',
    // One connection each: a file that is given up takes nothing else with it, and no earlier handshake counts.
    agent: false,
    signal,
    headers: {
      [transferHeader]: asHeader(request),
      [letInByHeader]: asHeader(by),
      // So that the other side goes on listening while it says no.
      connection: 'keep-alive',
      ...(bytes === null ? { 'content-length': '0' } : { 'content-length': String(bytes), expect: '100-continue' }),
    },
  })
  if (bytes === null) call.end()
  else call.flushHeaders()
  return call
}

const asHeader = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A network without a way to it may be silent for minutes. */
async function connected(call: ClientRequest): Promise<void> {
  const timer = setTimeout(() => call.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })), connectMs)
  try {
    const [socket] = (await once(call, 'socket')) as [TLSSocket]
    await Promise.race([once(socket, 'secureConnect'), once(call, 'error').then(([error]) => Promise.reject(error))])
  } finally {
    clearTimeout(timer)
  }
}

function isNetwork(error: unknown): boolean {
  const code = (error as { code?: unknown }).code
  return typeof code === 'string' && (/^E[A-Z]+$/.test(code) || code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS'))
}

function noWay(address: TransferAddress, cause: unknown): DomainError {
  return new DomainError('no_way_to_controller', { detail: { address: `${address.host}:${address.port}` }, cause })
}

async function refusal(response: IncomingMessage): Promise<DomainError> {
  const told = (await readAnswer(response).catch(() => null)) as { code?: string; message?: string; hint?: string } | null
  if (!told?.code || !Object.hasOwn(errorTable, told.code)) return new DomainError('transfer_broken')
  return new DomainError(told.code as ErrorCode, {
    ...(told.message ? { message: told.message } : {}),
    ...(told.hint ? { hint: told.hint } : {}),
  })
}
