import { HydrationBoundary } from '@tanstack/react-query'
import type { Metadata } from 'next'
import { PageHeader } from '@/components/ui/page-header'
import { dehydratedWith } from '@/lib/client/dehydrated'
import { fleetQueries } from '@/lib/client/fleet-queries'
import { SessionTableQuery } from '@/lib/domain/agent-view'
import { tableSessions } from '@/lib/use-cases/list-sessions'
import { deps } from '@/lib/web/deps'
import { pageData } from '@/lib/web/page-data'
import { requirePageActor } from '@/lib/web/require-actor'
import { parseSearchParams, type SearchParams } from '@/lib/web/search-params'
import { SessionTable } from './session-table'

export const metadata: Metadata = { title: 'Sessions' }

export default async function SessionsPage({ searchParams }: { searchParams: SearchParams }) {
  const actor = await requirePageActor({ permission: 'session:list-all' })
  const query = await parseSearchParams(SessionTableQuery, searchParams)
  const table = await pageData(tableSessions(deps(), actor, query))
  return (
    <>
      <PageHeader
        title="Sessions"
        description="Everyone’s. You see what happened to them and can stop or delete them; their desktops stay private."
      />
      <HydrationBoundary state={dehydratedWith([fleetQueries.sessions(query).queryKey, table])}>
        <SessionTable query={query} params={await searchParams} />
      </HydrationBoundary>
    </>
  )
}
