// How the administrators' pages read agents: often, because what they show is what is happening.
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { AgentDetail, AgentRow, AgentTableQuery } from '@/lib/domain/agent-view'
import { getJson } from './get-json'
import { asTablePage, asThing } from './table-page'

const POLL_MS = 5_000
/** While images come down: their progress is written once a second. */
const PULL_POLL_MS = 2_000

const asSshKey = {
  parse(value: unknown): { publicKey: string } {
    const { publicKey } = value as { publicKey?: unknown }
    if (typeof publicKey !== 'string') throw new Error('not a key')
    return { publicKey }
  },
}

export const agentQueries = {
  all: ['agents'] as const,

  table: (query: AgentTableQuery) =>
    queryOptions({
      queryKey: [...agentQueries.all, 'table', query],
      queryFn: ({ signal }) => getJson('/api/portal/admin/agents', { as: asTablePage<AgentRow>(), query, signal }),
      placeholderData: keepPreviousData,
      refetchInterval: POLL_MS,
    }),

  detail: (agentId: string) =>
    queryOptions({
      queryKey: [...agentQueries.all, 'detail', agentId],
      queryFn: ({ signal }) =>
        getJson(`/api/portal/admin/agents/${encodeURIComponent(agentId)}`, { as: asThing<AgentDetail>(), signal }),
      refetchInterval: ({ state }) => (state.data?.pulls.some((pull) => pull.state === 'pulling') ? PULL_POLL_MS : POLL_MS),
    }),

  sshKey: () =>
    queryOptions({
      queryKey: [...agentQueries.all, 'ssh-key'],
      queryFn: ({ signal }) => getJson('/api/v1/agents/ssh-key', { as: asSshKey, signal }),
      staleTime: Number.POSITIVE_INFINITY,
    }),
}
