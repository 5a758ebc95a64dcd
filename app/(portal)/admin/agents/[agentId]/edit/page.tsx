import type { Metadata } from 'next'
import { AgentEditor } from '@/app/(portal)/admin/agents/agent-editor'
import { knownGroups } from '@/app/(portal)/admin/agents/known-groups'
import { PageHeader } from '@/components/ui/page-header'
import { getAgent } from '@/lib/use-cases/get-agent'
import { deps } from '@/lib/web/deps'
import { pageData } from '@/lib/web/page-data'
import { requirePageActor } from '@/lib/web/require-actor'

export const metadata: Metadata = { title: 'Edit an agent' }

export default async function EditAgentPage({ params }: { params: Promise<{ agentId: string }> }) {
  const actor = await requirePageActor({ permission: 'agent:manage' })
  const { agentId } = await params
  const agent = await pageData(getAgent(deps(), actor, { agentId }))
  return (
    <>
      <PageHeader
        crumbs={[
          { href: '/admin/agents', label: 'Agents' },
          { href: `/admin/agents/${agent.id}`, label: agent.name },
        ]}
        title={`Edit ${agent.name}`}
      />
      <AgentEditor key={`${agent.id}-${agent.version}`} agent={agent} knownGroups={await knownGroups(actor)} />
    </>
  )
}
