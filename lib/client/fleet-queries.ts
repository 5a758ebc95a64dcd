// How the administrators' pages read the fleet as a whole and everyone's sessions.
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { FleetOverview, SessionTableQuery } from '@/lib/domain/agent-view'
import type { SessionView } from '@/lib/domain/session'
import { getJson } from './get-json'
import { asTablePage } from './table-page'

const POLL_MS = 5_000

const asOverview = {
  parse(value: unknown): FleetOverview {
    const read = value as Partial<FleetOverview> | null
    if (!(Array.isArray(read?.queue) && Array.isArray(read.warnings) && read.agents)) throw new Error('not an overview')
    return read as FleetOverview
  },
}

export const fleetQueries = {
  all: ['fleet'] as const,

  overview: () =>
    queryOptions({
      queryKey: [...fleetQueries.all, 'overview'],
      queryFn: ({ signal }) => getJson('/api/portal/admin/fleet', { as: asOverview, signal }),
      refetchInterval: POLL_MS,
    }),

  sessions: (query: SessionTableQuery) =>
    queryOptions({
      queryKey: [...fleetQueries.all, 'sessions', query],
      queryFn: ({ signal }) => getJson('/api/portal/admin/sessions', { as: asTablePage<SessionView>(), query, signal }),
      placeholderData: keepPreviousData,
      refetchInterval: POLL_MS,
    }),
}
