// One file as a tar archive and back, as a stream: neither side is ever held whole.
import { type Extract, extract, type Headers, pack } from 'tar-stream'
import { DomainError } from '@/lib/domain/errors'

const block = 512
/** A name and what tar may say beside it; more would be held in memory by whoever reads it. */
const mostBeforeContent = 64 * 1024

/** What packOne() makes of so many bytes: a header, whole blocks, and two empty ones. */
export function archiveBytes(sizeBytes: number): number {
  return block + Math.ceil(sizeBytes / block) * block + 2 * block
}

type Stream = Pick<NodeJS.EventEmitter, 'once' | 'off'>

/** Drained, or gone. Leaves no listener behind, however often it is asked of one stream. */
export function settled(stream: Stream): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      for (const event of ['drain', 'close']) stream.off(event, done)
      resolve()
    }
    for (const event of ['drain', 'close']) stream.once(event, done)
  })
}

/** The name in the archive is always "file". Throws transfer_broken where the content has another size than was said. */
export async function* packOne(sizeBytes: number, content: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const archive = pack()
  const entry = archive.entry({ name: 'file', size: sizeBytes, type: 'file', mode: 0o644 })
  entry.on('error', () => undefined)
  const filled = fill(entry, sizeBytes, content).then(
    () => archive.finalize(),
    (error: unknown) => {
      archive.destroy(error instanceof Error ? error : new Error(String(error)))
      throw error
    },
  )
  filled.catch(() => undefined)
  try {
    for await (const chunk of archive as AsyncIterable<Buffer>) yield chunk
    await filled
  } catch (error) {
    await filled
    throw error
  } finally {
    archive.destroy()
  }
}

async function fill(entry: NodeJS.WritableStream & Stream, sizeBytes: number, content: AsyncIterable<Uint8Array>): Promise<void> {
  let written = 0
  for await (const chunk of content) {
    written += chunk.byteLength
    if (written > sizeBytes) throw new DomainError('transfer_broken', { message: 'More came than was announced.' })
    if ((entry as { destroyed?: boolean }).destroyed) return
    if (!entry.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))) await settled(entry)
  }
  if (written < sizeBytes) throw new DomainError('transfer_broken', { message: 'The file broke off on its way.' })
  entry.end()
}

type Found = { header: Headers; entry: AsyncIterable<Buffer> }
export type Unpacked = { header: Headers; content: AsyncGenerator<Buffer> }

/**
 * The one file of an archive. Whoever wrote the archive is not trusted. Null: it ended before there was one. The content throws where the
 * archive is cut off or has more than this file.
 */
export async function unpackOne(chunks: AsyncIterable<Uint8Array>): Promise<Unpacked | null> {
  const archive = extract()
  let broken: unknown = null
  let first: Found | null = null
  const found = new Promise<void>((resolve) => {
    archive.on('entry', (header, entry, next) => {
      entry.on('error', () => undefined)
      if (first) return archive.destroy(new DomainError('transfer_broken', { message: 'tar sent more than one file.' }))
      first = { header, entry: entry as AsyncIterable<Buffer> }
      entry.on('end', next)
      resolve()
    })
    archive.on('close', resolve)
  })
  archive.on('error', (error) => {
    broken ??= error
  })
  const fed = feed(archive, chunks, () => first !== null).catch((error: unknown) => {
    broken ??= error
    archive.destroy()
  })
  await found
  if (broken) throw broken
  const one = first as Found | null
  if (!one) return null
  async function* content(of: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of of) yield chunk
      await fed
      if (broken) throw broken
    } finally {
      archive.destroy()
    }
  }
  return { header: one.header, content: content(one.entry) }
}

async function feed(archive: Extract, chunks: AsyncIterable<Uint8Array>, hasFile: () => boolean): Promise<void> {
  let seen = 0
  for await (const chunk of chunks) {
    seen += chunk.byteLength
    if (!archive.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))) await settled(archive)
    if (archive.destroyed) return
    if (!hasFile() && seen > mostBeforeContent)
      throw new DomainError('transfer_broken', { message: 'What tar sent is no archive of a file.' })
  }
  archive.end()
  await settled(archive)
}
