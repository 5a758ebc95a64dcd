// Files in and out of a session: programs of its container, run as its user, and tar between us and them. Docker's archive API would write as
// root through whatever link stands in the way, and loses what it writes below a tmpfs. All that comes back is a stranger's word.
import type Docker from 'dockerode'
import type { FileHost, InContainer } from '@/lib/domain/container-host'
import { DomainError } from '@/lib/domain/errors'
import { newId } from '@/lib/domain/ids'
import { type FileFolder, fileFolders } from '@/lib/domain/session-files'
import { withDeadline } from './deadline'
import { type ExecStream, startExec } from './exec-stream'
import { scriptFailure } from './file-failures'
import { listScript, readScript, readyWord, writeScript } from './file-scripts'
import { parseListing } from './folder-listing'
import { toHostError } from './host-errors'
import { archiveBytes, packOne, unpackOne } from './one-file-archive'
import type { OwnContainers } from './own-containers'

/** A side that takes or gives nothing for so long is gone; also a container that is frozen. */
const silenceMs = 60_000
const startMs = 15_000
const longestComplaint = 4 * 1024
/** A thousand names of 255 bytes in each folder, and their lines. */
const longestListing = 2 * 1024 * 1024

/** The image's own variables may point tar anywhere. */
const environment = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'LC_ALL=C', 'TAR_OPTIONS=']

export function fileVerbs(own: OwnContainers): FileHost {
  const open: Open = async ({ sessionId, containerId }, script, words, signal) => {
    const start = (container: Docker.Container, abortSignal: AbortSignal) =>
      startExec(container, { command: ['/bin/sh', '-c', script, 'sh', ...words], user: '1000', environment }, abortSignal)
    const stream = await own.on(sessionId, { signal, deadlineMs: startMs, verb: 'change', containerId }, start)
    if (!stream) throw new DomainError('wrong_state', { message: 'The container of the session is gone.' })
    // Also while nobody asks for what it says, and where nobody ever began to.
    if (signal.aborted) stream.end()
    else signal.addEventListener('abort', () => stream.end(), { once: true })
    return stream
  }
  return {
    listFiles: async (where, signal) => {
      for (let attempt = 1; ; attempt++) {
        const said = await runToEnd(await open(where, listScript, [...fileFolders], signal), signal)
        const listing = said.exitCode === 0 ? parseListing(said.out) : null
        if (listing) return listing
        // A file that went between two looks leaves them with different numbers.
        if (said.exitCode !== 0 || attempt === 3) throw scriptFailure(said.exitCode, said.err)
      }
    },
    readFile: async (where, file, signal) => {
      const stream = await open(where, readScript, [file.folder, file.name], signal)
      return startReading(stream, file, signal)
    },
    writeFile: async (where, { name, sizeBytes, replace, content }, signal) => {
      const folder: FileFolder = 'Uploads'
      const words = [folder, name, newId(), replace ? 'replace' : 'keep', String(archiveBytes(sizeBytes))]
      const stream = await open(where, writeScript, words, signal)
      await write(stream, () => packOne(sizeBytes, content()), signal)
    },
  }
}

type Open = (where: InContainer, script: string, words: string[], signal: AbortSignal) => Promise<ExecStream>

/** What a program says, with a limit on its silence, and what it complained of beside it. */
function listenTo(stream: ExecStream, signal: AbortSignal): { out: AsyncGenerator<Buffer>; complaint: () => string } {
  let complaint = Buffer.alloc(0)
  async function* out(): AsyncGenerator<Buffer> {
    const frames = stream.frames()
    try {
      for (;;) {
        const next = await withDeadline(signal, silenceMs, () => frames.next())
        if (next.done) return
        const { from, bytes } = next.value
        if (from === 'out') yield bytes
        else complaint = Buffer.concat([complaint, bytes]).subarray(-longestComplaint)
      }
    } catch (error) {
      throw toHostError(error, 'change')
    } finally {
      stream.end()
    }
  }
  return { out: out(), complaint: () => complaint.toString('utf8') }
}

/** The engine knows it a moment after the last byte. */
async function exitCodeOf(stream: ExecStream, signal: AbortSignal): Promise<number | null> {
  return withDeadline(signal, startMs, async (inner) => {
    for (let waitMs = 10; ; waitMs *= 2) {
      const code = await stream.exitCode(inner)
      if (code !== null || waitMs > 1000) return code
      await new Promise((resolve) => setTimeout(resolve, waitMs))
    }
  })
}

