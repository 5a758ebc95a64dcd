'use client'
import { useState } from 'react'
import type { SessionActions } from '@/components/session/session-actions'
import { Notice } from '@/components/ui/notice'
import { usePolledJson } from '@/lib/client/use-polled-json'
import type { SessionDetail, SessionView } from '@/lib/domain/session'
import { isMoving } from '@/lib/domain/session-lifecycle'
import { asMySessions, type MySessionsRead } from './launcher-answers'
import { orderSessions } from './order-sessions'
import { SessionCard } from './session-card'
import type { Pictures } from './tile-picture'

type MySessionsProps = { initial: MySessionsRead; pictures: Pictures; actions: SessionActions }

const SHOWN_AT_FIRST = 6
const MOVING_POLL_MS = 500
const SETTLED_POLL_MS = 5_000

/** What somebody has, live, before what they could have. */
export function MySessions({ initial, pictures, actions }: MySessionsProps) {
  const [all, setAll] = useState(false)
  const { data, failure, refresh, put } = usePolledJson<MySessionsRead>({
    path: '/api/portal/sessions',
    initial,
    as: asMySessions,
    everyMs: ({ items }) => (items.some(isMoving) ? MOVING_POLL_MS : SETTLED_POLL_MS),
  })
  const sessions = orderSessions(data.items)
  const shown = all ? sessions : sessions.slice(0, SHOWN_AT_FIRST)

  function changed(id: string, session: SessionDetail | null) {
    put((before) => ({ ...before, items: before.items.map((one) => (one.id === id ? (session ?? deleting(one)) : one)) }))
    refresh()
  }

  return (
    <section aria-labelledby="my-sessions" className="mb-8">
      <h2 id="my-sessions" className="mb-4 font-semibold text-base">
        My sessions {sessions.length > 0 && <span className="font-normal text-muted tabular-nums">{sessions.length}</span>}
      </h2>
      {failure && (
        <Notice tone="warn" live className="mb-4" title="What is shown may be old">
          {failure.message} {failure.hint}
        </Notice>
      )}
      {sessions.length === 0 ? (
        <p className="rounded-lg border border-line border-dashed px-4 py-6 text-center text-muted">
          Nothing runs. Launch a workspace below: it goes on running when you close the tab, until you stop it.
        </p>
      ) : (
        <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(21rem,100%),1fr))] gap-4">
          {shown.map((session) => (
            <SessionCard
              key={session.id}
              session={session}
              pictures={pictures}
              actions={actions}
              onChanged={(next) => changed(session.id, next)}
            />
          ))}
        </ul>
      )}
      {shown.length < sessions.length && (
        <button
          type="button"
          onClick={() => setAll(true)}
          className="mt-4 w-full rounded-lg border border-line border-dashed py-3 text-muted hover:bg-hover hover:text-ink"
        >
          Show {sessions.length - shown.length} more sessions
        </button>
      )}
    </section>
  )
}

/** Until the next read says so itself. */
function deleting(session: SessionView): SessionView {
  return { ...session, wanted: 'deleted', verbs: [] }
}
