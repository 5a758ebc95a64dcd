// A session for the page that shows it: answered at once, or, given the mark of what the page knows, as soon as anything about
// it is new. The page of a launch learns that the desktop answered within a few hundredths of a second, for one small query each.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Db } from '@/lib/db/client'
import type { Actor } from '@/lib/domain/actor'
import { DomainError } from '@/lib/domain/errors'
import type { WatchedSession, WatchSession } from '@/lib/domain/session'
import { isMoving, type SessionState } from '@/lib/domain/session-lifecycle'
import type { Deps } from './deps'
import { getSession } from './get-session'
import { sessionsOf } from './visible-session'

/** Shorter than the time within which a disabled account must see nothing more. */
const holdMs = 4_000

type Mark = {
  text: string
  pauseMs: number
  /** News come thick and fast: what is new already is told together with what follows in a moment. */
  gathers: boolean
}

export async function watchSession(deps: Deps, actor: Actor, { sessionId, since }: WatchSession): Promise<WatchedSession> {
  const until = Date.now() + holdMs
  let mark = await readMark(deps.db, actor, sessionId)
  let wait = since !== undefined && (mark.text === since || mark.gathers)
  while (wait && Date.now() < until) {
    await sleep(mark.pauseMs)
    mark = await readMark(deps.db, actor, sessionId)
    wait = mark.text === since
  }
  const session = await getSession(deps, actor, { sessionId })
  return { now: deps.clock.now().toISOString(), mark: mark.text, session }
}

/** Read before the session itself: what changes in between is news again the next time, never lost. */
async function readMark(db: Db, actor: Actor, sessionId: string): Promise<Mark> {
  const row = await db.session.findFirst({
    where: { id: sessionId, state: { not: 'deleted' }, ...sessionsOf(actor) },
    select: {
      state: true,
      wanted: true,
      version: true,
      fitsViewer: true,
      queuePosition: true,
      pull: true,
      imageUpdate: true,
      events: { orderBy: { id: 'desc' }, take: 1, select: { id: true } },
    },
  })
  if (!row) throw new DomainError('not_found', { message: 'There is no such session, or it is not yours.' })
  const pulled = (row.pull as { bytes?: number } | null)?.bytes ?? ''
  return {
    text: [row.version, row.events[0]?.id ?? '', row.queuePosition ?? '', pulled, row.imageUpdate ?? ''].join('.'),
    pauseMs: pauseMs(row),
    gathers: showsItself(row),
  }
}

/** A start is over in a second, and each pause is time that somebody waits; a queue can last for hours. */
type Moving = { state: SessionState; wanted: 'running' | 'paused' | 'stopped' | 'deleted'; fitsViewer: boolean }

function pauseMs(row: Moving): number {
  if (row.state === 'queued') return 250
  if (!isMoving(row)) return 1_000
  return showsItself(row) ? 250 : 40
}

/** The viewer page waits for the desktop by itself: no picture waits for this answer, and the machine has better to do. */
function showsItself({ state, fitsViewer }: Moving): boolean {
  return state === 'starting' && fitsViewer
}
