// The order of "My sessions": what runs or moves first, then what rests; the newest first in each. Pure.
import type { SessionView } from '@/lib/domain/session'
import { holdsResources, isMoving } from '@/lib/domain/session-lifecycle'

type Ordered = Pick<SessionView, 'state' | 'wanted' | 'createdAt'>

export function orderSessions<T extends Ordered>(sessions: readonly T[]): T[] {
  return [...sessions].sort((a, b) => rank(a) - rank(b) || (a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : 0))
}

function rank(session: Ordered): number {
  return holdsResources(session.state) || isMoving(session) ? 0 : 1
}
