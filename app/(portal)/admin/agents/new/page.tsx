import type { Metadata } from 'next'
import { AgentEditor } from '@/app/(portal)/admin/agents/agent-editor'
import { knownGroups } from '@/app/(portal)/admin/agents/known-groups'
import { PageHeader } from '@/components/ui/page-header'
import { requirePageActor } from '@/lib/web/require-actor'

export const metadata: Metadata = { title: 'Add an agent' }

export default async function NewAgentPage() {
  const actor = await requirePageActor({ permission: 'agent:manage' })
  return (
    <>
      <PageHeader
        crumbs={[{ href: '/admin/agents', label: 'Agents' }]}
        title="Add an agent"
        description="A Docker Engine on which sessions run. Nothing is installed there: the portal speaks Docker’s own API."
      />
      <AgentEditor agent={null} knownGroups={await knownGroups(actor)} />
    </>
  )
}
