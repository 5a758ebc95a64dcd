'use client'
import { useQuery } from '@tanstack/react-query'
import { MonitorPlay, SearchX } from 'lucide-react'
import { DataTable } from '@/components/ui/data-table'
import { LinkButton } from '@/components/ui/link-button'
import { LinkTabs } from '@/components/ui/link-tabs'
import { Pagination } from '@/components/ui/pagination'
import { UrlSearch } from '@/components/ui/url-search'
import { fleetQueries } from '@/lib/client/fleet-queries'
import { readFailure } from '@/lib/client/read-failure'
import { type TableUrl, tableHref } from '@/lib/client/table-url'
import type { SessionTableQuery } from '@/lib/domain/agent-view'
import { sessionColumns } from './session-columns'

type SessionTableProps = { query: SessionTableQuery; params: TableUrl['params'] }

const filters = [
  { value: 'live', label: 'Live' },
  { value: 'ended', label: 'Ended' },
  { value: 'all', label: 'All' },
] as const

export function SessionTable({ query, params }: SessionTableProps) {
  const url: TableUrl = { path: '/admin/sessions', params }
  const read = useQuery(fleetQueries.sessions(query))
  return (
    <>
      <LinkTabs
        label="Which sessions"
        className="mb-4"
        tabs={filters.map(({ value, label }) => ({
          href: tableHref(url, { filter: value === 'live' ? null : value }),
          label,
          current: query.filter === value,
        }))}
      />
      <DataTable
        caption="Sessions"
        columns={sessionColumns}
        rows={read.data?.items}
        rowKey={(session) => session.id}
        rowHref={(session) => `/sessions/${session.id}`}
        url={url}
        sort={{ column: query.sort, direction: query.direction }}
        stale={read.isPlaceholderData}
        error={readFailure(read, 'The sessions could not be read')}
        toolbar={<UrlSearch label="Search owner, workspace, agent" className="w-80 max-w-full flex-1 sm:flex-none" />}
        empty={query.search ? nothingFound : nothing[query.filter]}
        footer={read.data && <Pagination url={url} page={read.data.page} size={read.data.size} total={read.data.total} />}
      />
    </>
  )
}

const icon = <MonitorPlay aria-hidden="true" />
const nothing = {
  live: { title: 'Nobody has a session now', text: 'Sessions appear here as soon as someone launches a workspace.', icon },
  ended: { title: 'None has ended yet', text: 'Deleted sessions are kept here for as long as the settings say.', icon },
  all: { title: 'There were no sessions yet', text: 'Launch a workspace to see one.', icon },
}

const nothingFound = {
  title: 'Nothing matches',
  text: 'No session here has these words as its owner, workspace or agent. It may be under another tab.',
  icon: <SearchX aria-hidden="true" />,
  action: <LinkButton href="/admin/sessions">Show all</LinkButton>,
}
