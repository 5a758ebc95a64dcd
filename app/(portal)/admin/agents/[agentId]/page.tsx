import { HydrationBoundary } from '@tanstack/react-query'
import type { Metadata } from 'next'
import { agentQueries } from '@/lib/client/agent-queries'
import { dehydratedWith } from '@/lib/client/dehydrated'
import { getAgent } from '@/lib/use-cases/get-agent'
import { deps } from '@/lib/web/deps'
import { pageData } from '@/lib/web/page-data'
import { requirePageActor } from '@/lib/web/require-actor'
import { AgentPage } from './agent-page'

export const metadata: Metadata = { title: 'Agent' }

export default async function Page({ params }: { params: Promise<{ agentId: string }> }) {
  const actor = await requirePageActor({ permission: 'agent:view' })
  const { agentId } = await params
  const agent = await pageData(getAgent(deps(), actor, { agentId }))
  return (
    <HydrationBoundary state={dehydratedWith([agentQueries.detail(agentId).queryKey, agent])}>
      <AgentPage agentId={agentId} />
    </HydrationBoundary>
  )
}
