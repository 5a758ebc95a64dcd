'use client'
import { useRouter } from 'next/navigation'
import { deleteAgentAction } from '@/app/(portal)/admin/agents/actions'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { toast } from '@/components/ui/toast'
import { formatCount } from '@/lib/client/format'
import { useAction } from '@/lib/client/use-action'
import type { AgentDetail } from '@/lib/domain/agent-view'
import { sessionOf } from '@/lib/domain/session-owner'

type RemoveDialogProps = { agent: AgentDetail; open: boolean; onOpenChange: (open: boolean) => void }

/** Names what is there, because the portal will no longer reach any of it. */
export function RemoveDialog({ agent, open, onOpenChange }: RemoveDialogProps) {
  const remove = useRemoval(agent)
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Remove agent ${agent.name}?`}
      confirmLabel="Remove agent"
      pendingLabel="Removing…"
      typeToConfirm={agent.name}
      items={[...agent.sessions.map(inWords), ...agent.homes.map(homeWords)]}
      onConfirm={() => remove.run({ agentId: agent.id })}
    >
      {agent.sessions.length > 0
        ? 'These sessions are still there: stop or delete them first, or it is refused.'
        : 'No session runs there.'}{' '}
      {agent.homes.length > 0 && 'Homes begin empty elsewhere. '}
      Homes and volumes on it stay on its disk but cannot be reached from here; nothing is deleted on the host. Its certificates
      and key are forgotten.
    </ConfirmDialog>
  )
}

/** The host cannot be asked any more, so everything that ends unseen is named. */
export function GoneDialog({ agent, open, onOpenChange }: RemoveDialogProps) {
  const remove = useRemoval(agent)
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Is ${agent.name} gone for good?`}
      confirmLabel="Give up agent"
      pendingLabel="Removing…"
      typeToConfirm={agent.name}
      items={[...agent.sessions.map(inWords), ...agent.homes.map(homeWords)]}
      onConfirm={() => remove.run({ agentId: agent.id, gone: true })}
    >
      {lossWords(agent)} Should the host come back, nothing acts on what still runs there; once it is added again, the containers
      of these sessions are removed.
    </ConfirmDialog>
  )
}

function useRemoval(agent: AgentDetail) {
  const router = useRouter()
  return useAction(deleteAgentAction, {
    onSuccess: () => {
      toast.ok(`${agent.name} is removed`)
      router.push('/admin/agents')
    },
  })
}

function inWords({ imageName, owner, state }: AgentDetail['sessions'][number]): string {
  return `${sessionOf(imageName, owner)}, ${state}`
}

function homeWords({ owner, imageName }: AgentDetail['homes'][number]): string {
  return imageName === null ? `Home of ${owner}` : `Home of ${owner} for ${imageName}`
}

function lossWords({ liveSessions, sessions, homes }: AgentDetail): string {
  if (liveSessions === 0 && homes.length === 0) return 'It is removed; no session and no home is on it.'
  const count = Math.max(liveSessions, sessions.length)
  const lost = [count > 0 ? formatCount(count, 'session') : '', homes.length > 0 ? formatCount(homes.length, 'home') : '']
  return `It is removed with ${lost.filter(Boolean).join(' and ')}. Sessions are lost, and homes begin empty elsewhere.`
}
