'use client'
import { lazy, Suspense } from 'react'
import { DropOverlay } from './drop-overlay'
import type { FilesPanel } from './use-files-panel'

// Brought in by the first click on its button, or by files that are dropped.
const FilesDrawer = lazy(async () => ({ default: (await import('./files-drawer')).FilesDrawer }))

/** What lies over the desktop for the sake of files. */
export function FilesLayer({ sessionId, panel }: { sessionId: string; panel: FilesPanel }) {
  const { open, used, close, dropped, ended, setShare, drag, drop } = panel
  return (
    <>
      {used && (
        <Suspense>
          <FilesDrawer sessionId={sessionId} open={open} onClose={close} dropped={dropped} ended={ended} onProgress={setShare} />
        </Suspense>
      )}
      {drag.over && <DropOverlay onFiles={drop} onEnd={drag.end} />}
    </>
  )
}
