'use client'
import { useRouter } from 'next/navigation'
import { type ReactNode, useState } from 'react'
import type { SessionActions } from '@/components/session/session-actions'
import type { SessionView } from '@/lib/domain/session'
import { SessionCard } from './session-card'
import { ShowMore } from './show-more'

export type DrawnSession = { session: SessionView; body: ReactNode }

type MySessionsProps = { sessions: readonly DrawnSession[]; actions: SessionActions }

const SHOWN_AT_FIRST = 6

/** What somebody has, before what they could have. */
export function MySessions({ sessions, actions }: MySessionsProps) {
  const router = useRouter()
  const [all, setAll] = useState(false)
  const shown = all ? sessions : sessions.slice(0, SHOWN_AT_FIRST)
  return (
    <section aria-labelledby="my-sessions" className="mb-8">
      <h2 id="my-sessions" className="mb-4 font-semibold text-base">
        My sessions {sessions.length > 0 && <span className="font-normal text-muted tabular-nums">{sessions.length}</span>}
      </h2>
      {sessions.length === 0 ? (
        <p className="rounded-lg border border-line border-dashed px-4 py-6 text-center text-muted">
          Nothing runs. Launch a workspace below: it goes on running when you close the tab, until you stop it.
        </p>
      ) : (
        <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(21rem,100%),1fr))] gap-4">
          {shown.map(({ session, body }) => (
            <SessionCard key={session.id} session={session} actions={actions} onChanged={() => router.refresh()}>
              {body}
            </SessionCard>
          ))}
        </ul>
      )}
      <ShowMore count={sessions.length - shown.length} of="sessions" onShow={() => setAll(true)} />
    </section>
  )
}
