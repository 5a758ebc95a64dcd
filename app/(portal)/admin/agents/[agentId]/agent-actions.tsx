'use client'
import { DoorClosed, DoorOpen, MoreHorizontal, PencilLine, Power, RefreshCw, Trash2 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { deleteAgentAction, refreshAgentAction, undrainAgentAction, updateAgentAction } from '@/app/(portal)/admin/agents/actions'
import { Button } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { DropdownMenu, MenuItem, MenuSeparator } from '@/components/ui/dropdown-menu'
import { LinkButton } from '@/components/ui/link-button'
import { toast } from '@/components/ui/toast'
import { agentQueries } from '@/lib/client/agent-queries'
import { formatCount } from '@/lib/client/format'
import { useAction } from '@/lib/client/use-action'
import type { AgentDetail } from '@/lib/domain/agent-view'
import { sessionOf } from '@/lib/domain/session-owner'
import { DrainDialog } from './drain-dialog'

const options = { invalidates: [agentQueries.all], onFailure: toast.failure }

export function AgentActions({ agent }: { agent: AgentDetail }) {
  const [asking, setAsking] = useState<'remove' | 'disable' | 'drain' | null>(null)
  const refresh = useAction(refreshAgentAction, { ...options, onSuccess: () => toast.info(`Looking at ${agent.name} now`) })
  const update = useAction(updateAgentAction, options)
  const undrain = useAction(undrainAgentAction, { ...options, onSuccess: () => toast.ok(`${agent.name} is in service again`) })
  const setEnabled = (enabled: boolean) => update.run({ agentId: agent.id, changes: { enabled } })
  const close = (open: boolean) => !open && setAsking(null)
  return (
    <>
      <Button pending={refresh.pending} onClick={() => void refresh.run({ agentId: agent.id })}>
        <RefreshCw aria-hidden="true" />
        Refresh now
      </Button>
      <LinkButton href={`/admin/agents/${agent.id}/edit`}>
        <PencilLine aria-hidden="true" />
        Edit
      </LinkButton>
      <DropdownMenu label="More actions" trigger={<MoreHorizontal aria-hidden="true" />} icon variant="secondary">
        <MenuItem
          icon={<DoorClosed aria-hidden="true" />}
          hint="Nothing new starts here; who is left is told."
          onSelect={() => setAsking('drain')}
        >
          {agent.drain ? 'Change the drain…' : 'Drain…'}
        </MenuItem>
        {agent.drain && (
          <MenuItem
            icon={<DoorOpen aria-hidden="true" />}
            hint="New sessions may start here again."
            onSelect={() => void undrain.run({ agentId: agent.id })}
          >
            End the drain
          </MenuItem>
        )}
        {agent.enabled ? (
          <MenuItem
            icon={<Power aria-hidden="true" />}
            hint="Nothing new starts here; what runs goes on."
            onSelect={() => setAsking('disable')}
          >
            Switch off
          </MenuItem>
        ) : (
          <MenuItem
            icon={<Power aria-hidden="true" />}
            hint="New sessions may start here again."
            onSelect={() => void setEnabled(true)}
          >
            Switch on
          </MenuItem>
        )}
        <MenuSeparator />
        <MenuItem danger icon={<Trash2 aria-hidden="true" />} onSelect={() => setAsking('remove')}>
          Remove agent
        </MenuItem>
      </DropdownMenu>
      <ConfirmDialog
        open={asking === 'disable'}
        onOpenChange={close}
        tone="normal"
        title={`Switch off ${agent.name}?`}
        confirmLabel="Switch off agent"
        onConfirm={() => setEnabled(false)}
      >
        No new session starts there. {runningWords(agent)} Sessions whose home lies there cannot start elsewhere.
      </ConfirmDialog>
      <DrainDialog agent={agent} open={asking === 'drain'} onOpenChange={close} />
      <RemoveDialog agent={agent} open={asking === 'remove'} onOpenChange={close} />
    </>
  )
}

function runningWords(agent: AgentDetail): string {
  if (agent.sessions.length === 0) return 'None runs there now.'
  return `${formatCount(agent.sessions.length, 'session')} there ${agent.sessions.length === 1 ? 'goes' : 'go'} on.`
}

type RemoveDialogProps = { agent: AgentDetail; open: boolean; onOpenChange: (open: boolean) => void }

/** Names what is there, because the portal will no longer reach any of it. */
function RemoveDialog({ agent, open, onOpenChange }: RemoveDialogProps) {
  const router = useRouter()
  const remove = useAction(deleteAgentAction, {
    onSuccess: () => {
      toast.ok(`${agent.name} is removed`)
      router.push('/admin/agents')
    },
  })
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Remove agent ${agent.name}?`}
      confirmLabel="Remove agent"
      pendingLabel="Removing…"
      typeToConfirm={agent.name}
      items={agent.sessions.map((session) => `${sessionOf(session.imageName, session.owner)}, ${session.state}`)}
      onConfirm={() => remove.run({ agentId: agent.id })}
    >
      {agent.sessions.length > 0
        ? 'These sessions are still there: stop or delete them first, or it is refused.'
        : 'No session runs there.'}{' '}
      Homes and volumes on it stay on its disk but cannot be reached from here; nothing is deleted on the host. Its certificates
      and key are forgotten.
    </ConfirmDialog>
  )
}
