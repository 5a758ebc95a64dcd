// How pages follow hosts that are being added: often, since somebody stands before the screen and waits.
import { queryOptions } from '@tanstack/react-query'
import type { HostEnrolmentView } from '@/lib/domain/host-enrolment'
import { getJson } from './get-json'
import { asThing } from './table-page'

const POLL_MS = 2_000
const LIST_POLL_MS = 5_000

const asList = {
  parse(value: unknown): HostEnrolmentView[] {
    if (!Array.isArray(value)) throw new Error('not a list of hosts')
    return value as HostEnrolmentView[]
  },
}

export const hostQueries = {
  all: ['hosts'] as const,

  open: () =>
    queryOptions({
      queryKey: [...hostQueries.all, 'open'],
      queryFn: ({ signal }) => getJson('/api/portal/admin/host-enrolments', { as: asList, signal }),
      refetchInterval: LIST_POLL_MS,
    }),

  one: (enrolmentId: string) =>
    queryOptions({
      queryKey: [...hostQueries.all, enrolmentId],
      queryFn: ({ signal }) =>
        getJson(`/api/portal/admin/host-enrolments/${encodeURIComponent(enrolmentId)}`, {
          as: asThing<HostEnrolmentView>(),
          signal,
        }),
      // Nothing more happens to one that has come to its end.
      refetchInterval: ({ state }) =>
        state.data && ['registered', 'expired', 'revoked'].includes(state.data.state) ? false : POLL_MS,
    }),
}
