'use client'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { ClockTime } from '@/components/ui/clock-time'
import { Notice } from '@/components/ui/notice'
import type { SessionDetail } from '@/lib/domain/session'
import { drainMessage } from './drain-words'

/** Above the desktop, without covering it: why its agent leaves service, and what that means for whoever works in it. */
export function DrainNotice({ session }: { session: SessionDetail }) {
  const { drain } = session
  const [dismissed, setDismissed] = useState<string | null>(null)
  const key = JSON.stringify(drain)
  if (drain === null || dismissed === key) return null
  const message = drainMessage(drain)
  return (
    <div className="relative z-20 border-line border-b bg-surface p-2">
      <Notice
        tone="warn"
        live
        title={
          drain.deadlineAt ? (
            <>
              This session will be stopped <ClockTime time={drain.deadlineAt} />
            </>
          ) : (
            'The agent of this session is being taken out of service'
          )
        }
        action={
          <Button size="sm" variant="ghost" onClick={() => setDismissed(key)}>
            Dismiss
          </Button>
        }
      >
        {message && (
          <p className="mb-1 whitespace-pre-wrap">
            <span className="text-muted">An administrator says: </span>
            <bdi>{message}</bdi>
          </p>
        )}
        {drain.deadlineAt
          ? 'Its agent is being taken out of service. Save your work before: files outside the home and the volumes are lost, the home and the volumes are kept.'
          : 'It goes on as long as you need it. Once you have stopped it, it starts on another agent; if its home lies on this one, it waits until the agent is back.'}
      </Notice>
    </div>
  )
}
