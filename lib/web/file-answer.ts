// A file as an answer: a stream with the headers that keep it a file.
import { contentDisposition } from '@/lib/domain/session-files'

/** A file of somebody's, which is stored and never shown: nothing in it runs, whatever it is and whoever is sent its address. */
export function fileAnswer(name: string, sizeBytes: number, content: AsyncIterable<Uint8Array>): Response {
  const headers = {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
    'content-type': 'application/octet-stream',
    'content-length': String(sizeBytes),
    'content-disposition': contentDisposition(name),
    'content-security-policy': "default-src 'none'; sandbox",
  }
  return new Response(pulled(content), { status: 200, headers })
}

/** Nothing is read ahead of whoever takes it. */
function pulled(content: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const chunks = content[Symbol.asyncIterator]()
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const next = await chunks.next()
        if (next.done) controller.close()
        else controller.enqueue(next.value)
      },
      cancel: async () => {
        await chunks.return?.()
      },
    },
    { highWaterMark: 0 },
  )
}
