'use client'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { RelativeTime } from '@/components/ui/relative-time'
import { toast } from '@/components/ui/toast'
import { agentQueries } from '@/lib/client/agent-queries'
import { formatBytes, formatCount } from '@/lib/client/format'
import { useAction } from '@/lib/client/use-action'
import type { AgentDetail, BroughtImageView, RemoveImages } from '@/lib/domain/agent-view'
import type { ActionResult } from '@/lib/domain/failure'

type UnneededImagesProps = {
  agent: AgentDetail
  remove: (input: RemoveImages & { agentId: string }) => Promise<ActionResult<AgentDetail>>
}

/** What Berth brought here and nothing needs any more: it can go. Nothing at all where there is none. */
export function UnneededImages({ agent, remove }: UnneededImagesProps) {
  const [asking, setAsking] = useState(false)
  const action = useAction(remove, { invalidates: [agentQueries.all], onFailure: toast.failure })
  const unneeded = agent.brought.filter((image) => image.unneededSince !== null)
  const left = unneeded.filter((image) => !image.removing)
  if (unneeded.length === 0) return null
  return (
    <Card
      title="Images that nothing needs"
      description={`${formatCount(unneeded.length, 'image')}, at most ${formatBytes(bytesOf(unneeded))}. Berth brought them here; no enabled workspace, session or container uses them.`}
      action={
        left.length > 0 ? (
          <Button size="sm" onClick={() => setAsking(true)}>
            Remove {left.length === 1 ? 'it' : `all ${left.length}`}…
          </Button>
        ) : undefined
      }
      flush
    >
      <ul>
        {unneeded.map((image) => (
          <li key={image.imageId} className="border-line border-t px-4 py-1.5">
            <p className="flex items-center gap-3">
              <span className="min-w-0 flex-1 truncate font-mono text-xs" title={image.imageId}>
                {nameOf(image)}
              </span>
              <span className="text-muted text-xs tabular-nums">
                {formatBytes(image.sizeBytes)} ·{' '}
                {image.removing ? (
                  'is being removed'
                ) : (
                  <>since {image.unneededSince && <RelativeTime time={image.unneededSince} />}</>
                )}
              </span>
            </p>
            {image.problem && <p className="mt-0.5 text-warn text-xs [overflow-wrap:anywhere]">Not removed: {image.problem}</p>}
          </li>
        ))}
      </ul>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={`Remove ${formatCount(left.length, 'image')} from ${agent.name}?`}
        confirmLabel={`Remove ${formatCount(left.length, 'image')}`}
        pendingLabel="Asking…"
        items={left.map((image) => `${nameOf(image)} (${formatBytes(image.sizeBytes)})`)}
        onConfirm={() => action.run({ agentId: agent.id, imageIds: left.map((image) => image.imageId) })}
      >
        At most {formatBytes(bytesOf(left))} become free: layers that other images share stay. Each is looked at once more before
        it goes, and nothing is forced. What came from a registry can be fetched again.
      </ConfirmDialog>
    </Card>
  )
}

/** A build that was replaced has lost its name to the newer one. */
function nameOf({ references, imageId }: BroughtImageView): string {
  return `${references.join(', ') || 'without a name'} · ${imageId.slice('sha256:'.length, 'sha256:'.length + 12)}`
}

function bytesOf(images: readonly BroughtImageView[]): number {
  return images.reduce((sum, image) => sum + image.sizeBytes, 0)
}
