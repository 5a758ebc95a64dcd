// How a session's own page reads it: held requests while something is under way, a plain read now and then once it rests.
import { queryOptions } from '@tanstack/react-query'
import type { WatchedSession } from '@/lib/domain/session'
import { isMoving } from '@/lib/domain/session-lifecycle'
import { getJson } from './get-json'

const SETTLED_POLL_MS = 5_000
const SILENT_POLL_MS = 2_000

/** What a page holds of a session, with how far the server's clock is ahead of this one. */
export type SessionRead = WatchedSession & { skewMs: number }

/** A full schema would cost more than the page; what the page cannot live without is looked at. */
export const asWatchedSession = {
  parse(value: unknown): WatchedSession {
    const read = value as Partial<WatchedSession> | null
    if (typeof read?.mark !== 'string' || typeof read.now !== 'string' || typeof read.session?.state !== 'string')
      throw new Error('not a session')
    return read as WatchedSession
  },
}

export function withSkew(read: WatchedSession, nowMs: number): SessionRead {
  return { ...read, skewMs: Date.parse(read.now) - nowMs }
}

export const sessionQueries = {
  all: ['sessions'] as const,

  one: (sessionId: string) =>
    queryOptions<SessionRead>({
      queryKey: [...sessionQueries.all, 'one', sessionId],
      queryFn: async ({ client, queryKey, signal }) => {
        const known = client.getQueryData<SessionRead>(queryKey)
        const since = known && isMoving(known.session) ? known.mark : undefined
        const read = await getJson(`/api/portal/sessions/${encodeURIComponent(sessionId)}`, {
          as: asWatchedSession,
          signal,
          ...(since ? { query: { since } } : {}),
        })
        return withSkew(read, Date.now())
      },
      staleTime: 0,
      // A browser on the machine of the containers loses requests under way whenever one of them gets its network: at the very
      // moment of a start. The first try again must not cost a second.
      retryDelay: (failures) => (failures === 0 ? 50 : 1_000),
      refetchInterval: ({ state }) => (state.error ? SILENT_POLL_MS : SETTLED_POLL_MS),
      refetchOnWindowFocus: 'always',
    }),
}
