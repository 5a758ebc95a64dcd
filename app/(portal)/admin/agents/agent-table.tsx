'use client'
import { useQuery } from '@tanstack/react-query'
import { SearchX, Server } from 'lucide-react'
import { DataTable } from '@/components/ui/data-table'
import { LinkButton } from '@/components/ui/link-button'
import { Pagination } from '@/components/ui/pagination'
import { UrlSearch } from '@/components/ui/url-search'
import { agentQueries } from '@/lib/client/agent-queries'
import { readFailure } from '@/lib/client/read-failure'
import type { TableUrl } from '@/lib/client/table-url'
import type { AgentTableQuery } from '@/lib/domain/agent-view'
import { agentColumns } from './agent-columns'

type AgentTableProps = { query: AgentTableQuery; params: TableUrl['params'] }

export function AgentTable({ query, params }: AgentTableProps) {
  const url: TableUrl = { path: '/admin/agents', params }
  const read = useQuery(agentQueries.table(query))
  return (
    <DataTable
      caption="Agents"
      columns={agentColumns}
      rows={read.data?.items}
      rowKey={(agent) => agent.id}
      rowHref={(agent) => `/admin/agents/${agent.id}`}
      url={url}
      sort={{ column: query.sort, direction: query.direction }}
      stale={read.isPlaceholderData}
      error={readFailure(read, 'The agents could not be read')}
      toolbar={<UrlSearch label="Search agents" />}
      empty={query.search ? nothingFound : nothingYet}
      footer={read.data && <Pagination url={url} page={read.data.page} size={read.data.size} total={read.data.total} />}
    />
  )
}

const nothingYet = {
  title: 'No agents yet',
  text: 'Sessions need a Docker Engine to run on: this machine’s own, or another machine over TLS.',
  icon: <Server aria-hidden="true" />,
  action: (
    <LinkButton href="/admin/agents/new" variant="primary">
      Add an agent
    </LinkButton>
  ),
}

const nothingFound = {
  title: 'Nothing matches',
  text: 'No agent has these words in its name, host or groups.',
  icon: <SearchX aria-hidden="true" />,
  action: <LinkButton href="/admin/agents">Show all</LinkButton>,
}
