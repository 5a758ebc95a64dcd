'use client'
// React Query's set-up: one client per browser tab, a fresh one per request on the server.
import { isServer, QueryClient, QueryClientProvider, type QueryKey } from '@tanstack/react-query'
import { type ReactNode, useCallback } from 'react'
import { InvalidateContext } from './invalidate-context'
import { RequestFailure } from './request-failure'

const MAX_RETRIES = 2

export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: 5_000, retry: (failures, error) => failures < MAX_RETRIES && isWorthRetrying(error) },
      mutations: { retry: false },
    },
  })
}

/** An answer that says no stays no; silence and trouble on the other side may pass. */
export function isWorthRetrying(error: unknown): boolean {
  return !(error instanceof RequestFailure) || error.status === 0 || error.status >= 500
}

let browserClient: QueryClient | undefined

function queryClient(): QueryClient {
  if (isServer) return newQueryClient()
  browserClient ??= newQueryClient()
  return browserClient
}

export function QueryProvider({ children }: { children: ReactNode }) {
  const client = queryClient()
  const invalidate = useCallback((queryKey: QueryKey) => client.invalidateQueries({ queryKey }), [client])
  return (
    <QueryClientProvider client={client}>
      <InvalidateContext value={invalidate}>{children}</InvalidateContext>
    </QueryClientProvider>
  )
}
