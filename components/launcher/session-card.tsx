'use client'
import { useRouter } from 'next/navigation'
import { lazy, type ReactNode, Suspense } from 'react'
import { cancelVerb } from '@/components/session/cancel-verb'
import type { SessionActions } from '@/components/session/session-actions'
import { type PressedVerb, type SessionVerbs, useSessionVerbs } from '@/components/session/use-session-verbs'
import { Button } from '@/components/ui/button'
import { Pause, Square, Trash2, X } from '@/components/ui/icons'
import { LinkButton } from '@/components/ui/link-button'
import type { SessionView } from '@/lib/domain/session'

// Brought in when something is about to be destroyed, not with the page.
const ConfirmDialog = lazy(async () => ({
  default: (await import('@/components/session/session-confirm-dialog')).SessionConfirmDialog,
}))

type SessionCardProps = {
  session: SessionView
  actions: SessionActions
  onChanged: () => void
  /** What is to be seen of it, drawn by the server. */
  children: ReactNode
}

export function SessionCard({ session, actions, onChanged, children }: SessionCardProps) {
  const router = useRouter()
  const verbs = useSessionVerbs({
    session,
    actions,
    onChanged(next) {
      // Whoever takes a session up again wants to be in it.
      if (next?.wanted === 'running' && session.wanted !== 'running') router.push(`/sessions/${session.id}`)
      else onChanged()
    },
  })
  return (
    <li className="flex min-w-0 flex-col gap-3 rounded-lg border border-line bg-surface p-4 shadow-card">
      {children}
      <div className="mt-auto flex flex-wrap items-center gap-2">
        <MainButton session={session} verbs={verbs} />
        <span className="flex-1" />
        {offered(session).map(({ verb, word, icon }) => (
          <Button
            key={verb}
            variant="ghost"
            size="sm"
            // The platform's own tip, which costs nothing.
            title={`${word} ${session.imageName}`}
            aria-label={`${word} ${session.imageName}`}
            pending={verbs.pending === verb}
            onClick={() => verbs.press(verb)}
            className="w-7 px-0! pointer-coarse:w-9"
          >
            {icon}
          </Button>
        ))}
      </div>
      {verbs.confirming && (
        <Suspense>
          <ConfirmDialog session={session} verb={verbs.confirming} onClose={verbs.close} onConfirm={verbs.confirm} />
        </Suspense>
      )}
    </li>
  )
}

type Offered = { verb: Exclude<PressedVerb, 'startWithoutGpu'>; word: string; icon: ReactNode }

const sideVerbs: Offered[] = [
  { verb: 'pause', word: 'Pause', icon: <Pause /> },
  { verb: 'stop', word: 'Stop', icon: <Square /> },
  { verb: 'delete', word: 'Delete', icon: <Trash2 /> },
]

/** A launch that is under way can be taken back, and nothing else. */
function offered(session: SessionView): Offered[] {
  const isStarting = session.state === 'queued' || session.state === 'starting'
  if (isStarting && session.verbs.includes('stop')) return [{ verb: cancelVerb(session), word: 'Cancel', icon: <X /> }]
  return sideVerbs.filter(({ verb }) => session.verbs.includes(verb))
}

/** The one thing most people want from a session in this state. */
function MainButton({ session, verbs }: { session: SessionView; verbs: SessionVerbs }) {
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
  const word = running ? 'Open' : 'Show'
  return (
    <LinkButton
      href={`/sessions/${session.id}`}
      variant={running ? 'primary' : 'secondary'}
      size="sm"
      aria-label={`${word} ${name}`}
    >
      {word}
    </LinkButton>
  )
}
