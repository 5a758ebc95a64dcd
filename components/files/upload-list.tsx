'use client'
import { CircleCheck, RotateCw, X } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { IconButton } from '@/components/ui/icon-button'
import { inertText } from '@/components/ui/inert-text'
import { ProgressBar } from '@/components/ui/progress-bar'
import { formatBytes } from '@/lib/client/format'
import { otherName } from './other-name'
import { progressWords } from './upload-pace'
import type { Upload, UsedUploads } from './use-uploads'

export function UploadList({ uploads, remove, again, clear }: UsedUploads) {
  if (uploads.length === 0) return null
  return (
    <section aria-label="Uploads of this page" className="flex flex-col gap-1.5">
      <ul className="flex flex-col divide-y divide-line rounded-lg border border-line">
        {uploads.map((upload) => (
          <li key={upload.id} className="flex items-start gap-2 px-3 py-2">
            <div className="min-w-0 flex-1">
              <UploadState upload={upload} />
              {upload.state === 'failed' && <Retry upload={upload} again={again} />}
            </div>
            <IconButton label={`${verbOf(upload)} ${inertText(upload.name)}`} size="sm" onClick={() => remove(upload.id)}>
              <X aria-hidden="true" />
            </IconButton>
          </li>
        ))}
      </ul>
      {uploads.some(({ state }) => state === 'done') && (
        <Button size="sm" variant="ghost" className="self-end" onClick={clear}>
          Put away what is done
        </Button>
      )}
    </section>
  )
}

function verbOf({ state }: Upload): string {
  return state === 'sending' || state === 'waiting' ? 'Cancel' : 'Put away'
}

function UploadState({ upload }: { upload: Upload }) {
  const { state, name, file, sentBytes, pace, failure } = upload
  if (state === 'sending')
    return (
      <ProgressBar label={inertText(name)} value={sentBytes} max={file.size} detail={progressWords(sentBytes, file.size, pace)} />
    )
  return (
    <>
      <p className="truncate" title={inertText(name)}>
        {inertText(name)}
      </p>
      <p role="status" className={state === 'failed' ? 'text-danger text-xs' : 'flex items-center gap-1 text-muted text-xs'}>
        {state === 'done' && <CircleCheck aria-hidden="true" className="size-3.5 text-ok" />}
        {state === 'done' && `${formatBytes(file.size)}, in Uploads`}
        {state === 'waiting' && `${formatBytes(file.size)}, waits for its turn`}
        {state === 'failed' &&
          [failure?.message, failure?.code === 'file_exists' ? null : failure?.hint].filter(Boolean).join(' ')}
      </p>
    </>
  )
}

function Retry({ upload: { id, name, failure }, again }: { upload: Upload; again: UsedUploads['again'] }) {
  if (failure?.code === 'too_large') return null
  return (
    <div className="mt-1.5 flex flex-wrap gap-2">
      {failure?.code === 'file_exists' ? (
        <>
          <Button size="sm" onClick={() => again(id, { replace: true })}>
            Replace it
          </Button>
          <Button size="sm" variant="ghost" onClick={() => again(id, { name: otherName(name) })}>
            Keep both
          </Button>
        </>
      ) : (
        <Button size="sm" onClick={() => again(id)}>
          <RotateCw aria-hidden="true" />
          Try again
        </Button>
      )}
    </div>
  )
}
