// Reads what the listing script printed. Any of it may be made up by whoever uses the desktop, so that nothing is taken for granted.
import { ExistingFileName, type FileEntry, FileFolder, type FolderListing, mostFilesListed } from '@/lib/domain/session-files'
import { scriptFailure } from './file-failures'

const newline = 10

/** Null: it does not fit together. */
export function parseListing(output: Buffer): FolderListing[] | null {
  const reader = { output, at: 0 }
  const folders: FolderListing[] = []
  while (reader.at < output.length) {
    const [word, name, first, second] = (take(reader, newline)?.toString('utf8') ?? '').split(' ')
    const folder = FileFolder.safeParse(name)
    if (!folder.success) return null
    if (word === 'problem') {
      folders.push({ folder: folder.data, entries: [], more: false, problem: scriptFailure(Number(first), '').message })
      continue
    }
    const entries = word === 'folder' ? readEntries(reader, Number(first)) : null
    if (!entries) return null
    folders.push({ folder: folder.data, entries, more: second === '1', problem: null })
  }
  return folders
}

type Reader = { output: Buffer; at: number }

function take(reader: Reader, end: number): Buffer | null {
  const to = reader.output.indexOf(end, reader.at)
  if (to < 0) return null
  const part = reader.output.subarray(reader.at, to)
  reader.at = to + 1
  return part
}

function readEntries(reader: Reader, count: number): FileEntry[] | null {
  if (!Number.isInteger(count) || count < 0 || count > mostFilesListed) return null
  const lines = Array.from({ length: count }, () =>
    /^([0-9a-f]{1,8}) (\d{1,15}) (-?\d{1,11})/.exec(take(reader, newline)?.toString('latin1') ?? ''),
  )
  const names = Array.from({ length: count }, () => take(reader, 0))
  const entries = lines.map((line, index) => {
    const name = names[index]
    return line && name ? toEntry(line, name) : null
  })
  return entries.every((entry) => entry !== null) ? entries : null
}

function toEntry([, mode = '', size = '', seconds = '']: RegExpExecArray, raw: Buffer): FileEntry {
  const bytes = raw.subarray(0, 2).toString('latin1') === './' ? raw.subarray(2) : raw
  const name = bytes.toString('utf8')
  return {
    name,
    kind: kindOf(Number.parseInt(mode, 16)),
    sizeBytes: Number(size),
    modifiedAt: new Date(Number(seconds) * 1000).toISOString(),
    named: Buffer.from(name, 'utf8').equals(bytes) && ExistingFileName.safeParse(name).success,
  }
}

function kindOf(mode: number): FileEntry['kind'] {
  const kinds: Record<number, FileEntry['kind']> = { 32768: 'file', 16384: 'folder', 40960: 'link' }
  return kinds[mode & 0xf000] ?? 'other'
}
