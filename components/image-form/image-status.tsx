import { AppLink } from '@/components/ui/app-link'
import { Notice } from '@/components/ui/notice'
import { formatCount } from '@/lib/client/format'
import type { SessionState } from '@/lib/domain/session-lifecycle'
import { stateWords } from '@/lib/domain/session-lifecycle'
import type { ImageDetail } from '@/lib/domain/workspace-image-view'

const NAMED = 5

/** Above the form: who uses it now. Sessions keep what they were launched with. */
export function ImageStatus({ image }: { image: ImageDetail }) {
  return (
    <div className="mb-5 flex flex-col gap-3">
      {image.liveSessions.length > 0 && (
        <Notice tone="info" title={`${formatCount(image.liveSessions.length, 'session')} of it now`}>
          {image.liveSessions.slice(0, NAMED).map((session, index) => (
            <span key={session.id}>
              {index > 0 && ', '}
              <AppLink href={`/sessions/${session.id}`} className="underline underline-offset-2">
                {session.owner}
              </AppLink>{' '}
              ({stateWords[session.state as SessionState].toLowerCase()})
            </span>
          ))}
          {image.liveSessions.length > NAMED && ` and ${image.liveSessions.length - NAMED} more`}. They keep what they were
          launched with; changes count from the next launch.
        </Notice>
      )}
    </div>
  )
}
