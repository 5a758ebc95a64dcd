'use client'
import { Download, File as FileIcon, Folder, Link2, Plug } from 'lucide-react'
import type { ReactNode } from 'react'
import { buttonLook } from '@/components/ui/button'
import { inertText } from '@/components/ui/inert-text'
import { RelativeTime } from '@/components/ui/relative-time'
import { cn } from '@/lib/client/cn'
import { formatBytes } from '@/lib/client/format'
import type { FileEntry, FolderListing } from '@/lib/domain/session-files'
import { filePath } from './send-file'

type FolderListProps = { sessionId: string; listing: FolderListing; mayDownload: boolean; maxBytes: number }

export function FolderList({ sessionId, listing, mayDownload, maxBytes }: FolderListProps) {
  const { folder, entries, more, problem } = listing
  const newestFirst = [...entries].sort((a, b) => b.modifiedAt.localeCompare(a.modifiedAt))
  return (
    <section aria-label={folder} className="flex flex-col gap-1.5">
      <h3 className="flex items-baseline justify-between gap-3 font-medium">
        {folder}
        <span className="font-normal text-muted text-xs tabular-nums">
          {entries.length > 0 && `${entries.length}${more ? '+' : ''}`}
        </span>
      </h3>
      {problem && <p className="text-danger text-xs">{problem}</p>}
      {!problem && entries.length === 0 && <p className="text-muted text-xs">{emptyWords[folder]}</p>}
      {entries.length > 0 && (
        <ul className="flex flex-col divide-y divide-line rounded-lg border border-line">
          {newestFirst.map((entry) => (
            <Entry
              key={entry.name}
              entry={entry}
              href={mayDownload ? filePath(sessionId, folder, entry.name) : null}
              whyNot={whyNot(entry, maxBytes)}
            />
          ))}
        </ul>
      )}
      {more && <p className="text-muted text-xs">There are more than are shown here.</p>}
    </section>
  )
}

const emptyWords = {
  Uploads: 'Nothing was uploaded yet.',
  Downloads: 'Nothing here yet. What the desktop’s browser downloads comes here, and whatever you save in this folder.',
} as const

const icons: Record<FileEntry['kind'], ReactNode> = {
  file: <FileIcon aria-hidden="true" />,
  folder: <Folder aria-hidden="true" />,
  link: <Link2 aria-hidden="true" />,
  other: <Plug aria-hidden="true" />,
}

/** Null: it can be downloaded. */
function whyNot({ kind, named, sizeBytes }: FileEntry, maxBytes: number): string | null {
  if (kind === 'folder') return 'Folder: pack it on the desktop first'
  if (kind === 'link') return 'Link: not downloaded'
  if (kind === 'other') return 'No plain file: not downloaded'
  if (!named) return 'Rename it on the desktop first'
  return sizeBytes > maxBytes ? `${formatBytes(sizeBytes)}, larger than the limit` : null
}

function Entry({ entry, href, whyNot }: { entry: FileEntry; href: string | null; whyNot: string | null }) {
  const name = inertText(entry.name)
  return (
    <li className="flex items-center gap-2.5 px-3 py-2">
      <span className="shrink-0 text-muted [&_svg]:size-4">{icons[entry.kind]}</span>
      <div className="min-w-0 flex-1">
        {/* Whoever named it does not get to reorder what stands beside it. */}
        <bdi className="block truncate" title={name}>
          {name}
        </bdi>
        <p className="truncate text-muted text-xs tabular-nums">
          {whyNot ?? (
            <>
              {formatBytes(entry.sizeBytes)} · <RelativeTime time={entry.modifiedAt} />
            </>
          )}
        </p>
      </div>
      {href && !whyNot && (
        <a
          href={href}
          download=""
          aria-label={`Download ${name}`}
          title={`Download ${name}`}
          className={cn(buttonLook({ variant: 'ghost', size: 'sm', icon: true }))}
        >
          <Download aria-hidden="true" />
        </a>
      )}
    </li>
  )
}
