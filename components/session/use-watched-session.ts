'use client'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useState } from 'react'
import type { RequestFailure } from '@/lib/client/request-failure'
import { type SessionRead, sessionQueries, withSkew } from '@/lib/client/session-queries'
import type { Failure } from '@/lib/domain/failure'
import type { SessionDetail, WatchedSession } from '@/lib/domain/session'
import { isMoving } from '@/lib/domain/session-lifecycle'

export type UsedSession = {
  session: SessionDetail
  skewMs: number
  /** It was there and is not any more. */
  gone: boolean
  /** What is shown may be old. */
  failure: Failure | null
  refresh: () => void
  put: (session: SessionDetail) => void
}

export function useWatchedSession(initial: WatchedSession): UsedSession {
  const client = useQueryClient()
  const options = sessionQueries.one(initial.session.id)
  const [first] = useState((): SessionRead => withSkew(initial, Date.now()))
  const { data, error, isFetching, refetch, dataUpdatedAt } = useQuery({ ...options, initialData: first })
  const { session, skewMs } = data
  const failure = error as RequestFailure | null
  const moving = isMoving(session) || session.saving

  // While something is under way the next question is asked as soon as the last one is answered: the portal holds it until
  // there is news. dataUpdatedAt is what tells one answer from the next.
  useEffect(() => {
    if (moving && !isFetching && !failure) void refetch()
  }, [moving, isFetching, failure, refetch, dataUpdatedAt])

  const refresh = useCallback(() => void refetch(), [refetch])
  const put = useCallback(
    (next: SessionDetail) =>
      client.setQueryData<SessionRead>(options.queryKey, (before) =>
        // An answer that was on its way while this one was given may be older.
        before && before.session.version <= next.version ? { ...before, mark: '', session: next } : before,
      ),
    [client, options.queryKey],
  )
  return { session, skewMs, gone: failure?.status === 404, failure, refresh, put }
}
