import type { Metadata } from 'next'
import { knownGroups } from '@/app/(portal)/admin/agents/known-groups'
import { PageHeader } from '@/components/ui/page-header'
import { requirePageActor } from '@/lib/web/require-actor'
import { InviteHost } from './invite-host'
import { NewAgentTabs } from './new-agent-tabs'

export const metadata: Metadata = { title: 'Add an agent' }

export default async function NewAgentPage() {
  const actor = await requirePageActor({ permission: 'agent:manage' })
  return (
    <>
      <PageHeader
        crumbs={[{ href: '/admin/agents', label: 'Agents' }]}
        title="Add an agent"
        description="A line for the host’s shell sets its Docker Engine up for mutual TLS, puts filters around its sessions and adds it here."
      />
      <NewAgentTabs current="line" />
      <InviteHost knownGroups={await knownGroups(actor)} />
    </>
  )
}
