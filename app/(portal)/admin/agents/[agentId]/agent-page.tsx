'use client'
import { useQuery } from '@tanstack/react-query'
import { removeImagesAction, takeOverHostAction } from '@/app/(portal)/admin/agents/actions'
import { AgentCapacity } from '@/components/fleet/agent-capacity'
import { AgentFacts } from '@/components/fleet/agent-facts'
import { AgentGpus } from '@/components/fleet/agent-gpus'
import { AgentImages } from '@/components/fleet/agent-images'
import { AgentNotices } from '@/components/fleet/agent-notices'
import { AgentPulls } from '@/components/fleet/agent-pulls'
import { AgentSessions } from '@/components/fleet/agent-sessions'
import { AgentStatusPill } from '@/components/fleet/agent-status-pill'
import { UnneededImages } from '@/components/fleet/unneeded-images'
import { ErrorState } from '@/components/ui/error-state'
import { LinkButton } from '@/components/ui/link-button'
import { PageHeader } from '@/components/ui/page-header'
import { SkeletonLines } from '@/components/ui/skeleton'
import { agentQueries } from '@/lib/client/agent-queries'
import { readFailure } from '@/lib/client/read-failure'
import { AgentActions } from './agent-actions'

/** Everything about one agent, as it is now. */
export function AgentPage({ agentId }: { agentId: string }) {
  const read = useQuery(agentQueries.detail(agentId))
  const failure = readFailure(read, 'The agent could not be read')
  if (failure) return <ErrorState {...failure} action={<LinkButton href="/admin/agents">All agents</LinkButton>} />
  const agent = read.data
  if (!agent) return <SkeletonLines lines={8} />
  return (
    <>
      <PageHeader
        crumbs={[{ href: '/admin/agents', label: 'Agents' }]}
        title={agent.name}
        state={<AgentStatusPill agent={agent} />}
        description={<span className="font-mono text-xs">{agent.endpoint}</span>}
        actions={<AgentActions agent={agent} />}
      />
      <div className="flex flex-col gap-5">
        <AgentNotices agent={agent} stale={read.isError ? read.dataUpdatedAt : null} takeOver={takeOverHostAction} />
        <AgentCapacity agent={agent} />
        <AgentGpus agent={agent} />
        <div className="grid items-start gap-5 xl:grid-cols-2">
          <AgentFacts agent={agent} />
          <AgentSessions agent={agent} />
        </div>
        <AgentPulls pulls={agent.pulls} />
        <UnneededImages agent={agent} remove={removeImagesAction} />
        <AgentImages images={agent.images} />
      </div>
    </>
  )
}
