// The files of a session. Each look starts a program in its container, so that nobody looks without being asked to.
import { queryOptions } from '@tanstack/react-query'
import type { SessionFiles } from '@/lib/domain/session-files'
import { getJson } from './get-json'

const asSessionFiles = {
  parse(value: unknown): SessionFiles {
    const read = value as Partial<SessionFiles> | null
    if (!Array.isArray(read?.folders) || typeof read.maxBytes !== 'number') throw new Error('no files of a session')
    return read as SessionFiles
  },
}

export const fileQueries = {
  of: (sessionId: string) =>
    queryOptions<SessionFiles>({
      queryKey: ['session-files', sessionId],
      queryFn: ({ signal }) =>
        getJson(`/api/v1/sessions/${encodeURIComponent(sessionId)}/files`, { as: asSessionFiles, signal, timeoutMs: 30_000 }),
      staleTime: 2_000,
      refetchOnWindowFocus: false,
      retry: false,
    }),
}
