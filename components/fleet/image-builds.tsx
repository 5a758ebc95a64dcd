import { AppLink } from '@/components/ui/app-link'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { RelativeTime } from '@/components/ui/relative-time'
import { formatBytes, formatCount } from '@/lib/client/format'
import type { ImageBuild, ImageUpdates } from '@/lib/domain/image-updates-view'
import { shortDigest } from './short-digest'

const SESSIONS_NAMED = 5

type ImageBuildsProps = { updates: ImageUpdates; onPin: (digest: string) => void; pending: boolean }

/** The history of a tag: each build with its age, size, places and sessions, and the click that makes new sessions run it. */
export function ImageBuilds({ updates, onPin, pending }: ImageBuildsProps) {
  const { builds, current, previous, pinnedDigest } = updates
  return (
    <ul>
      {builds.map((build) => (
        <li key={build.digest} className="border-line border-t px-4 py-2">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <code className="text-xs" title={build.digest}>
              {shortDigest(build.digest)}
            </code>
            <span className="flex flex-1 flex-wrap gap-1">
              {build.digest === pinnedDigest && <Badge tone="accent">Pinned</Badge>}
              {build.digest === current && <Badge tone={pinnedDigest ? 'neutral' : 'ok'}>Tag names it</Badge>}
              {build.digest === previous && <Badge>The one before</Badge>}
            </span>
            <span className="text-muted text-xs tabular-nums">
              <Facts build={build} />
            </span>
            <PinButton
              digest={build.digest}
              isUsed={build.digest === (pinnedDigest ?? current)}
              isThere={build.agents.length > 0}
              isBack={build.digest === previous && pinnedDigest === null}
              pending={pending}
              onPin={onPin}
            />
          </div>
          {build.sessions.length > 0 && <Sessions sessions={build.sessions} />}
        </li>
      ))}
    </ul>
  )
}

function Facts({ build: { firstSeenAt, sizeBytes, agents } }: { build: ImageBuild }) {
  return (
    <>
      {sizeBytes !== null && `${formatBytes(sizeBytes)} · `}
      {firstSeenAt ? (
        <>
          first seen <RelativeTime time={firstSeenAt} />
        </>
      ) : (
        'never named by the registry'
      )}
      {' · '}
      <span title={agents.map(({ name }) => name).join(', ')}>
        {agents.length === 0 ? 'on no agent' : `on ${formatCount(agents.length, 'agent')}`}
      </span>
    </>
  )
}

type PinButtonProps = {
  digest: string
  isUsed: boolean
  isThere: boolean
  isBack: boolean
  pending: boolean
  onPin: (digest: string) => void
}

function PinButton({ digest, isUsed, isThere, isBack, pending, onPin }: PinButtonProps) {
  if (isUsed)
    return <span className="text-muted text-xs">{isThere ? 'New sessions run it' : 'New sessions run it once it is there'}</span>
  return (
    <Button
      size="sm"
      variant={isBack ? 'secondary' : 'ghost'}
      disabled={pending}
      aria-label={`${isBack ? 'Roll back to' : 'Pin'} ${shortDigest(digest)}`}
      onClick={() => onPin(digest)}
    >
      {isBack ? 'Roll back' : 'Pin'}
    </Button>
  )
}

function Sessions({ sessions }: Pick<ImageBuild, 'sessions'>) {
  const more = sessions.length - SESSIONS_NAMED
  return (
    <p className="mt-1 text-muted text-xs">
      {formatCount(sessions.length, 'session')}:{' '}
      {sessions.slice(0, SESSIONS_NAMED).map(({ id, owner, workspace }, index) => (
        <span key={id}>
          {index > 0 && ', '}
          <AppLink href={`/sessions/${id}`} className="underline underline-offset-2" title={workspace}>
            {owner}
          </AppLink>
        </span>
      ))}
      {more > 0 && ` and ${more} more`}
    </p>
  )
}
