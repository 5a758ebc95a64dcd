'use client'
import { useQuery } from '@tanstack/react-query'
import { RefreshCw, Upload as UploadIcon, X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { Button } from '@/components/ui/button'
import { ErrorState } from '@/components/ui/error-state'
import { IconButton } from '@/components/ui/icon-button'
import { Skeleton } from '@/components/ui/skeleton'
import { fileQueries } from '@/lib/client/file-queries'
import { formatBytes } from '@/lib/client/format'
import { readFailure } from '@/lib/client/read-failure'
import type { Failure } from '@/lib/domain/failure'
import type { SessionFiles } from '@/lib/domain/session-files'
import { FolderList } from './folder-list'
import { UploadList } from './upload-list'
import { type UsedUploads, useUploads } from './use-uploads'

type FilesDrawerProps = {
  sessionId: string
  open: boolean
  onClose: () => void
  /** Of one file, as far as the page knows. */
  maxBytes: number
  /** Files that were dropped on the page; each drop has a number of its own. */
  dropped: { serial: number; files: readonly File[] }
  /** Why nothing goes in or out now. */
  ended: Failure | null
  /** How far all uploads together are, from 0 to 1; null while there are none. */
  onProgress: (share: number | null) => void
}

/** Beside the desktop, not over all of it: one may go on working while files are under way. Closed, it goes on with them. */
export function FilesDrawer({ sessionId, open, onClose, maxBytes, dropped, ended, onProgress }: FilesDrawerProps) {
  const read = useQuery({ ...fileQueries.of(sessionId), enabled: open && !ended })
  const uploads = useUploads({
    sessionId,
    maxBytes: read.data?.maxBytes ?? maxBytes,
    ended,
    onDone: () => void read.refetch(),
  })
  useDrops(dropped, uploads.add)
  useProgress(uploads, onProgress)
  const close = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (open) close.current?.focus()
  }, [open])
  if (!open) return null
  return (
    <aside
      aria-label="Files"
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
      className="enter-right absolute inset-y-0 right-0 z-10 flex w-full flex-col border-line border-l bg-raised shadow-pop sm:w-96"
    >
      <header className="flex items-center gap-1 border-line border-b py-2 pr-2 pl-4">
        <h2 className="mr-auto font-semibold text-base">Files</h2>
        <IconButton label="Look again" size="sm" pending={read.isFetching} onClick={() => void read.refetch()}>
          <RefreshCw aria-hidden="true" />
        </IconButton>
        <IconButton ref={close} label="Close the files" size="sm" onClick={onClose}>
          <X aria-hidden="true" />
        </IconButton>
      </header>
      <div className="flex min-h-0 flex-1 flex-col gap-5 overflow-y-auto p-4">
        {ended ? (
          <p role="status" className="text-muted">
            {ended.message}
          </p>
        ) : (
          <Contents sessionId={sessionId} read={read} uploads={uploads} />
        )}
      </div>
    </aside>
  )
}

type ContentsProps = { sessionId: string; read: ReturnType<typeof useQuery<SessionFiles>>; uploads: UsedUploads }

function Contents({ sessionId, read, uploads }: ContentsProps) {
  const failure = readFailure(read, 'The files could not be listed')
  const files = read.data
  return (
    <>
      {files?.mayUpload && <UploadButton maxBytes={files.maxBytes} onFiles={uploads.add} />}
      <UploadList {...uploads} />
      {failure && <ErrorState {...failure} />}
      {!files && !failure && <Skeleton className="h-40" />}
      {files && !files.mayDownload && <p className="text-muted text-xs">This workspace lets no files out.</p>}
      {files && !files.mayUpload && <p className="text-muted text-xs">This workspace lets no files in.</p>}
      {files?.folders.map((listing) => (
        <FolderList
          key={listing.folder}
          sessionId={sessionId}
          listing={listing}
          mayDownload={files.mayDownload}
          maxBytes={files.maxBytes}
        />
      ))}
    </>
  )
}

function UploadButton({ maxBytes, onFiles }: { maxBytes: number; onFiles: (files: File[]) => void }) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <div className="flex flex-col items-start gap-1.5">
      <Button variant="primary" onClick={() => input.current?.click()}>
        <UploadIcon aria-hidden="true" />
        Upload files…
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label="Files to upload"
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])])
          // The same file may be chosen again.
          event.target.value = ''
        }}
      />
      <p className="text-muted text-xs">
        They go into Uploads. At most {formatBytes(maxBytes)} each; files can be dropped on the page as well.
      </p>
    </div>
  )
}

function useDrops(dropped: FilesDrawerProps['dropped'], add: UsedUploads['add']): void {
  const last = useRef(0)
  useEffect(() => {
    if (dropped.serial === last.current) return
    last.current = dropped.serial
    add(dropped.files)
  })
}

function useProgress({ uploads }: UsedUploads, tell: (share: number | null) => void): void {
  const busy = uploads.filter(({ state }) => state === 'sending' || state === 'waiting')
  const total = busy.reduce((sum, { file }) => sum + file.size, 0)
  const sent = busy.reduce((sum, { sentBytes }) => sum + sentBytes, 0)
  const share = busy.length === 0 ? null : total === 0 ? 0 : Math.min(1, sent / total)
  useEffect(() => tell(share), [share, tell])
}
