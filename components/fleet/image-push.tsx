'use client'
import { CloudUpload } from 'lucide-react'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { CircleAlert, CircleCheck } from '@/components/ui/icons'
import { ProgressBar } from '@/components/ui/progress-bar'
import { RelativeTime } from '@/components/ui/relative-time'
import { toast } from '@/components/ui/toast'
import { formatBytesOf } from '@/lib/client/format'
import { imageQueries } from '@/lib/client/image-queries'
import { useAction } from '@/lib/client/use-action'
import type { ActionResult } from '@/lib/domain/failure'
import type { ImagePushView, PushImage } from '@/lib/domain/image-push'
import type { ImageDetail } from '@/lib/domain/workspace-image-view'
import { PushDialog } from './push-dialog'

type OfImage = (input: { imageId: string }) => Promise<ActionResult<ImageDetail>>
export type PushActions = {
  push: (input: PushImage & { imageId: string }) => Promise<ActionResult<ImageDetail>>
  usePushed: OfImage
  forget: OfImage
}

/** An image that agents have, on its way to a registry. */
export function ImagePush({ image, actions }: { image: ImageDetail; actions: PushActions }) {
  const [asking, setAsking] = useState(false)
  const invalidates = [imageQueries.all]
  const push = useAction(actions.push, { invalidates, onSuccess: () => setAsking(false) })
  const point = useAction(actions.usePushed, {
    invalidates,
    onFailure: toast.failure,
    onSuccess: (saved) => toast.ok(`${saved.name} comes from ${saved.reference} now`),
  })
  const forget = useAction(actions.forget, { invalidates, onFailure: toast.failure })
  const { push: last, id: imageId } = image
  const open = last?.state === 'waiting' || last?.state === 'pushing'
  const isUsed = last !== null && last.state === 'done' && image.reference === last.reference
  if (image.agents.length === 0 && !last) return null
  return (
    <div className="flex flex-col gap-2 border-line border-t px-4 py-2.5">
      {last && <PushLine push={last} isUsed={isUsed} />}
      <div className="flex flex-wrap items-center gap-2">
        {last?.state === 'done' && !isUsed && (
          <Button
            size="sm"
            variant="primary"
            pending={point.pending}
            pendingLabel="Changing…"
            onClick={() => void point.run({ imageId })}
          >
            Use {last.reference} for this workspace
          </Button>
        )}
        {!open && (
          <Button size="sm" onClick={() => setAsking(true)}>
            <CloudUpload aria-hidden="true" />
            {last?.state === 'failed' ? 'Push again…' : 'Push to a registry…'}
          </Button>
        )}
        {last && (
          <Button size="sm" variant="ghost" pending={forget.pending} onClick={() => void forget.run({ imageId })}>
            {open ? 'Cancel the push' : 'Put this away'}
          </Button>
        )}
      </div>
      {asking && (
        <PushDialog
          image={image}
          pending={push.pending}
          failure={push.failure}
          onPush={(input) => void push.run({ ...input, imageId })}
          onClose={() => {
            push.reset()
            setAsking(false)
          }}
        />
      )}
    </div>
  )
}

function PushLine({ push, isUsed }: { push: ImagePushView; isUsed: boolean }) {
  return (
    <div aria-live="polite">
      <p className="flex flex-wrap items-center gap-x-2">
        {push.state === 'failed' && <CircleAlert aria-hidden="true" className="size-3.5 shrink-0 text-warn" />}
        {push.state === 'done' && <CircleCheck aria-hidden="true" className="size-3.5 shrink-0 text-ok" />}
        <span className="min-w-0 flex-1 truncate">
          <span className="text-muted">Push to</span> <span className="font-mono text-xs">{push.reference}</span>
          <span className="text-muted text-xs"> from {push.agentName}</span>
        </span>
        <span className="text-muted text-xs tabular-nums">{stateWords(push)}</span>
        {push.endedAt && (
          <span className="text-muted text-xs">
            <RelativeTime time={push.endedAt} />
          </span>
        )}
      </p>
      {push.state === 'pushing' && (
        <ProgressBar
          label={`Pushing to ${push.reference}`}
          hideLabel
          value={push.progress && push.progress.bytesTotal > 0 ? push.progress.bytes : null}
          max={push.progress?.bytesTotal || 1}
          className="mt-1.5"
        />
      )}
      {push.state === 'failed' && (
        <p className="mt-1 text-muted text-xs [overflow-wrap:anywhere]">
          {push.problem?.replace(/\.?$/, '.')} {push.hint}
        </p>
      )}
      {push.state === 'done' && (
        <p className="mt-1 text-muted text-xs [overflow-wrap:anywhere]">
          {isUsed ? 'The workspace comes from there.' : 'The workspace still names the image as before.'} Digest:{' '}
          <span className="font-mono">{push.digest?.slice(push.digest.indexOf('@') + 1)}</span>
        </p>
      )}
    </div>
  )
}

function stateWords({ state, progress }: ImagePushView): string {
  if (state === 'waiting') return 'Waits for its agent'
  if (state === 'failed') return 'Could not be pushed'
  if (state === 'done') return 'Is there'
  if (!progress || progress.layers === 0) return progress?.status ?? 'Asking the registry'
  const parts = [
    progress.status,
    `${progress.layersDone} of ${progress.layers} layers`,
    progress.bytesTotal > 0 && formatBytesOf(progress.bytes, progress.bytesTotal),
  ]
  return parts.filter(Boolean).join(' · ')
}
