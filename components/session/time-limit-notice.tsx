'use client'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import type { SessionDetail } from '@/lib/domain/session'
import type { SessionVerbs } from './use-session-verbs'
import { useTimeLeft } from './use-time-left'

type TimeLimitNoticeProps = { session: SessionDetail; verbs: SessionVerbs; skewMs: number }

/** Said from fifteen minutes before the end, above the desktop and without covering it. */
export function TimeLimitNotice({ session, verbs, skewMs }: TimeLimitNoticeProps) {
  const left = useTimeLeft(session.endsAt, skewMs)
  const [dismissed, setDismissed] = useState<string | null>(null)
  const holds = session.state === 'running' || session.state === 'paused'
  if (!holds || !left?.near || dismissed === session.endsAt) return null
  return (
    <div className="relative z-20 border-line border-b bg-surface p-2">
      <Notice
        tone="warn"
        live
        title={left.over ? 'The time limit is reached' : 'This session will be stopped soon'}
        action={
          <>
            {session.verbs.includes('extend') && (
              <Button size="sm" variant="primary" pending={verbs.pending === 'extend'} onClick={() => verbs.press('extend')}>
                Extend by an hour
              </Button>
            )}
            <Button size="sm" variant="ghost" onClick={() => setDismissed(session.endsAt)}>
              Dismiss
            </Button>
          </>
        }
      >
        {/* The countdown stands in the bar: here it would be read out again with every change. */}
        {left.over ? 'It is being stopped.' : 'Its time limit ends within fifteen minutes.'} Save your work: files outside the
        home and the volumes are lost, the home and the volumes are kept.
      </Notice>
    </div>
  )
}
