'use client'
import { FolderSync } from 'lucide-react'
import { IconButton } from '@/components/ui/icon-button'
import { formatPercent } from '@/lib/client/format'
import type { FilesPanel } from './use-files-panel'

export function FilesButton({ panel: { open, toggle, share, button } }: { panel: FilesPanel }) {
  const words = share === null ? 'Files' : `Files, uploading: ${formatPercent(share)}`
  return (
    <span className="flex items-center">
      <IconButton ref={button} label={words} size="sm" aria-expanded={open} onClick={toggle}>
        <FolderSync aria-hidden="true" />
      </IconButton>
      {share !== null && <span className="text-muted text-xs tabular-nums max-sm:hidden">{formatPercent(share)}</span>}
    </span>
  )
}
