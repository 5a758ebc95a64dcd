import { HydrationBoundary } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import type { Metadata } from 'next'
import { LinkButton } from '@/components/ui/link-button'
import { PageHeader } from '@/components/ui/page-header'
import { agentQueries } from '@/lib/client/agent-queries'
import { dehydratedWith } from '@/lib/client/dehydrated'
import { AgentTableQuery } from '@/lib/domain/agent-view'
import { tableAgents } from '@/lib/use-cases/list-agents'
import { deps } from '@/lib/web/deps'
import { pageData } from '@/lib/web/page-data'
import { requirePageActor } from '@/lib/web/require-actor'
import { parseSearchParams, type SearchParams } from '@/lib/web/search-params'
import { AgentTable } from './agent-table'
import { JoiningHosts } from './joining-hosts'

export const metadata: Metadata = { title: 'Agents' }

export default async function AgentsPage({ searchParams }: { searchParams: SearchParams }) {
  const actor = await requirePageActor({ permission: 'agent:view' })
  const query = await parseSearchParams(AgentTableQuery, searchParams)
  const table = await pageData(tableAgents(deps(), actor, query))
  return (
    <>
      <PageHeader
        title="Agents"
        description="The Docker hosts on which sessions run."
        actions={
          <LinkButton href="/admin/agents/new" variant="primary">
            <Plus aria-hidden="true" />
            Add an agent
          </LinkButton>
        }
      />
      <JoiningHosts />
      <HydrationBoundary state={dehydratedWith([agentQueries.table(query).queryKey, table])}>
        <AgentTable query={query} params={await searchParams} />
      </HydrationBoundary>
    </>
  )
}
