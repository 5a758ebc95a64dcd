import type { Metadata } from 'next'
import { AgentEditor } from '@/app/(portal)/admin/agents/agent-editor'
import { knownGroups } from '@/app/(portal)/admin/agents/known-groups'
import { NewAgentTabs } from '@/app/(portal)/admin/agents/new/new-agent-tabs'
import { PageHeader } from '@/components/ui/page-header'
import { requirePageActor } from '@/lib/web/require-actor'

export const metadata: Metadata = { title: 'Add an agent by hand' }

export default async function NewAgentByHandPage() {
  const actor = await requirePageActor({ permission: 'agent:manage' })
  return (
    <>
      <PageHeader
        crumbs={[{ href: '/admin/agents', label: 'Agents' }]}
        title="Add an agent"
        description="A Docker Engine on which sessions run, with certificates of your own. The portal speaks Docker’s own API."
      />
      <NewAgentTabs current="by-hand" />
      <AgentEditor agent={null} knownGroups={await knownGroups(actor)} />
    </>
  )
}
