'use client'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { Notice } from '@/components/ui/notice'
import { RelativeTime } from '@/components/ui/relative-time'
import { useAction } from '@/lib/client/use-action'
import type { SessionDetail } from '@/lib/domain/session'
import type { SessionActions } from './session-actions'

type GpuLostNoticeProps = {
  session: SessionDetail
  restart: SessionActions['restart']
  onChanged: (session: SessionDetail) => void
}

/** Above the desktop, without covering it: what runs without the GPU may be finished and saved first. */
export function GpuLostNotice({ session, restart, onChanged }: GpuLostNoticeProps) {
  const [asking, setAsking] = useState(false)
  const call = useAction(restart, { onSuccess: onChanged })
  const holds = session.state === 'running' || session.state === 'paused'
  if (session.gpuLostAt === null || !holds) return null
  return (
    <div className="relative z-20 border-line border-b bg-surface p-2">
      <Notice
        tone="danger"
        live
        title="This session has lost its GPU"
        action={
          session.verbs.includes('restart') && (
            <Button size="sm" variant="primary" onClick={() => setAsking(true)}>
              Restart…
            </Button>
          )
        }
      >
        Its container stopped seeing it <RelativeTime time={session.gpuLostAt} />, and it seldom comes back by itself: something
        on the host, often a reload of its services, took it away. Save your work, then restart the session to get a GPU again.
      </Notice>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={`Restart “${session.imageName}”?`}
        items={[
          'The desktop and every program in it end, unsaved work included.',
          'Its container is removed, with all files outside the home and the volumes.',
        ]}
        confirmLabel="Restart session"
        pendingLabel="Restarting…"
        onConfirm={() => call.run({ sessionId: session.id })}
      >
        The home and the volumes are kept. It starts again by itself, possibly on another agent with other GPUs; if none is free,
        it waits at its old place in the queue.
      </ConfirmDialog>
    </div>
  )
}