type Said = { exitCode: number | null; out: Buffer; err: string }

async function runToEnd(stream: ExecStream, signal: AbortSignal): Promise<Said> {
  const { out, complaint } = listenTo(stream, signal)
  const parts: Buffer[] = []
  let size = 0
  for await (const bytes of out) {
    size += bytes.length
    if (size > longestListing) throw new DomainError('file_refused', { message: 'There are too many files to list.' })
    parts.push(bytes)
  }
  return { exitCode: await exitCodeOf(stream, signal), out: Buffer.concat(parts), err: complaint() }
}

type Wanted = { name: string; maxBytes: number }

async function startReading(stream: ExecStream, { maxBytes }: Wanted, signal: AbortSignal) {
  const { out, complaint } = listenTo(stream, signal)
  const finish = async () => {
    const code = await exitCodeOf(stream, signal)
    // A log that grows is whole up to where it ended when it was opened.
    const onlyGrew = code === 1 && /file changed as we read it/.test(complaint()) && !/shrank/.test(complaint())
    if (code !== 0 && !onlyGrew) throw scriptFailure(code, complaint())
  }
  try {
    const unpacked = await unpackOne(out)
    if (!unpacked) {
      await finish()
      throw new DomainError('transfer_broken')
    }
    const { header, content } = unpacked
    if (header.type !== 'file') throw scriptFailure(null, 'not plain')
    const sizeBytes = header.size ?? 0
    if (sizeBytes > maxBytes) throw new DomainError('too_large', { message: 'The file is larger than may be downloaded.' })
    return { sizeBytes, content: withheld(content, finish, stream) }
  } catch (error) {
    stream.end()
    throw error
  }
}

/** The last piece goes out only once the program has ended well, so that a broken file never looks like a whole one. */
async function* withheld(
  content: AsyncIterable<Buffer>,
  finish: () => Promise<void>,
  stream: ExecStream,
): AsyncGenerator<Buffer> {
  let last: Buffer | null = null
  try {
    for await (const chunk of content) {
      if (last) yield last
      last = chunk
    }
    await finish()
    if (last) yield last
  } finally {
    stream.end()
  }
}

async function write(stream: ExecStream, archive: () => AsyncGenerator<Buffer>, signal: AbortSignal): Promise<void> {
  const program = watchWriting(stream)
  try {
    if (await withDeadline(signal, silenceMs, () => program.ready)) await send(stream, archive(), program.isOver, signal)
    await withDeadline(signal, silenceMs, () => program.over)
    const code = await exitCodeOf(stream, signal)
    if (code !== 0) throw scriptFailure(code, program.complaint())
  } catch (error) {
    throw toHostError(error, 'change')
  } finally {
    // Of a transfer that is given up, the program sees the end of its input before the end of the archive, and takes away what it has.
    stream.end()
  }
}

async function send(
  stream: ExecStream,
  archive: AsyncGenerator<Buffer>,
  isOver: () => boolean,
  signal: AbortSignal,
): Promise<void> {
  try {
    for (;;) {
      const next = await withDeadline(signal, silenceMs, () => archive.next())
      // A full disk, for one, ends it early; its exit code says why.
      if (next.done || isOver()) return
      await withDeadline(signal, silenceMs, () => stream.write(next.value))
    }
  } finally {
    void archive.return(undefined).catch(() => undefined)
  }
}

/** Hears what the program says while it is written to; it is silent for as long as the file takes. */
function watchWriting(stream: ExecStream) {
  let complaint = Buffer.alloc(0)
  let said = ''
  let isOver = false
  let tell = (_isReady: boolean) => {}
  const ready = new Promise<boolean>((resolve) => {
    tell = resolve
  })
  async function listen(): Promise<void> {
    for await (const { from, bytes } of stream.frames()) {
      if (from === 'err') complaint = Buffer.concat([complaint, bytes]).subarray(-longestComplaint)
      else if (said.length < longestComplaint) said += bytes.toString('latin1')
      if (said.startsWith(`${readyWord}\n`)) tell(true)
    }
  }
  const over = listen()
    .catch(() => undefined)
    .then(() => {
      isOver = true
      tell(false)
    })
  return { ready, over, isOver: () => isOver, complaint: () => complaint.toString('utf8') }
}
