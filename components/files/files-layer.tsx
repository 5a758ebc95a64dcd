'use client'
import { lazy, Suspense } from 'react'
import { DropOverlay } from './drop-overlay'
import type { FilesPanel } from './use-files-panel'

// Brought in by the first click on its button, or by files that are dropped.
const FilesDrawer = lazy(async () => ({ default: (await import('./files-drawer')).FilesDrawer }))

/** What lies over the desktop for the sake of files. */
export function FilesLayer({ sessionId, panel }: { sessionId: string; panel: FilesPanel }) {
  const { open, used, close, maxBytes, dropped, ended, setShare, drag, drop } = panel
  const given = { sessionId, open, maxBytes, dropped, ended }
  return (
    <>
      {used && (
        <Suspense>
          <FilesDrawer {...given} onClose={close} onProgress={setShare} />
        </Suspense>
      )}
      {drag.over && <DropOverlay maxBytes={maxBytes} onFiles={drop} onEnd={drag.end} />}
    </>
  )
}
