// The files of a session, in memory; the same in every container of the engine.
import type { FileHost, InContainer } from '@/lib/domain/container-host'
import { DomainError } from '@/lib/domain/errors'
import type { FolderListing } from '@/lib/domain/session-files'
import { FakeImages } from './fake-images'

export abstract class FakeFiles extends FakeImages implements FileHost {
  /** Name → what is in it; all of them in Uploads. */
  readonly files = new Map<string, Buffer>()
  /** How many are being given the file "endless", which has no end. */
  endlessReaders = 0

  async listFiles({ sessionId }: InContainer, signal: AbortSignal): Promise<FolderListing[]> {
    await this.enter('listFiles', signal, sessionId)
    const modifiedAt = new Date(0).toISOString()
    const entries = [...this.files].map(([name, bytes]) => ({
      name,
      kind: 'file' as const,
      sizeBytes: bytes.length,
      modifiedAt,
      named: true,
    }))
    return [{ folder: 'Uploads', entries, more: false, problem: null }]
  }

  async readFile({ sessionId }: InContainer, { name }: { name: string }, signal: AbortSignal) {
    await this.enter('readFile', signal, sessionId)
    if (name === 'endless') return { sizeBytes: Number.MAX_SAFE_INTEGER, content: this.#endless() }
    const bytes = this.files.get(name)
    if (!bytes) throw new DomainError('not_found', { message: 'There is no such file.' })
    async function* content(of: Buffer): AsyncGenerator<Uint8Array> {
      yield of
    }
    return { sizeBytes: bytes.length, content: content(bytes) }
  }

  async *#endless(): AsyncGenerator<Uint8Array> {
    this.endlessReaders++
    try {
      for (;;) yield Buffer.alloc(64 * 1024)
    } finally {
      this.endlessReaders--
    }
  }

  async writeFile(
    { sessionId }: InContainer,
    { name, replace, content }: { name: string; replace: boolean; content: () => AsyncIterable<Uint8Array> },
    signal: AbortSignal,
  ): Promise<void> {
    await this.enter('writeFile', signal, sessionId)
    if (this.files.has(name) && !replace) throw new DomainError('file_exists')
    const parts: Uint8Array[] = []
    for await (const part of content()) {
      signal.throwIfAborted()
      parts.push(part)
    }
    this.files.set(name, Buffer.concat(parts))
  }
}
