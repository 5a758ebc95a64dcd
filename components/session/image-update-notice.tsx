'use client'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import type { SessionDetail } from '@/lib/domain/session'
import { imageUpdateWords } from './image-update-words'
import type { SessionVerbs } from './use-session-verbs'

/** Above the desktop once the other build can be used at once; who reads it may put it aside. */
export function ImageUpdateNotice({ session, verbs }: { session: SessionDetail; verbs: SessionVerbs }) {
  const [hidden, setHidden] = useState<string | null>(null)
  const { imageUpdate, state } = session
  const isReady = imageUpdate === 'newer' || imageUpdate === 'other'
  if (!isReady || hidden === imageUpdate || (state !== 'running' && state !== 'paused')) return null
  const { title, text } = imageUpdateWords[imageUpdate]
  return (
    <div className="relative z-20 border-line border-b bg-surface p-2">
      <Notice
        tone="info"
        live
        title={title}
        action={
          <>
            {session.verbs.includes('stop') && (
              <Button size="sm" onClick={() => verbs.press('stop')}>
                Stop…
              </Button>
            )}
            <Button size="sm" variant="ghost" onClick={() => setHidden(imageUpdate)}>
              Dismiss
            </Button>
          </>
        }
      >
        {text}
      </Notice>
    </div>
  )
}
