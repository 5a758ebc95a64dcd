import type { SessionDetail, SessionView } from '@/lib/domain/session'

export type Started = Pick<SessionView, 'startedAt'> & Partial<Pick<SessionDetail, 'timeline'>>

/** Whether somebody may have worked in it. A list knows of its container only; the page of a session knows whether a desktop answered. */
export function everRan({ startedAt, timeline }: Started): boolean {
  return timeline ? timeline.some(({ code }) => code === 'answered') : startedAt !== null
}

/** What taking back a launch means: one that never ran leaves nothing behind, one that ran before goes back to being stopped. */
export function cancelVerb(session: Started): 'stop' | 'delete' {
  return everRan(session) ? 'stop' : 'delete'
}
