// A file as an answer: a stream with the headers that keep it a file.
import { DomainError } from '@/lib/domain/errors'
import { contentDisposition, fileSizeHeader } from '@/lib/domain/session-files'

/** A file of somebody's, which is stored and never shown: nothing in it runs, whatever it is and whoever is sent its address. */
export function fileAnswer(name: string, sizeBytes: number, content: AsyncIterable<Uint8Array>): Response {
  const headers = {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
    'content-type': 'application/octet-stream',
    [fileSizeHeader]: String(sizeBytes),
    'content-disposition': contentDisposition(name),
    'content-security-policy': "default-src 'none'; sandbox",
  }
  return new Response(pulled(content, sizeBytes), { status: 200, headers })
}

/**
 * Nothing is read ahead of whoever takes it. It fails where it is not as long as was said: the connection breaks then, so that nobody takes it for
 * whole.
 */
function pulled(content: AsyncIterable<Uint8Array>, sizeBytes: number): ReadableStream<Uint8Array> {
  const chunks = content[Symbol.asyncIterator]()
  let left = sizeBytes
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const next = await chunks.next()
        if (!next.done) left -= next.value.byteLength
        if (next.done && left > 0) throw new DomainError('transfer_broken', { message: 'The file broke off on its way.' })
        if (next.done) return controller.close()
        if (left >= 0) return controller.enqueue(next.value)
        await chunks.return?.()
        throw new DomainError('transfer_broken', { message: 'More came than was announced.' })
      },
      cancel: async () => {
        await chunks.return?.()
      },
    },
    { highWaterMark: 0 },
  )
}
