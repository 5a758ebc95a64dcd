'use client'
import { useRouter } from 'next/navigation'
import { lazy, Suspense } from 'react'
import { ResourceChips } from '@/components/session/resource-chips'
import type { SessionActions } from '@/components/session/session-actions'
import { SessionStatePill } from '@/components/session/session-state-pill'
import { TimeLeftBadge } from '@/components/session/time-left-badge'
import { cancelVerb, useSessionVerbs } from '@/components/session/use-session-verbs'
import { Button } from '@/components/ui/button'
import { Pause, Square, Trash2, X } from '@/components/ui/icons'
import { LinkButton } from '@/components/ui/link-button'
import { RelativeTime } from '@/components/ui/relative-time'
import type { SessionDetail, SessionView } from '@/lib/domain/session'
import { CardButton } from './card-button'
import { type Pictures, TilePicture } from './tile-picture'

// Brought in when something is about to be destroyed, not with the page.
const ConfirmDialog = lazy(async () => ({
  default: (await import('@/components/session/session-confirm-dialog')).SessionConfirmDialog,
}))

type SessionCardProps = {
  session: SessionView
  pictures: Pictures
  actions: SessionActions
  onChanged: (session: SessionDetail | null) => void
}

export function SessionCard({ session, pictures, actions, onChanged }: SessionCardProps) {
  const router = useRouter()
  const verbs = useSessionVerbs({
    session,
    actions,
    onChanged(next) {
      onChanged(next)
      // Whoever takes a session up again wants to be in it.
      if (next?.wanted === 'running' && session.wanted !== 'running') router.push(`/sessions/${session.id}`)
    },
  })
  const name = session.imageName
  const isStarting = session.state === 'queued' || session.state === 'starting'
  const can = (verb: SessionView['verbs'][number]) => session.verbs.includes(verb)

  return (
    <li className="flex min-w-0 flex-col gap-3 rounded-lg border border-line bg-surface p-4 shadow-card">
      <div className="flex items-start gap-3">
        <TilePicture icon={session.icon} pictures={pictures} />
        <div className="min-w-0 flex-1">
          <h3 className="truncate font-medium" title={name}>
            {name}
          </h3>
          <p className="text-muted text-xs">
            {session.startedAt ? 'Started ' : 'Launched '}
            <RelativeTime time={session.startedAt ?? session.createdAt} />
          </p>
        </div>
        <SessionStatePill session={session} />
      </div>
      <div className="flex flex-wrap gap-1.5">
        <ResourceChips
          cpuMillis={session.cpuMillis}
          memoryBytes={session.memoryBytes}
          gpusWanted={session.gpusWanted}
          gpus={session.gpus}
        />
        <TimeLeftBadge endsAt={session.endsAt} />
      </div>
      {session.state === 'queued' && session.queuePosition !== null && (
        <p className="text-muted text-xs">Position {session.queuePosition} in the queue</p>
      )}
      <div className="mt-auto flex flex-wrap items-center gap-2">
        <MainButton session={session} verbs={verbs} />
        <span className="flex-1" />
        {isStarting && can('stop') && (
          <CardButton label={`Cancel ${name}`} pending={verbs.pending !== null} onPress={() => verbs.press(cancelVerb(session))}>
            <X aria-hidden="true" />
          </CardButton>
        )}
        {can('pause') && (
          <CardButton label={`Pause ${name}`} pending={verbs.pending === 'pause'} onPress={() => verbs.press('pause')}>
            <Pause aria-hidden="true" />
          </CardButton>
        )}
        {!isStarting && can('stop') && (
          <CardButton label={`Stop ${name}`} pending={verbs.pending === 'stop'} onPress={() => verbs.press('stop')}>
            <Square aria-hidden="true" />
          </CardButton>
        )}
        {!isStarting && can('delete') && (
          <CardButton label={`Delete ${name}`} pending={verbs.pending === 'delete'} onPress={() => verbs.press('delete')}>
            <Trash2 aria-hidden="true" />
          </CardButton>
        )}
      </div>
      {verbs.confirming && (
        <Suspense>
          <ConfirmDialog session={session} verb={verbs.confirming} onClose={verbs.close} onConfirm={verbs.confirm} />
        </Suspense>
      )}
    </li>
  )
}

type MainButtonProps = { session: SessionView; verbs: ReturnType<typeof useSessionVerbs> }

/** The one thing most people want from a session in this state. */
function MainButton({ session, verbs }: MainButtonProps) {
  const name = session.imageName
  if (session.verbs.includes('resume')) {
    return (
      <Button
        variant="primary"
        size="sm"
        aria-label={`Resume ${name}`}
        pending={verbs.pending === 'resume'}
        pendingLabel="Resuming…"
        onClick={() => verbs.press('resume')}
      >
        Resume
      </Button>
    )
  }
  const running = session.verbs.includes('connect')
  return (
    <LinkButton
      href={`/sessions/${session.id}`}
      variant={running ? 'primary' : 'secondary'}
      size="sm"
      aria-label={`${running ? 'Open' : 'Show'} ${name}`}
    >
      {running ? 'Open' : 'Show'}
    </LinkButton>
  )
}
