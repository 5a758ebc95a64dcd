// Files in and out of a session: which names, which folders, and what travels about them.
import { z } from 'zod'
import { Id } from './ids'

/** Below the home of the container. Files come into the first; both may be read. */
export const fileFolders = ['Uploads', 'Downloads'] as const
export const FileFolder = z.enum(fileFolders)
export type FileFolder = z.output<typeof FileFolder>

/** A file on its way in stands in a folder of such a name, and only moves to its own name when it is complete. */
export const arrivingPrefix = '.berth-upload-'

/** What one folder shows at most. */
export const mostFilesListed = 1000
/** Of one session at once. */
export const mostTransfers = 4

const longestNameBytes = 255

/** One name, never a path. Line breaks and other control characters may stand in one that is there already. */
const anyName = z
  .string()
  .min(1, 'Give the file a name.')
  .refine((name) => new TextEncoder().encode(name).length <= longestNameBytes, `At most ${longestNameBytes} bytes.`)
  .refine((name) => !/[/\0]/.test(name), 'A name has no slash in it.')
  .refine((name) => name !== '.' && name !== '..', 'This is not the name of a file.')
  .refine((name) => !/\p{Cs}/u.test(name), 'This is not text.')
  .refine((name) => !name.startsWith(arrivingPrefix), 'Names of this form are kept for files on their way.')

export const ExistingFileName = anyName
export const NewFileName = anyName.refine((name) => !/\p{Cc}/u.test(name), 'A name has no control characters.')

export type FileEntry = {
  name: string
  kind: 'file' | 'folder' | 'link' | 'other'
  sizeBytes: number
  modifiedAt: string
  /** Its name is text, so that it can be asked for. */
  named: boolean
}

export type FolderListing = {
  folder: FileFolder
  entries: FileEntry[]
  /** There are more than are shown. */
  more: boolean
  /** Why it could not be looked into. */
  problem: string | null
}

/** What the owner of a session sees of them. */
export type SessionFiles = {
  mayUpload: boolean
  mayDownload: boolean
  /** Of one file. */
  maxBytes: number
  folders: FolderListing[]
}

const transfer = { sessionId: Id, userId: Id }

/** What a web process asks of the controller of the session's agent. */
export const TransferRequest = z.discriminatedUnion('kind', [
  z.strictObject({ ...transfer, kind: z.literal('list') }),
  z.strictObject({
    ...transfer,
    kind: z.literal('read'),
    folder: FileFolder,
    name: ExistingFileName,
    maxBytes: z.int().min(0),
  }),
  z.strictObject({
    ...transfer,
    kind: z.literal('write'),
    name: NewFileName,
    sizeBytes: z.int().min(0),
    replace: z.boolean(),
  }),
])
export type TransferRequest = z.output<typeof TransferRequest>

/** From a route to our server, which makes it Content-Length: Next takes that one off every answer. */
export const fileSizeHeader = 'x-berth-file-size'

/** Over the line between the two: the request as one header, so that the body is the file alone. */
export const transferHeader = 'x-berth-transfer'

/** What let in whoever asks: the transfer ends with it. In a header of its own, because controllers of before refuse a request with more in it. */
export const LetInBy = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('signIn'), id: Id }),
  z.strictObject({ kind: z.literal('apiKey'), id: Id }),
  z.strictObject({ kind: z.literal('operator') }),
])
export type LetInBy = z.output<typeof LetInBy>
export const letInByHeader = 'x-berth-transfer-let-in-by'

/**
 * RFC 6266: a plain name for everybody, and the whole one (RFC 5987) beside it. What could end the quoted text, hide what a file is or
 * lead into another folder is replaced in both.
 */
export function contentDisposition(name: string): string {
  // Direction marks make "gpj.exe" of "exe.jpg" on a screen.
  const safe = name.replace(/[\p{Cc}\p{Cf}\u2028\u2029/\\]/gu, '_').replace(/^\.+/, (dots) => '_'.repeat(dots.length))
  const plain = safe.replace(/[^\x20-\x7e]/g, '_').replace(/["%;]/g, '_')
  const encoded = encodeURIComponent(safe).replace(/['()*!]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}
