// How many viewers may wait at once for desktops that start: a held WebSocket costs little, but whoever has a cookie could open them
// without end. A tab needs one; the rest is room for tabs that are reloaded.
import type { LiveGrant } from './admissions'
import { Refusal } from './refusal'

export const mostWaiting = { perViewer: 8, perSession: 24 } as const

export type WaitingRoom = {
  /** Takes a place, or throws `too_many_waiting`; returns what gives it back. */
  enter(grant: LiveGrant): () => void
}

export function openWaitingRoom(): WaitingRoom {
  // Ids of rights and of sessions are all different, so one map counts both.
  const counts = new Map<string, number>()
  const add = (id: string, by: 1 | -1) => {
    const count = (counts.get(id) ?? 0) + by
    if (count > 0) counts.set(id, count)
    else counts.delete(id)
  }
  const isFull = (id: string, most: number) => (counts.get(id) ?? 0) >= most
  return {
    enter({ id, route: { sessionId } }) {
      if (isFull(id, mostWaiting.perViewer) || isFull(sessionId, mostWaiting.perSession)) throw new Refusal('too_many_waiting')
      add(id, 1)
      add(sessionId, 1)
      return () => {
        add(id, -1)
        add(sessionId, -1)
      }
    },
  }
}
