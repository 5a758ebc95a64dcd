// A read that did not work, as a list shows it; nothing while older rows can still be shown.
import type { UseQueryResult } from '@tanstack/react-query'
import { RequestFailure } from './request-failure'

export type ShownFailure = {
  title: string
  reason: string
  hint: string | undefined
  reference: string | undefined
  onRetry: () => void
  retrying: boolean
}

export function readFailure(
  read: Pick<UseQueryResult, 'data' | 'error' | 'isFetching' | 'refetch'>,
  title: string,
): ShownFailure | null {
  if (!read.error || read.data !== undefined) return null
  const failure = read.error instanceof RequestFailure ? read.error : null
  return {
    title,
    reason: read.error.message,
    hint: failure?.hint,
    reference: failure?.reference,
    onRetry: () => void read.refetch(),
    retrying: read.isFetching,
  }
}
