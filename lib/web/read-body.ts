// Reads a request's body up to a limit, and JSON strictly: what cannot be read is a clear 400 or 413, never a 500.
import 'server-only'
import { DomainError } from '@/lib/domain/errors'
import type { StreamInput } from './operation'

export const maxJsonBytes = 1024 * 1024

export async function readBytes(request: Request, maxBytes: number): Promise<Buffer> {
  const declared = Number(request.headers.get('content-length') ?? 0)
  if (declared > maxBytes) throw tooLarge(maxBytes)
  if (!request.body) return Buffer.alloc(0)
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = request.body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return Buffer.concat(chunks, size)
    size += value.byteLength
    if (size > maxBytes) {
      await reader.cancel().catch(() => {})
      throw tooLarge(maxBytes)
    }
    chunks.push(value)
  }
}

/** The body as it comes, to whoever takes it piece by piece. */
export function streamOf(request: Request): StreamInput {
  const declared = request.headers.get('content-length')
  const sizeBytes = declared !== null && /^\d{1,15}$/.test(declared) ? Number(declared) : null
  return { sizeBytes, content: chunksOf(request.body) }
}

async function* chunksOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  if (!body) return
  const reader = body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

/** An empty body counts as an empty object: the schema says which fields are missing. */
export async function readJson(request: Request, maxBytes = maxJsonBytes): Promise<unknown> {
  const bytes = await readBytes(request, maxBytes)
  if (bytes.length === 0) return {}
  if (mediaTypeOf(request) !== 'application/json') throw new DomainError('malformed_request')
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new DomainError('malformed_request', { message: 'The request is not valid UTF-8.', cause })
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new DomainError('malformed_request', { message: 'The request is not valid JSON.', cause })
  }
}

export function mediaTypeOf(request: Request): string {
  return (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
}

function tooLarge(maxBytes: number): DomainError {
  const size = maxBytes >= 1024 * 1024 ? `${Math.floor(maxBytes / 1024 / 1024)} MiB` : `${Math.floor(maxBytes / 1024)} KiB`
  return new DomainError('too_large', { hint: `At most ${size} are accepted here.` })
}
