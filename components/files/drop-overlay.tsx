'use client'
import { Upload } from 'lucide-react'
import { formatBytes } from '@/lib/client/format'

type DropOverlayProps = { maxBytes: number; onFiles: (files: File[]) => void; onEnd: () => void }

/** Over the whole page while files hang over it: whatever is below would take them otherwise. */
export function DropOverlay({ maxBytes, onFiles, onEnd }: DropOverlayProps) {
  return (
    <section
      aria-label="Drop files to upload them"
      className="fixed inset-0 z-40 grid place-items-center bg-canvas/80 p-6"
      onDragOver={(event) => event.preventDefault()}
      onDragLeave={(event) => event.target === event.currentTarget && onEnd()}
      onDrop={(event) => {
        event.preventDefault()
        onFiles([...event.dataTransfer.files])
        onEnd()
      }}
      // A drag that left by another way.
      onMouseMove={onEnd}
    >
      <div className="pointer-events-none flex max-w-sm flex-col items-center gap-2 rounded-xl border-2 border-accent border-dashed bg-raised p-8 text-center shadow-pop">
        <Upload aria-hidden="true" className="size-7 text-accent" />
        <p className="font-medium text-base">Drop files to upload them</p>
        <p className="text-muted">They go into the folder Uploads of this session. At most {formatBytes(maxBytes)} each.</p>
      </div>
    </section>
  )
}
